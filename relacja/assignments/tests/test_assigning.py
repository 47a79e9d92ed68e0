"""New people go to whom the rules say: once, in turn, never away from an owner, with the reason on the timeline."""

import json
import threading
from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import connection
from pyroaring import BitMap64

from conftest import make_user
from relacja.assignments import actions, queries
from relacja.assignments.actions import giving
from relacja.assignments.models import Assigned, AssignmentRule
from relacja.contacts import actions as contacts
from relacja.contacts import copying, forgetting, rules
from relacja.contacts.actions import several
from relacja.contacts.models import Contact
from relacja.events import queries as events
from relacja.events import vocabulary
from relacja.lib.errors import Refused
from relacja.staff import actions as staff
from relacja.staff import changes
from relacja.staff.models import ChangeSet, Team

GDYNIA = {"kind": "attribute", "field": "city", "op": "is", "value": "Gdynia"}
EVERYBODY = {"all": []}


@pytest.fixture
def crew(alice, now):
    """Ola, Marta and Jan, who are the team Pomorze."""
    people = [make_user(f"{name}@firma.example", "sales") for name in ("ola", "marta", "jan")]
    staff.make_team(name="Pomorze", members=[one.pk for one in people], now=now)
    return people


def team() -> int:
    return Team.objects.get(name="Pomorze").pk


def make_rule(now, rule=EVERYBODY, *, person=None, way="turns", name="Pomorze", by=None) -> AssignmentRule:
    to = {"person": person.pk, "team": None} if person else {"person": None, "team": team()}
    values = {"name": name, "rule": rule, "way": way, **to}
    return actions.make_rule(values=values, now=now - timedelta(hours=1), by=by)


def come(now, number=1, *, start=0, **fields) -> list[Contact]:
    return [
        contacts.create(
            values=rules.values({"first_name": "Anna", "email": f"anna{n}@zolc.example", **fields}), now=now
        )
        for n in range(start, start + number)
    ]


def owners(people) -> list[str]:
    found = Contact.objects.select_related("owner").in_bulk([one.pk for one in people])
    return [str(found[one.pk].owner or "") for one in people]


def test_who_comes_goes_to_the_team_in_turns(deliver, crew, now):
    make_rule(now)
    people = come(now, 4)

    deliver(now)
    more = come(now, 2, start=4)
    deliver(now)

    assert owners([*people, *more]) == ["Ola", "Marta", "Jan", "Ola", "Marta", "Jan"]


def test_the_first_rule_that_fits_decides(deliver, crew, alice, now):
    make_rule(now, GDYNIA, person=alice, name="Gdynia")
    make_rule(now)
    inside, outside = come(now, city="Gdynia"), come(now, start=1, city="Radom")

    deliver(now)

    assert owners([*inside, *outside]) == ["Alice", "Ola"]


def test_whoever_has_the_fewest_gets_the_next(deliver, crew, alice, now):
    ola, _marta, jan = crew
    for contact, owner in zip(come(now, 3), [ola, ola, jan], strict=True):
        contacts.assign(contact, owner, by=alice, now=now)
    make_rule(now, way="fewest")

    new = come(now, 3, start=3)
    deliver(now)

    assert Counter(owners(new)) == {"Marta": 2, "Jan": 1}


def test_who_is_away_gets_nobody_and_a_rule_with_nobody_here_is_passed_over(deliver, crew, alice, now):
    ola, marta, jan = crew
    make_rule(now)
    make_rule(now, person=alice, name="Reszta")
    staff.set_absence(ola, date(2026, 10, 25))
    first = come(now, 2)
    deliver(now)
    for one in (marta, jan):
        staff.set_absence(one, date(2026, 10, 25))
    second = come(now, 1, start=2)
    deliver(now)
    third = come(now + timedelta(days=1), 1, start=3)
    deliver(now + timedelta(days=1))

    assert owners([*first, *second, *third]) == ["Marta", "Jan", "Alice", "Ola"]


def test_who_left_the_company_gets_nobody(deliver, crew, alice, now):
    make_rule(now)
    for one in crew[:2]:
        staff.let_go(one, by=alice)
    people = come(now, 2)

    deliver(now)

    assert owners(people) == ["Jan", "Jan"]


def test_an_owner_somebody_chose_is_never_overwritten(deliver, crew, alice, now):
    make_rule(now)
    chosen = contacts.create(values=rules.values({"email": "a@zolc.example"}), owner=alice, now=now)
    quick = come(now)[0]
    contacts.assign(quick, alice, by=alice, now=now)

    deliver(now)

    assert owners([chosen, quick]) == ["Alice", "Alice"]


def test_events_that_are_heard_twice_assign_once(deliver, crew, alice, now):
    make_rule(now)
    people = come(now, 3)
    came = {one.pk: now for one in people}
    deliver(now)
    contacts.assign(people[0], None, by=alice, now=now)  # somebody took the owner away on purpose
    before = owners(people)

    actions.assign_new(came, now=now)

    assert owners(people) == before == ["", "Marta", "Jan"]
    assert ChangeSet.objects.filter(label="contacts.assigned", source="rules").count() == 1


