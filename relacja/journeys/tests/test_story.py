from datetime import timedelta

from relacja.contacts import actions as contacts
from relacja.events import vocabulary
from relacja.events.profiles import profile_of
from relacja.events.queries import timeline
from relacja.journeys import actions
from relacja.journeys.models import State

from .conftest import HOUR, MINUTE, event


def test_a_full_cart_leads_to_one_message_after_the_wait(world):
    journey, anna = world.journey(), world.person()
    world.happens("Product Added", anna)

    world.after(59 * MINUTE)
    assert (world.letters(anna), world.inside(journey)) == (0, 1)
    world.after(MINUTE)
    world.after(HOUR)

    assert world.letters(anna) == 1
    assert world.traces(anna) == [("w", "waited"), ("m", "written")]
    assert world.enrolment(anna).state == State.DONE


def test_entering_and_completing_are_on_the_timeline(world):
    world.journey()
    anna = world.person()
    world.happens("Product Added", anna)
    world.after(HOUR)

    names = {moment.name: moment.sentence for moment in timeline(anna.pk)}
    assert {"Journey Entered", "Journey Completed"} <= set(names)
    assert "Cart" in names["Journey Entered"]


def test_an_order_before_the_end_of_the_wait_stops_the_message(world):
    journey, anna = world.journey(), world.person()
    world.happens("Product Added", anna)
    world.after(59 * MINUTE)
    world.happens("Order Completed", anna)

    world.after(HOUR)

    assert world.letters(anna) == 0
    assert (world.enrolment(anna).state, world.enrolment(anna).left_reason) == (State.LEFT, "Order Completed")
    left = next(moment for moment in timeline(anna.pk) if moment.name == "Journey Left")
    assert str(vocabulary.of("Order Completed").label) in left.sentence
    assert world.inside(journey) == 0


def test_somebody_elses_order_stops_nothing(world):
    world.journey()
    anna, jan = world.person(), world.person("Jan")
    world.happens("Product Added", anna)
    world.happens("Order Completed", jan)

    world.after(HOUR)

    assert world.letters(anna) == 1


def test_only_events_with_the_right_properties_count(world):
    world.journey(
        trigger={"event": "Product Added", "where": [{"property": "price", "op": "greater", "value": 100}]},
        exit_on=[{"event": "Order Completed", "where": [{"property": "shop", "op": "is", "value": "ours"}]}],
    )
    anna, jan = world.person(), world.person("Jan")
    world.happens("Product Added", anna, price=99.5)
    world.happens("Product Added", jan, price="250")
    world.happens("Order Completed", jan, shop="theirs")

    world.after(HOUR)

    assert (world.letters(anna), world.letters(jan)) == (0, 1)


def test_another_product_lets_the_wait_begin_anew(world):
    world.journey()
    anna = world.person()
    world.happens("Product Added", anna)
    world.after(50 * MINUTE)
    world.happens("Product Added", anna)

    world.after(59 * MINUTE)
    assert world.letters(anna) == 0
    world.after(MINUTE)

    assert world.letters(anna) == 1
    assert world.enrolment(anna).restarted_at is not None


def test_without_restart_the_wait_goes_on(world):
    world.journey(restart=False)
    anna = world.person()
    world.happens("Product Added", anna)
    world.after(50 * MINUTE)
    world.happens("Product Added", anna)

    world.after(10 * MINUTE)

    assert world.letters(anna) == 1


def test_nobody_enters_again_before_the_pause_is_over(world):
    journey, anna = world.journey(), world.person()
    world.happens("Product Added", anna)
    world.after(2 * HOUR)
    world.happens("Product Added", anna)
    assert world.inside(journey) == 0

    world.after(timedelta(days=1))
    world.happens("Product Added", anna)
    world.after(HOUR)

    assert world.letters(anna) == 2


def test_once_means_once_and_always_means_every_time(world):
    once, always = world.journey(again="never"), world.journey(again="always")
    anna = world.person()
    for _ in range(3):
        world.happens("Product Added", anna)
        world.after(timedelta(days=30))

    assert (once.enrolments.count(), always.enrolments.count()) == (1, 3)


def test_a_cart_filled_before_the_visitor_became_known_counts_with_its_own_time(world):
    journey = world.journey()
    visitor = profile_of("visitor", "v-1")
    world.happens("Product Added", visitor)
    world.after(40 * MINUTE)
    anna = world.person()
    contacts.join_visitor(anna, anonymous_id="v-1", now=world.now)
    world.deliver()

    assert world.inside(journey) == 1
    world.after(20 * MINUTE)

    assert world.letters(anna) == 1


