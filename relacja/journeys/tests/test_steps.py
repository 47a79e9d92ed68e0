"""Every registered step keeps the contract, and the built-in ones do what they say."""

import re
import uuid
from datetime import timedelta

import pytest
from django.utils.translation import override

from relacja.contacts import consents
from relacja.contacts.models import ConsentText
from relacja.journeys import actions, steps
from relacja.journeys.steps import ONWARD, OUT, Cohort, Outcome, Traveller
from relacja.messaging import actions as messaging
from relacja.messaging.models import Message
from relacja.segments.models import Segment

from .conftest import HOUR, MINUTE, START


def agree(person, now) -> None:
    text = ConsentText.objects.filter(purpose="newsletter", channel="email", language="pl").first()
    text = text or ConsentText.objects.create(
        purpose="newsletter", channel="email", language="pl", version=1, body="Tak", since=now
    )
    consents.give(
        person, purpose="newsletter", channel="email", now=now, source="test", text=text, address=person.email
    )


def cohort_of(people, now=START) -> Cohort:
    travellers = tuple(Traveller(number, person.pk, now, uuid.uuid4(), {}) for number, person in enumerate(people, 1))
    return Cohort(journey_id=1, journey_key="test", version=1, step_id="s", people=travellers)


@pytest.mark.parametrize("kind", sorted(steps.kinds()))
def test_every_step_keeps_the_contract(kind, world):
    messaging.ensure_ready_made(now=world.now)
    cls = steps.kinds()[kind]
    made = steps.read({"id": "s", "kind": kind, **cls.example})
    cohort = cohort_of([world.person(), world.person("Jan")])

    outcomes = made.run(cohort, now=world.now)

    assert steps.read({"id": "s", **made.to_json()}) == made
    assert set(outcomes) == {1, 2}
    assert {one.way for one in outcomes.values()} <= {ONWARD, OUT, *cls.branches}
    for language in ("pl", "en"):
        with override(language):
            assert made.words()
            assert str(cls.label)
            assert all(made.told(one.result, one.data) for one in outcomes.values())
    assert cls.icon


def test_a_condition_parts_the_ways(world):
    rule = {"all": [{"kind": "consent", "purpose": "newsletter", "channel": "email", "state": "given"}]}
    yes, no = [{"id": "y", "kind": "test-letter"}], [{"id": "x", "kind": "exit"}]
    condition = {"id": "c", "kind": "condition", "rule": rule, "yes": yes, "no": no}
    world.journey(steps=[{"id": "w", "kind": "wait", "minutes": 5}, condition])
    anna, jan = world.person(), world.person("Jan")
    agree(anna, world.now)
    world.happens("Product Added", anna)
    world.happens("Product Added", jan)

    world.after(5 * MINUTE)

    assert world.traces(anna) == [("w", "waited"), ("c", "yes"), ("y", "written")]
    assert world.traces(jan) == [("w", "waited"), ("c", "no"), ("x", "left")]


def test_the_abandoned_cart_writes_to_those_who_agreed_and_says_why_not_to_others(world):
    messaging.ensure_ready_made(now=world.now)
    journey = actions.ensure_ready_made(now=world.now)
    assert actions.ensure_ready_made(now=world.now) == journey
    anna, jan = world.person(), world.person("Jan")
    agree(anna, world.now)
    for person in (anna, jan):
        world.happens("Product Added", person, name="Rower")

    world.after(HOUR)
    world.after(HOUR)

    message = Message.objects.get()
    assert (message.contact, message.purpose, message.occurrence) == (anna, "newsletter", str(world.enrolment(anna).pk))
    assert message.context["event"]["properties"] == {"name": "Rower"}
    assert world.traces(anna) == [("s1", "waited"), ("s2", "yes"), ("s3", "queued")]
    assert world.traces(jan) == [("s1", "waited"), ("s2", "no")]
    assert (journey.name, journey.versions.count()) == ("Porzucony koszyk", 1)


def sending(**changes):
    send = {"id": "s", "kind": "send", "template": "abandoned-cart", "message": "marketing", "purpose": "newsletter"}
    return [{"id": "w", "kind": "wait", "minutes": 60}, {**send, **changes}]


def test_a_refused_message_is_in_the_trace_with_its_reason(world):
    messaging.ensure_ready_made(now=world.now)
    world.journey(steps=sending())
    anna = world.person()
    world.happens("Product Added", anna)

    world.after(HOUR)

    trace = world.enrolment(anna).traces.get(step="s")
    assert (trace.outcome, trace.data["reason"]) == ("refused", "no_consent")


@pytest.mark.parametrize(("late", "outcome"), [(23 * HOUR, "queued"), (timedelta(days=3), "too_late")])
def test_marketing_that_comes_a_day_late_is_not_sent(world, late, outcome):
    messaging.ensure_ready_made(now=world.now)
    world.journey(steps=sending())
    anna = world.person()
    agree(anna, world.now)
    world.happens("Product Added", anna)

    world.after(HOUR + late)

    assert world.enrolment(anna).traces.get(step="s").outcome == outcome


def test_a_thousand_messages_are_decided_in_a_bounded_number_of_queries(world, django_assert_max_num_queries):
    messaging.ensure_ready_made(now=world.now)
    send = steps.read(sending()[1])
    people = world.people(1_000)

    with django_assert_max_num_queries(120):
        outcomes = send.run(cohort_of(people), now=world.now)

    assert {outcome.result for outcome in outcomes.values()} == {"refused"}
    assert outcomes[1] == Outcome("refused", data=outcomes[1].data)


def test_a_journey_whose_segment_is_gone_pauses_itself_and_holds_nobody_else_up(world, now):
    segment = Segment.objects.create(name="Gone", key="gone", rule={"all": []}, created_at=now)
    rule = {"kind": "segment", "op": "in", "segment": "gone"}
    condition = {"id": "c", "kind": "condition", "rule": rule, "yes": [], "no": []}
    broken = world.journey(steps=[{"id": "w", "kind": "wait", "minutes": 5}, condition])
    world.journey()
    anna = world.person()
    world.happens("Product Added", anna)
    segment.delete()

    world.after(HOUR)

    broken.refresh_from_db()
    assert broken.paused_at == world.now
    assert "gone" in broken.trouble
    assert world.letters(anna) == 1
    broken.resume()
    assert broken.trouble == ""


def test_every_step_has_its_heading_in_the_reference(settings):
    page = (settings.PACKAGE.parent / "docs/reference/journey-steps.md").read_text(encoding="utf-8")

    assert {kind for kind in steps.kinds() if not kind.startswith("test-")} <= set(re.findall(r"^## (.+)$", page, re.M))
