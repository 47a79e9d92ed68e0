"""Audiences begin journeys, end them and part their ways, all by the one mechanism of segments."""

import json
from importlib import import_module

import pytest
from django.utils.translation import override

from relacja.contacts import actions as contacts
from relacja.contacts import rules as contact_rules
from relacja.events import subscriptions
from relacja.jobs.models import Job
from relacja.journeys import actions
from relacja.journeys.explaining import explain
from relacja.journeys.models import Journey, State
from relacja.lib.errors import Refused
from relacja.segments import actions as segments
from relacja.segments import followed, rules, uses
from relacja.segments.models import Segment
from relacja.segments.tests.making import make_segment

GDYNIA = {"kind": "town", "op": "is", "town": "Gdynia"}
IN_GDYNIA = {"all": [{"kind": "segment", "op": "in", "segment": "gdynia"}]}
LEADS = {"kind": "stage", "stage": "lead"}
BOTH = {"all": [*IN_GDYNIA["all"], LEADS]}
WAIT = {"id": "w", "kind": "wait", "days": 30}


@pytest.fixture
def world(world):
    with override("en"):
        make_segment(world.now, "Gdynia", GDYNIA)
        yield world


def hear(world) -> None:
    """Segments hear what happened, then journeys hear of segments."""
    world.deliver()
    while subscriptions.deliver("segments", now=world.now):
        pass
    world.deliver()


def moves_to(world, person, city: str) -> None:
    contacts.edit(person, values=contact_rules.values({"city": city}), now=world.now)
    person.refresh_from_db()
    hear(world)


def leading(world, tree, **more) -> Journey:
    """A journey that an audience begins, counted for the first time."""
    draft = {"steps": [WAIT], "exit_on": [], "again": "always", **more}
    made = world.journey(trigger={"event": "Segment Entered", "audience": tree}, **draft)
    for segment in Segment.objects.filter(counted_at=None):
        segments.recount(segment, now=world.now)
    Job.objects.all().delete()
    return made


@pytest.mark.parametrize("tree", [IN_GDYNIA, BOTH, {"all": [GDYNIA]}])
def test_whoever_begins_to_be_meant_enters_and_who_was_before_does_not(world, tree):
    jan = world.person("Jan")
    moves_to(world, jan, "Gdynia")
    journey = leading(world, tree)
    anna = world.person()

    moves_to(world, anna, "Gdynia")

    assert [one.contact_id for one in journey.enrolments.all()] == [anna.pk]


def test_whoever_is_meant_no_more_leaves_wherever_they_are(world):
    journey = leading(world, BOTH, exit_on=[{"event": "Segment Left", "audience": BOTH}])
    anna = world.person()
    moves_to(world, anna, "Gdynia")

    moves_to(world, anna, "Radom")

    enrolment = journey.enrolments.get()
    assert (enrolment.state, enrolment.left_reason) == (State.LEFT, "Segment Left")
    assert "Is in the audience no more" in explain(journey, anna.pk, now=world.now).entries[0].reason


def test_an_audience_is_followed_while_a_journey_needs_it_and_nobody_sees_its_segment(world, as_alice):
    journey = leading(world, BOTH)
    kept = Segment.objects.get(is_kept_for_audience=True)

    assert (kept.key, Segment.objects.named().count()) == (followed.key_of(BOTH), 1)
    assert as_alice.get(f"/segments/{kept.pk}/").status_code == 404
    assert kept.name not in as_alice.get("/segments/").text
    assert [use.name for use in uses.of(Segment.objects.get(key="gdynia"))] == ["Cart"]

    actions.archive(journey, now=world.now)
    kept.refresh_from_db()
    assert kept.archived_at == world.now
    actions.restore(journey, now=world.now)
    kept.refresh_from_db()
    assert (kept.archived_at, kept.counted_at) == (None, None)


def test_the_segment_alone_is_followed_by_its_own_events(world):
    leading(world, IN_GDYNIA)

    assert not Segment.objects.filter(is_kept_for_audience=True).exists()


def test_a_segment_that_means_others_by_now_lets_nobody_in_by_that(world):
    jan = world.person("Jan")
    moves_to(world, jan, "Radom")
    journey = leading(world, BOTH)
    gdynia = Segment.objects.get(key="gdynia")

    segments.change(gdynia, name="Gdynia", rule={"kind": "town", "op": "is", "town": "Radom"}, now=world.now)
    for segment in Segment.objects.all():
        segments.recount(segment, now=world.now)
    world.deliver()

    assert Segment.objects.get(is_kept_for_audience=True).size == 1
    assert not journey.enrolments.exists()