def test_a_recognised_visitor_who_has_ordered_since_gets_nothing(world):
    journey = world.journey()
    visitor = profile_of("visitor", "v-1")
    world.happens("Product Added", visitor)
    world.after(MINUTE)
    world.happens("Order Completed", visitor)
    anna = world.person()
    contacts.join_visitor(anna, anonymous_id="v-1", now=world.now)

    world.after(HOUR)

    assert (journey.enrolments.count(), world.letters(anna)) == (0, 0)


def test_a_recognised_visitors_last_product_begins_the_wait(world):
    world.journey()
    visitor = profile_of("visitor", "v-1")
    world.happens("Product Added", visitor)
    world.after(30 * MINUTE)
    world.happens("Product Added", visitor)
    anna = world.person()
    contacts.join_visitor(anna, anonymous_id="v-1", now=world.now)

    world.after(59 * MINUTE)
    assert world.letters(anna) == 0
    world.after(MINUTE)

    assert world.letters(anna) == 1


def test_what_happened_longer_ago_than_the_lookback_begins_nothing(world):
    journey, anna = world.journey(lookback_hours=2), world.person()
    world.now += timedelta(days=1)

    world.happens("Product Added", anna, at=world.now - 3 * HOUR)

    assert journey.enrolments.count() == 0


def test_a_cart_that_we_hear_of_after_its_order_begins_nothing(world):
    journey, anna = world.journey(), world.person()
    world.after(HOUR)
    world.happens("Order Completed", anna)

    world.happens("Product Added", anna, at=world.now - 10 * MINUTE)

    assert journey.enrolments.count() == 0


def test_an_order_from_before_the_cart_that_comes_late_stops_nothing(world):
    world.journey()
    anna = world.person()
    world.after(HOUR)
    world.happens("Product Added", anna)
    world.happens("Order Completed", anna, at=world.now - 30 * MINUTE)

    world.after(HOUR)

    assert world.letters(anna) == 1


def test_whoever_is_inside_finishes_under_the_version_they_entered(world):
    journey, anna = world.journey(), world.person()
    world.happens("Product Added", anna)
    steps = [{"id": "w", "kind": "wait", "minutes": 5}, {"id": "x", "kind": "exit"}]
    actions.save_draft(journey, {**journey.draft, "steps": steps}, now=world.now)
    actions.publish(journey, now=world.now)
    jan = world.person("Jan")
    world.happens("Product Added", jan)

    world.after(HOUR)

    assert world.traces(anna) == [("w", "waited"), ("m", "written")]
    assert world.traces(jan) == [("w", "waited"), ("x", "left")]
    assert world.enrolment(jan).state == State.LEFT


def test_a_paused_journey_moves_nobody_and_takes_nobody_in_but_lets_people_out(world):
    journey = world.journey()
    anna, jan, ola = world.person(), world.person("Jan"), world.person("Ola")
    world.happens("Product Added", anna)
    world.happens("Product Added", jan)
    journey.pause(at=world.now)
    world.happens("Product Added", ola)
    world.happens("Order Completed", jan)
    world.after(2 * HOUR)
    assert world.letters(anna) == 0

    journey.resume()
    world.after(MINUTE)

    assert (world.letters(anna), world.letters(jan)) == (1, 0)
    assert journey.enrolments.filter(contact=ola).count() == 0


def test_archiving_takes_everybody_out(world):
    journey, anna = world.journey(), world.person()
    world.happens("Product Added", anna)

    actions.archive(journey, now=world.now)
    world.after(HOUR)

    assert (world.letters(anna), world.enrolment(anna).left_reason) == (0, "journey archived")


def test_an_archived_contact_leaves(world):
    world.journey()
    anna = world.person()
    world.happens("Product Added", anna)
    contacts.archive(anna, now=world.now)

    world.after(HOUR)

    assert world.letters(anna) == 0


def test_traffic_of_strangers_costs_few_queries(world, django_assert_max_num_queries):
    world.journey()
    strangers = [profile_of("visitor", f"v-{i}") for i in range(50)]

    with django_assert_max_num_queries(5):
        actions.react([event("Product Added", profile, world.now) for profile in strangers], now=world.now)
