from datetime import timedelta

import pytest

from relacja.clickhouse import facts as door
from relacja.contacts import actions as contacts
from relacja.events.models import Entry
from relacja.events.profiles import profile_of
from relacja.jobs.models import Job
from relacja.lib.errors import Refused, Unavailable
from relacja.segments import actions, pumps, queries, ready_made, rules, tasks
from relacja.segments.actions import keeping
from relacja.segments.models import Clock, Segment
from relacja.segments.tests.making import VIEWED, make_contact, make_event, make_segment, members, moves
from relacja.staff import actions as staff


def followed(until) -> None:
    """The passing of time is reckoned with until then."""
    Clock.objects.update_or_create(pk=1, defaults={"followed_at": until, "lost_at": until - timedelta(days=1)})


def test_what_happens_moves_people_in_and_out_and_both_are_on_record(deliver, now):
    anna, jan = make_contact(now), make_contact(now, "jan@zolc.example")
    left = {"all": [VIEWED, {"not": {"kind": "event", "name": "Order Completed", "op": "at_least", "times": 1}}]}
    segment = make_segment(now, rule=left)

    make_event(anna.pk, "Product Viewed", now)
    deliver()
    inside = members(segment)
    make_event(anna.pk, "Order Completed", now + timedelta(seconds=1))
    deliver(now + timedelta(seconds=2))

    assert (inside, members(segment)) == ([anna.pk], [])
    assert moves(anna) == ["Segment Entered", "Segment Left"]
    assert moves(jan) == []


def test_a_new_segment_fills_without_a_word_and_is_counted_by_a_job(deliver, now):
    anna = make_contact(now)
    make_event(anna.pk, "Product Viewed", now)
    deliver()

    segment = make_segment(now, counted=False)
    job = Job.objects.get(kind="segments.recount")
    actions.recount(segment, now=now)
    deliver()

    assert job.arguments == {"segment_id": segment.pk}
    assert members(segment) == [anna.pk]
    assert moves(anna) == []


def test_the_same_events_delivered_twice_are_recorded_once(deliver, now):
    anna = make_contact(now)
    make_segment(now)
    make_event(anna.pk, "Product Viewed", now)
    deliver()

    actions.ask_again([anna.pk], now=now)
    deliver()

    assert moves(anna) == ["Segment Entered"]


def test_segments_own_events_do_not_go_round(deliver, now):
    anna = make_contact(now)
    entered = {"kind": "event", "name": "Segment Entered", "op": "at_least", "times": 1}
    make_segment(now, "Looked")
    make_segment(now, "Entered something", entered)
    make_event(anna.pk, "Product Viewed", now)

    deliver(rounds=50)

    assert Entry.objects.count() < 8
    assert moves(anna) == ["Segment Entered"]


def test_earlier_visits_count_once_the_visitor_is_known(deliver, now):
    anna = make_contact(now)
    segment = make_segment(now)
    make_event(profile_of("visitor", "v-1"), "Product Viewed", now)
    deliver()
    unknown = members(segment)

    contacts.join_visitor(anna, anonymous_id="v-1", now=now)
    deliver()

    assert (unknown, members(segment)) == ([], [anna.pk])


def test_time_moves_people_out(deliver, now):
    anna = make_contact(now)
    segment = make_segment(now, rule={**VIEWED, "within": 30, "unit": "minutes"})
    make_event(anna.pk, "Product Viewed", now)
    deliver()
    followed(now + timedelta(minutes=25))
    later = now + timedelta(minutes=31)

    asked = actions.follow(now=later)
    deliver(later)

    assert asked is True
    assert members(segment) == []
    assert moves(anna) == ["Segment Entered", "Segment Left"]


def test_only_those_whom_time_concerns_are_asked_as_it_passes(deliver, now, monkeypatch):
    anna, jan = make_contact(now), make_contact(now, "jan@zolc.example")
    make_segment(now, rule={**VIEWED, "within": 30, "unit": "minutes"})
    make_event(anna.pk, "Product Viewed", now - timedelta(minutes=20))
    make_event(jan.pk, "Product Viewed", now)
    deliver()
    followed(now + timedelta(minutes=9, seconds=50))
    asked = []
    monkeypatch.setattr(queries, "holding", lambda *question: asked.append(question[1]) or [set()])

    actions.follow(now=now + timedelta(minutes=10, seconds=5))

    assert asked == [[anna.pk]]