def test_a_rule_speaks_of_those_who_come_after_it_was_made(deliver, crew, now):
    old = come(now - timedelta(hours=1))
    make_rule(now)

    deliver(now)

    assert owners(old) == [""]


def test_the_timeline_says_why_this_person(deliver, crew, alice, now, in_polish):
    make_rule(now, GDYNIA, name="Z Gdyni")
    contact = come(now, city="Gdynia")[0]

    deliver(now)
    deliver(now)

    moment = next(one for one in events.timeline(contact.pk, limit=20) if one.name == "Owner Changed")
    assert moment.properties["rule"] == "Z Gdyni"
    said = vocabulary.in_words(vocabulary.of("Owner Changed"), moment.properties)["reason"]
    assert said == "Miasto to „Gdynia”. Wypadła kolej tej osoby w zespole „Pomorze”."


@pytest.fixture
def in_polish():
    from django.utils import translation

    with translation.override("pl"):
        yield


def test_an_assignment_stands_in_the_history_and_is_taken_back(deliver, crew, alice, now, as_alice):
    make_rule(now)
    people = come(now, 3)
    deliver(now)
    made = ChangeSet.objects.get(label="contacts.assigned")
    assert "reguły przydzielania" in as_alice.get("/changes/").text

    changes.undo(made, by=alice, now=now)
    deliver(now)

    assert owners(people) == ["", "", ""]


def test_a_thousand_who_come_at_once_cost_a_few_statements_a_block(
    deliver, crew, now, django_assert_max_num_queries, monkeypatch
):
    monkeypatch.setattr(giving, "AT_ONCE", 50)
    make_rule(now)
    people = come(now, 100)
    copying.copy_changed()

    with django_assert_max_num_queries(80):
        actions.assign_new({one.pk: now for one in people}, now=now)

    assert Counter(owners(people)) == {"Ola": 34, "Marta": 33, "Jan": 33}


def test_without_rules_nothing_is_asked(facts, db, now, django_assert_num_queries):
    with django_assert_num_queries(1):
        actions.assign_new({1: now}, now=now)


def test_a_rule_that_cannot_be_read_any_more_stops_no_other(deliver, crew, alice, now):
    broken = make_rule(now, person=alice)
    AssignmentRule.objects.filter(pk=broken.pk).update(rule={"kind": "gone"})
    make_rule(now)
    people = come(now)

    deliver(now)

    assert owners(people) == ["Ola"]


