"""Who may be in the records twice: found on arrival, on change and by looking through everybody."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relacja.contacts import actions, rules, suspects
from relacja.contacts.actions import suspecting, sweeping
from relacja.contacts.matching.reasons import NAMED_TOGETHER
from relacja.contacts.models import Candidate, Contact, Decision, Finder, Likeness, MatchKey, Sweep
from relacja.contacts.tests.people import make_contact
from relacja.events.models import Entry
from relacja.events.queries import timeline

HOME = {"street": "Długa 5/3", "postal_code": "31-042", "city": "Kraków"}


def same_person_twice(now):
    one = make_contact(now, first_name="Zofia", last_name="Wiśniewska", email="zofia@wp.example", **HOME)
    other = make_contact(now, first_name="Zosia", last_name="Wisniewska", email="zosia@o2.example", **HOME)
    return one, other


def test_somebody_new_who_may_be_known_already_waits_for_a_person(deliver, now):
    one, other = same_person_twice(now)

    deliver()
    deliver()

    candidate = Candidate.objects.get()
    assert (candidate.first, candidate.second, candidate.decision) == (one, other, Decision.OPEN)
    assert candidate.level == Likeness.DOUBTFUL
    assert {"diminutive", "same_last", "same_street"} <= set(candidate.reasons)
    assert candidate.found_by == Finder.CHANGE
    assert [moment.name for moment in timeline(other.pk)].count("Possible Duplicate Found") == 1
    assert Contact.objects.active().count() == 2


def test_what_does_not_hold_any_more_is_let_go(deliver, now):
    _one, other = same_person_twice(now)
    deliver()

    actions.edit(other, values=rules.values({"first_name": "Piotr", "last_name": "Lis"}), now=now)
    deliver()

    assert not Candidate.objects.exists()


@pytest.mark.django_db
def test_what_a_look_finds_is_one_entry_of_the_log_and_written_once(now):
    ids = [
        make_contact(now, first_name="Zofia", last_name="Żak", email=f"z{n}@wp.example", **HOME).pk for n in range(9)
    ]
    before = Entry.objects.count()

    suspecting.look(ids, found_by=Finder.CHANGE, now=now)
    with CaptureQueriesContext(connection) as again:
        suspecting.look(ids, found_by=Finder.CHANGE, now=now)

    assert Candidate.objects.count() == 36
    assert [entry.count for entry in Entry.objects.order_by("pk")[before:]] == [36]
    assert not [one for one in again if one["sql"].startswith("INSERT")]


def test_two_people_stay_two_for_ever(deliver, now, alice):
    _one, other = same_person_twice(now)
    deliver()
    Candidate.objects.get().decide(Decision.DISMISSED, by=alice, at=now)

    actions.edit(other, values=rules.values({"first_name": "Zofia"}), now=now)
    deliver()
    run_sweep(now)

    candidate = Candidate.objects.get()
    assert (candidate.decision, candidate.decided_by) == (Decision.DISMISSED, alice)
    assert not Candidate.objects.waiting().exists()


def test_of_two_who_decide_at_once_one_does(deliver, now, alice, bob):
    same_person_twice(now)
    deliver()
    candidate = Candidate.objects.get()
    same = Candidate.objects.get()

    assert candidate.decide(Decision.DISMISSED, by=alice, at=now)
    assert not same.decide(Decision.MERGED, by=bob, at=now)
    assert (same.decision, same.decided_by) == (Decision.DISMISSED, alice)


def test_a_form_that_gives_the_data_of_two_makes_them_suspect(db, now):
    anna = make_contact(now, first_name="Anna", last_name="Lis", email="anna@lis.example")
    jan = make_contact(now, first_name="Jan", last_name="Kot", email="jan@kot.example", phone="601 234 567")

    for _ in range(2):
        actions.identify(
            identities=[("email", "anna@lis.example")], traits={"phone": "601234567"}, now=now, source="form"
        )

    candidate = Candidate.objects.get()
    assert (candidate.first, candidate.second) == (anna, jan)
    assert (candidate.reasons[0], candidate.found_by) == (NAMED_TOGETHER, Finder.ARRIVAL)
    suspecting.look([anna.pk, jan.pk], found_by=Finder.CHANGE, now=now)
    assert Candidate.objects.get().reasons[0] == NAMED_TOGETHER


def test_whoever_is_archived_is_no_candidate(deliver, now):
    one, _other = same_person_twice(now)
    deliver()

    actions.archive(one, now=now)
    deliver()

    assert not Candidate.objects.waiting().exists()
    assert not MatchKey.objects.filter(contact=one).exists()
    actions.restore(one, now=now)
    deliver()
    assert Candidate.objects.waiting().count() == 1


def test_a_sweep_finds_what_was_never_looked_at(db, now):
    same_person_twice(now)

    sweep = run_sweep(now)

    assert (sweep.people, sweep.found, sweep.percent) == (2, 1, 100)
    assert sweep.ended_at == now
    assert Candidate.objects.get().found_by == Finder.SWEEP


def test_a_sweep_that_is_killed_anywhere_goes_on_and_finds_the_same(db, now, monkeypatch):
    monkeypatch.setattr(sweeping, "PEOPLE_AT_ONCE", 7)
    monkeypatch.setattr(sweeping, "KEYS_AT_ONCE", 5)
    monkeypatch.setattr(sweeping, "PAIRS_AT_ONCE", 3)
    crowd(now, 30)
    whole = run_sweep(now)
    found = pairs()
    Candidate.objects.all().delete()
    MatchKey.objects.all().delete()

    sweep = sweeping.begin(by=None, now=now)
    broken = 0
    for turn in range(10_000):
        monkeypatch.setattr(sweeping, "_move", fails if turn % 2 else MOVE)
        try:
            if not sweeping.step(sweep, now=now):
                break
        except KilledError:
            broken += 1

    sweep.refresh_from_db()
    assert broken > 5
    assert pairs() == found
    assert (sweep.people, sweep.found, sweep.compared) == (whole.people, whole.found, whole.compared)


def test_only_one_sweep_at_a_time_and_it_can_be_stopped(db, now):
    sweep = sweeping.begin(by=None, now=now)
    with pytest.raises(sweeping.SweepRuns):
        sweeping.begin(by=None, now=now)

    sweeping.stop(sweep, now=now)

    assert not sweeping.step(sweep, now=now)
    assert Sweep.objects.get().is_stopped
    sweeping.begin(by=None, now=now)


def test_a_key_that_too_many_share_is_passed_over(db, now, monkeypatch):
    monkeypatch.setattr(suspects, "MOST_OF_A_KEY", 10)
    crowd(now, 12)
    suspecting.write_keys(suspects.as_people(Contact.objects.values_list("pk", flat=True)))
    keys = set(MatchKey.objects.values_list("key", flat=True))

    assert max(len(block) for block in suspects.of_keys(keys).values()) <= 10
    assert len(suspects.of_keys(keys)) < len(keys)


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("people", [2, 40])
def test_a_look_costs_the_same_number_of_queries_whomever_it_finds(db, now, people, django_assert_max_num_queries):
    crowd(now, people)
    ids = list(Contact.objects.values_list("pk", flat=True))

    with django_assert_max_num_queries(14):
        suspecting.look(ids[:1], found_by=Finder.CHANGE, now=now)


def test_the_keys_are_found_by_their_index(db):
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        if not is_sqlite:
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(("EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN ") + suspects._SHARED.format("%s"), [1, 2])
        plan = str(cursor.fetchall())

    assert "SEARCH contacts_matchkey USING" in plan if is_sqlite else "contacts_match_key_once" in plan


def crowd(now, size):
    """People of one house with one last name, every other of them twice."""
    firsts = ("Adam", "Barbara", "Cezary", "Dorota", "Edward", "Grażyna", "Hubert", "Irena", "Jacek", "Krystyna")
    for number in range(size):
        make_contact(
            now,
            first_name=firsts[number // 2 % 10],
            last_name="Nowak" + "aeiou"[number // 20 % 5] * (number // 20),
            email=f"person{number}@nowak.example",
            **HOME,
        )


def pairs():
    return set(Candidate.objects.values_list("first", "second", "score"))


def run_sweep(now):
    sweep = sweeping.begin(by=None, now=now)
    while sweeping.step(sweep, now=now):
        pass
    sweep.refresh_from_db()
    return sweep


class KilledError(Exception):
    pass


def fails(*args, **kwargs):
    raise KilledError


MOVE = sweeping._move