def test_time_is_followed_every_fifteen_seconds(deliver, now):
    make_segment(now, rule={**VIEWED, "within": 1, "unit": "days"})
    followed(now)

    asked = [actions.follow(now=now + timedelta(seconds=seconds)) for seconds in (14, 15, 16, 30)]

    assert asked == [False, True, False, True]


def test_everybody_is_asked_again_every_half_hour(deliver, now):
    segment = make_segment(now, "Steady")
    followed(now)

    asked = [actions.refresh_next(now=now + timedelta(minutes=minutes)) for minutes in (29, 30, 31)]

    segment.refresh_from_db()
    assert asked == [False, True, False]
    assert segment.counted_at == now + timedelta(minutes=30)


def test_time_that_nobody_followed_is_made_up_for_by_counting(deliver, now):
    anna = make_contact(now)
    segment = make_segment(now, rule={**VIEWED, "within": 30, "unit": "minutes"})
    make_event(anna.pk, "Product Viewed", now)
    deliver()
    followed(now)
    later = now + timedelta(hours=2)

    actions.follow(now=later)
    still = members(segment)
    counted = actions.refresh_next(now=later)

    assert (still, counted, members(segment)) == ([anna.pk], True, [])


def test_an_archived_contact_leaves(deliver, now):
    anna = make_contact(now)
    segment = make_segment(now, rule={"kind": "attribute", "field": "first_name", "op": "is", "value": "anna"})
    deliver()
    inside = members(segment)

    contacts.archive(anna, now=now)
    deliver()

    assert (inside, members(segment)) == ([anna.pk], [])


def test_a_broken_rule_says_so_and_stops_nobody_else(deliver, now):
    anna = make_contact(now)
    segment, broken = make_segment(now), make_segment(now, "Broken")
    Segment.objects.filter(pk=broken.pk).update(rule={"kind": "horoscope"})
    make_event(anna.pk, "Product Viewed", now)

    deliver()

    broken.refresh_from_db()
    assert "horoscope" in broken.broken
    assert members(segment) == [anna.pk]


def test_a_question_that_fails_is_found_among_the_others(deliver, now, monkeypatch):
    anna = make_contact(now)
    segment, heavy = make_segment(now), make_segment(now, "Heavy", {**VIEWED, "times": 7})
    holding = queries.holding

    def failing(questions, contact_ids, now):
        if rules.read(heavy.rule) in questions:
            raise Unavailable("Too heavy.", permanent=True)
        return holding(questions, contact_ids, now)

    monkeypatch.setattr(queries, "holding", failing)
    make_event(anna.pk, "Product Viewed", now)
    deliver()

    heavy.refresh_from_db()
    assert heavy.broken == "Too heavy."
    assert members(segment) == [anna.pk]


def test_a_store_that_does_not_answer_is_no_fault_of_a_segment(deliver, now, monkeypatch):
    segment = make_segment(now)
    monkeypatch.setattr(door, "ask", lambda *_args, **_limits: (_ for _ in ()).throw(Unavailable("Not now.")))

    with pytest.raises(Unavailable):
        actions.ask_again([1], now=now)
    with pytest.raises(Unavailable):
        actions.recount(segment, now=now)

    segment.refresh_from_db()
    assert segment.broken == ""


def test_many_moves_are_made_some_at_a_time_and_the_segment_stays_due(deliver, now, monkeypatch):
    people = [make_contact(now, f"p{number}@zolc.example") for number in range(5)]
    segment = make_segment(now)
    monkeypatch.setattr(keeping, "MOST_CHANGES", 2)
    for one in people:
        make_event(one.pk, "Product Viewed", now)
    door_was = keeping.ask_again
    monkeypatch.setattr(actions, "ask_again", lambda *_args, **_named: None)
    deliver()
    monkeypatch.setattr(actions, "ask_again", door_was)

    due = now + timedelta(minutes=30)
    sizes = []
    while actions.refresh_next(now=due):
        sizes.append(len(members(segment)))

    assert sizes == [2, 4, 5]


def test_another_rule_counts_from_the_start_without_a_word(deliver, now):
    anna = make_contact(now, city="Gdynia")
    segment = make_segment(now)
    deliver()

    actions.change(
        segment,
        name="From Gdynia",
        rule={"kind": "attribute", "field": "city", "op": "is", "value": "Gdynia"},
        now=now,
    )
    actions.recount(segment, now=now)
    deliver()

    assert members(segment) == [anna.pk]
    assert moves(anna) == []


