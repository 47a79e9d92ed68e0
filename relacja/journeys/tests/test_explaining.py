from datetime import timedelta

import pytest

from relacja.events.profiles import profile_of
from relacja.journeys import actions
from relacja.journeys.explaining import Why, explain

from .conftest import HOUR, MINUTE


def why(world, journey, person):
    return explain(journey, person.pk, now=world.now)


def test_a_draft_can_have_nobody(world):
    journey = actions.create(name="Draft", now=world.now)

    assert why(world, journey, world.person()).why == Why.UNPUBLISHED


def test_nothing_has_happened(world):
    assert why(world, world.journey(), world.person()).why == Why.NEVER


def test_waiting(world):
    journey, anna = world.journey(), world.person()
    world.happens("Product Added", anna)

    story = why(world, journey, anna)

    assert story.why == Why.WAITING
    assert story.entries[0].enrolment.due_at == world.now + HOUR
    assert story.missed == ()


def test_each_step_is_told(world):
    journey, anna = world.journey(), world.person()
    world.happens("Product Added", anna)
    world.after(HOUR)

    story = why(world, journey, anna)

    assert story.why == Why.DONE
    assert [line.told for line in story.entries[0].lines][-1] == "Written"


def test_left_because_of_an_order(world):
    journey, anna = world.journey(), world.person()
    world.happens("Product Added", anna)
    world.after(MINUTE)
    ordered = world.happens("Order Completed", anna)

    story = why(world, journey, anna)

    assert (story.why, story.entries[0].reason_at) == (Why.LEFT, ordered.at)


def test_too_soon_again(world):
    journey, anna = world.journey(), world.person()
    first = world.happens("Product Added", anna)
    world.after(2 * HOUR)
    world.happens("Product Added", anna)

    story = why(world, journey, anna)

    assert story.why == Why.AGAIN
    assert story.missed[0].until == first.at + timedelta(days=1)


def test_inside_already(world):
    journey, anna = world.journey(), world.person()
    world.happens("Product Added", anna)
    world.after(MINUTE)
    world.happens("Product Added", anna)

    story = why(world, journey, anna)

    assert (story.why, story.missed[0].why) == (Why.WAITING, Why.INSIDE)


def test_other_properties(world):
    journey = world.journey(
        trigger={"event": "Product Added", "where": [{"property": "price", "op": "greater", "value": 100}]}
    )
    anna = world.person()
    world.happens("Product Added", anna, price=5)

    assert why(world, journey, anna).why == Why.FILTERED


def test_before_the_journey_began(world):
    anna = world.person()
    world.happens("Product Added", anna)
    world.after(MINUTE)
    journey = world.journey()

    assert why(world, journey, anna).why == Why.BEFORE


def test_heard_of_too_late(world):
    journey, anna = world.journey(lookback_hours=1), world.person()
    world.after(5 * HOUR)
    world.happens("Product Added", anna, at=world.now - 3 * HOUR)

    assert why(world, journey, anna).why == Why.LATE


def test_paused(world):
    journey, anna = world.journey(), world.person()
    journey.pause(at=world.now)
    world.happens("Product Added", anna)

    assert why(world, journey, anna).why == Why.PAUSED


def test_ordered_before_we_heard_of_the_cart(world):
    journey, anna = world.journey(), world.person()
    world.after(HOUR)
    world.happens("Order Completed", anna)
    world.happens("Product Added", anna, at=world.now - 10 * MINUTE)

    assert why(world, journey, anna).why == Why.ENDED


def test_the_answer_agrees_with_what_happened_for_everybody(world):
    """Whoever entered is told when, whoever did not is told why not."""
    journey = world.journey()
    people = [world.person(name) for name in ("Anna", "Jan", "Ola", "Ewa")]
    world.happens("Product Added", people[0])
    world.happens("Product Added", people[1])
    world.happens("Order Completed", people[1])
    world.happens("Product Added", profile_of("visitor", "somebody"))
    world.after(HOUR)

    answers = [why(world, journey, person).why for person in people]

    assert answers == [Why.DONE, Why.LEFT, Why.NEVER, Why.NEVER]


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("entries", [1, 8])
def test_an_answer_costs_the_same_however_long_the_story(world, django_assert_max_num_queries, entries):
    journey, anna = world.journey(again="always"), world.person()
    for _ in range(entries):
        world.happens("Product Added", anna)
        world.after(2 * HOUR)

    with django_assert_max_num_queries(6):
        assert len(why(world, journey, anna).entries) == entries