def test_nobody_is_assigned_twice_when_somebody_changes_them_meanwhile(facts, crew, alice, now, monkeypatch):
    """Between the question and the writing Alice takes one of them over: hers stays hers, the other is assigned."""
    make_rule(now)
    people = come(now, 2)
    copying.copy_changed()
    asked = queries.fitting

    def slowly(ids, at):
        found = asked(ids, at)
        contacts.assign(people[0], alice, by=alice, now=now)
        return found

    monkeypatch.setattr(queries, "fitting", slowly)
    actions.assign_new({one.pk: now for one in people}, now=now)

    assert owners(people) == ["Alice", "Ola"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_turns_and_nobody_is_left_out(facts, alice, now):
    """The second waits for the rule, and goes on where the first one stopped."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite in memory has one connection; its writers queue up anyway")
    people = [make_user(f"{name}@firma.example", "sales") for name in ("ola", "marta", "jan")]
    staff.make_team(name="Pomorze", members=[one.pk for one in people], now=now)
    make_rule(now)
    arrived = come(now, 30)
    copying.copy_changed()
    wrong: list[Exception] = []

    def work(part):
        try:
            for one in part:
                actions.assign_new({one.pk: now}, now=now)
                actions.assign_new({arrived[0].pk: now}, now=now)  # and the same one again and again
        except Exception as error:  # noqa: BLE001 - said below
            wrong.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=(part,)) for part in (arrived[::2], arrived[1::2])]
    for one in workers:
        one.start()
    for one in workers:
        one.join()

    assert wrong == []
    assert Counter(owners(arrived)) == {"Ola": 10, "Marta": 10, "Jan": 10}
    assert Assigned.objects.count() == 30


def test_those_who_are_nobodys_are_assigned_in_one_go_and_go_back_in_one(deliver, crew, alice, as_alice, now):
    earlier = now - timedelta(hours=1)
    people = come(earlier, 5, city="Gdynia") + come(earlier, 1, start=5, city="Radom")
    make_rule(now, GDYNIA)
    deliver(now)
    assert owners(people) == [""] * 6

    page = as_alice.get("/settings/assignment/people/")
    as_alice.post("/settings/assignment/people/")

    assert page.context["count"] == 5
    assert Counter(owners(people)) == {"Ola": 2, "Marta": 2, "Jan": 1, "": 1}
    made = ChangeSet.objects.get(label="contacts.assigned")
    assert made.by == alice
    changes.undo(made, by=alice, now=now)
    assert owners(people) == [""] * 6


def test_of_many_those_stay_who_found_an_owner_meanwhile(deliver, crew, alice, now):
    people = come(now - timedelta(hours=1), 3)
    make_rule(now)
    deliver(now)
    batch = several.begin("assign", BitMap64([one.pk for one in people]), by=alice, now=now)
    contacts.assign(people[1], alice, by=alice, now=now)

    while several.step(batch, now=now):
        pass

    batch.refresh_from_db()
    assert (owners(people)[1], batch.refused) == ("Alice", 1)
    assert "" not in owners(people)


def test_a_rule_needs_a_name_and_one_of_a_person_and_a_team(crew, now):
    good = {"name": "A", "rule": EVERYBODY, "person": crew[0].pk, "team": None, "way": "turns"}
    for wrong in ({"name": " "}, {"person": None}, {"team": team()}, {"person": 10**6}, {"rule": {"kind": "x"}}):
        with pytest.raises(Refused):
            actions.make_rule(values={**good, **wrong}, now=now)
    with pytest.raises(Refused, match="nikt nie patrzy"):
        actions.make_rule(values={**good, "rule": {"kind": "owner", "op": "is", "person": "me"}}, now=now)


def test_changes_of_rules_are_taken_back(crew, alice, now):
    ola = crew[0]
    first, second = make_rule(now, by=alice), make_rule(now, name="Druga", by=alice)
    actions.move_rule(second, up=True, by=alice, now=now)
    assert [one.name for one in AssignmentRule.objects.in_order()] == ["Druga", "Pomorze"]
    changes.undo(ChangeSet.objects.get(label="assignments.moved"), by=alice, now=now)
    assert [one.name for one in AssignmentRule.objects.in_order()] == ["Pomorze", "Druga"]

    values = {"name": "Ola", "rule": GDYNIA, "person": ola.pk, "team": None, "way": "turns"}
    actions.change_rule(first, values=values, by=alice, now=now)
    changes.undo(ChangeSet.objects.get(label="assignments.changed"), by=alice, now=now)
    first.refresh_from_db()
    assert (first.name, first.person, first.team_id, first.rule) == ("Pomorze", None, team(), EVERYBODY)

    actions.archive_rule(first, by=alice, now=now)
    changes.undo(ChangeSet.objects.get(label="assignments.archived"), by=alice, now=now)
    first.refresh_from_db()
    assert first.archived_at is None
    changes.undo(ChangeSet.objects.filter(label="assignments.made").earliest("pk"), by=alice, now=now)
    assert [one.name for one in AssignmentRule.objects.in_order()] == ["Druga"]


def test_who_is_forgotten_was_given_to_nobody(deliver, crew, now):
    make_rule(now)
    people = come(now, 2)
    deliver(now)

    forgetting.forget([people[0].pk])

    assert list(Assigned.objects.values_list("contact_id", flat=True)) == [people[1].pk]


def test_a_rule_is_written_in_the_builder_named_and_saved(as_alice, crew, facts, now):
    start = as_alice.get("/settings/assignment/new/")
    assert "/segments/people/?for=assignment" in start.text
    form = {"for": "assignment", "list": "", "0:mode": "all", "0.0:kind": "stage", "0.0:stage": "customer"}
    written = as_alice.post("/segments/people/", form)
    assert written.url.startswith("/settings/assignment/new/?rule=")
    named = as_alice.get(written.url)
    assert "Etap" in named.text

    tree = {"all": [{"kind": "stage", "stage": "customer"}]}
    saved = as_alice.post(
        "/settings/assignment/new/",
        {"audience-rule": json.dumps(tree), "name": "Klienci", "to": f"team:{team()}", "way": "fewest"},
    )

    assert saved.url == "/settings/assignment/"
    rule = AssignmentRule.objects.get()
    assert (rule.name, rule.rule, rule.team_id, rule.way) == ("Klienci", tree, team(), "fewest")
    page = as_alice.get("/settings/assignment/")
    assert "Klienci" in page.text
    again = as_alice.post("/segments/people/", {**form, "list": f"of={rule.pk}"})
    assert again.url.startswith(f"/settings/assignment/{rule.pk}/?rule=")
    assert as_alice.get(again.url).status_code == 200


def test_a_contact_is_tried_and_every_rule_says_why(as_alice, crew, alice, facts, now):
    make_rule(now, GDYNIA, person=alice, name="Gdynia")
    make_rule(now, name="Zespół")
    make_rule(now, person=alice, name="Reszta")
    contact = come(now, city="Radom")[0]
    copying.copy_changed()

    page = as_alice.get("/settings/assignment/", {"who": contact.email})

    assert [one.decides for one in page.context["tried"]] == [False, True, False]
    assert page.context["decides"].owner == "Ola"
    assert "Radom" in page.text  # the evidence of the condition that is not met
    assert AssignmentRule.objects.get(name="Zespół").turn == 0
    assert owners([contact]) == [""]


@pytest.mark.parametrize("number", [1, 20])
def test_the_page_costs_the_same_however_many_rules_there_are(
    as_alice, crew, facts, now, kept, django_assert_max_num_queries, number
):
    for n in range(number):
        make_rule(now, name=f"Reguła {n}")
    as_alice.get("/settings/assignment/")

    with django_assert_max_num_queries(10):
        page = as_alice.get("/settings/assignment/")

    assert page.text.count("Reguła ") >= number