def test_ready_made_segments_are_made_once_and_kept_as_people_changed_them(deliver, now):
    made = actions.ensure_ready_made(now=now)
    Segment.objects.filter(key="customers").update(name="Klienci i klientki")
    actions.archive(Segment.objects.get(key="new-contacts"), now=now)

    again = actions.ensure_ready_made(now=now)

    assert (made, again) == (len(ready_made.segments(cart_minutes=60)), 0)
    assert Segment.objects.get(key="customers").name == "Klienci i klientki"


def test_a_segment_of_people_here_keeps_its_name_from_a_ready_made_one(db, now):
    actions.create(name="Miłośnicy kategorii", rule=VIEWED, now=now)

    assert actions.ensure_ready_made(now=now) == len(ready_made.segments(cart_minutes=60)) - 1


def test_a_cart_is_abandoned_after_the_quiet_and_until_the_order(deliver, now, settings):
    settings.ABANDONED_CART_MINUTES = 2
    anna = make_contact(now)
    actions.ensure_ready_made(now=now)
    segment = Segment.objects.get(key="abandoned-carts")
    actions.recount(segment, now=now)
    make_event(anna.pk, "Product Added", now)
    deliver()
    at_once = members(segment)
    followed(now)

    later = now + timedelta(minutes=2, seconds=5)
    actions.follow(now=later)
    quiet = members(segment)
    make_event(anna.pk, "Order Completed", later)
    deliver(later)

    assert (at_once, quiet, members(segment)) == ([], [anna.pk], [])


def test_the_work_of_counting_tolerates_a_segment_that_is_gone(db, now):
    from relacja.segments import tasks

    tasks.recount(segment_id=12345)


def test_only_the_segments_that_something_may_concern_are_asked(db):
    viewed = rules.read(VIEWED)
    gdynia = rules.read({"kind": "attribute", "field": "city", "op": "is", "value": "Gdynia"})

    assert [keeping.concerns(rule, frozenset({"Product Viewed"})) for rule in (viewed, gdynia)] == [True, False]
    assert [keeping.concerns(rule, frozenset({"Some Click"})) for rule in (viewed, gdynia)] == [False, False]
    assert [keeping.concerns(rule, frozenset({"Visitor Recognised"})) for rule in (viewed, gdynia)] == [True, True]


def test_a_team_with_other_people_moves_people_in_and_out(deliver, alice, bob, now):
    anna, jan = make_contact(now), make_contact(now, email="jan@zolc.example")
    contacts.assign(anna, alice, by=alice, now=now)
    contacts.assign(jan, bob, by=alice, now=now)
    team = staff.make_team(name="Pomorze", members=[alice.pk], now=now)
    deliver(now)
    segment = make_segment(now, rule={"kind": "team", "op": "in", "team": str(team.pk)})
    assert members(segment) == [anna.pk]

    staff.change_team(team, name="Pomorze", members=[bob.pk], now=now)
    work = Job.objects.get(kind="segments.recount")
    tasks.recount(**work.arguments)
    deliver(now)

    assert members(segment) == [jan.pk]
    assert (moves(anna), moves(jan)) == (["Segment Left"], ["Segment Entered"])


@pytest.mark.parametrize(
    "leaf", [{"kind": "owner", "op": "is", "person": "me"}, {"kind": "team", "op": "in", "team": "mine"}]
)
def test_a_segment_that_nobody_looks_at_cannot_speak_of_who_looks(facts, now, leaf):
    with pytest.raises(Refused, match="Tu nikt nie patrzy"):
        make_segment(now, rule={"all": [leaf]})


def test_making_sure_of_segments_rests_as_long_as_it_worked(monkeypatch, now):
    seconds, worked = [0.0], []

    def work(*, now):
        seconds[0] += 2
        worked.append(seconds[0])
        return True

    monkeypatch.setattr(pumps, "clock", lambda: seconds[0])
    monkeypatch.setattr(pumps, "_rested_at", [0.0])
    monkeypatch.setattr(actions, "follow", lambda **_at: False)
    monkeypatch.setattr(actions, "refresh_next", work)

    for _turn in range(5):
        pumps.refresh(now=now)
        seconds[0] += 1

    assert worked == [2.0, 6.0, 10.0]