def test_the_story_says_who_is_meant_and_what_is_missing(world):
    journey = leading(world, BOTH)
    anna, jan = world.person(), world.person("Jan")
    moves_to(world, anna, "Gdynia")

    assert explain(journey, anna.pk, now=world.now).is_meant is True
    said = explain(journey, jan.pk, now=world.now)
    assert (said.is_meant, "Gdynia" in said.lacks) == (False, True)


@pytest.mark.parametrize("at", ["trigger", "exit-0", "s1"])
def test_an_audience_is_chosen_for_every_place_without_script(as_alice, alice, world, at):
    alice.language = "en"
    alice.save()
    as_alice.post("/journeys/new/", {"name": "Welcome"})
    base = "/journeys/welcome/draft/"
    as_alice.post(f"{base}steps/", {"kind": "condition"})
    events = {"trigger-event": "Segment Entered", "exit-0-event": "Segment Left"}
    as_alice.post(f"{base}settings/", {"name": "Welcome", "again": "never", **events})

    page = as_alice.get(f"{base}audience/?at={at}")
    looked = as_alice.post(f"{base}audience/", {"at": at, "audience-segments": "gdynia", "audience-do": "look"})
    nobody = as_alice.post(f"{base}audience/", {"at": at})
    sent = as_alice.post(
        f"{base}audience/", {"at": at, "audience-segments": "gdynia", "audience-rule": json.dumps(LEADS)}
    )

    assert (page.status_code, looked.status_code, nobody.status_code) == (200, 200, 422)
    assert "Say whom you mean" in nobody.text
    assert sent.url == f"{base}#{at}"
    draft = Journey.objects.get(key="welcome").draft
    kept = {"trigger": draft["trigger"], "exit-0": draft["exit_on"][0], "s1": draft["steps"][0]}[at]
    assert BOTH in kept.values()
    text = as_alice.get(base).text
    assert rules.said(BOTH) in text or "is in the segment “Gdynia”" in text
    again = as_alice.post(f"{base}settings/", {"name": "W", **events, "trigger-audience": json.dumps(BOTH)})
    assert again.status_code == 302
    assert Journey.objects.get(key="welcome").draft["exit_on"][0]["audience"] == BOTH


def test_the_builder_comes_back_to_the_place_it_was_opened_from(as_alice, world):
    as_alice.post("/journeys/new/", {"name": "Welcome"})
    picker = as_alice.get("/journeys/welcome/draft/audience/?at=trigger").context["picker"]

    back = as_alice.post(
        "/segments/people/",
        {
            "for": "journey",
            "list": dict(one.split("=", 1) for one in [f"list={picker.origin.carried}"])["list"],
            "0:mode": "all",
            "0.0:kind": "stage",
            "0.0:stage": "lead",
        },
    )

    assert back.url.startswith("/journeys/welcome/draft/audience/?at=trigger")
    assert as_alice.get(back.url).context["picker"].audience.rule.to_json() == LEADS


def test_what_asks_for_an_archived_segment_is_not_published_and_says_so_when_it_is_in_force(as_alice, alice, world):
    alice.language = "en"
    alice.save()
    journey = leading(world, BOTH)
    segments.archive(Segment.objects.get(key="gdynia"), now=world.now)
    actions.save_draft(journey, {**journey.draft, "again": "never"}, now=world.now)

    with pytest.raises(Refused, match="gdynia"):
        actions.publish(journey, now=world.now)

    assert "is archived. Here it goes on to mean what it meant" in as_alice.get("/journeys/cart/").text


def test_what_named_one_segment_means_the_same_audience():
    written = import_module("relacja.journeys.migrations.0003_audiences").written
    before = {
        "trigger": {"event": "Segment Entered", "segment": "gdynia"},
        "exit_on": [{"event": "Order Completed"}],
        "steps": [{"id": "c", "kind": "condition", "segment": "gdynia", "yes": [], "no": [WAIT]}],
    }

    assert written(before) == {
        "trigger": {"event": "Segment Entered", "audience": IN_GDYNIA},
        "exit_on": [{"event": "Order Completed"}],
        "steps": [{"id": "c", "kind": "condition", "yes": [], "no": [WAIT], "rule": IN_GDYNIA}],
    }
