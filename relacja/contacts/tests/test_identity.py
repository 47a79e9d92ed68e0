from datetime import timedelta

import pytest

from relacja.contacts import actions, consents, rules
from relacja.contacts.models import Contact, Identity, Stage
from relacja.events import actions as events
from relacja.events.event import Event
from relacja.events.profiles import profile_of
from relacja.events.queries import timeline


def make_contact(now, **fields) -> Contact:
    given = {"first_name": "Anna", "last_name": "Żółć", "email": "anna@zolc.example", **fields}
    return actions.create(values=rules.values(given), now=now)


def visit(profile_id: int, now, name: str = "Segment Test") -> Event:
    import uuid

    event = Event.of(id=uuid.uuid4(), name=name, at=now, received_at=now, profile_id=profile_id, channel="web")
    events.append([event])
    return event


def test_what_a_visitor_did_joins_their_timeline_once_they_are_known(deliver, now):
    profile = profile_of("visitor", "v-1")
    visit(profile, now, "Looked Around")
    contact = make_contact(now)

    actions.join_visitor(contact, anonymous_id="v-1", now=now)
    deliver()

    names = [moment.name for moment in timeline(contact.pk)]
    assert sorted(names) == ["Contact Created", "Looked Around", "Visitor Recognised"]


def test_a_browser_that_is_somebody_elses_stays_theirs(deliver, now):
    anna = make_contact(now)
    jan = make_contact(now, first_name="Jan", email="jan@zolc.example")
    actions.join_visitor(anna, anonymous_id="v-1", now=now)

    assert actions.join_visitor(jan, anonymous_id="v-1", now=now) is False
    assert Identity.objects.get(kind="visitor").contact == anna


def test_a_sure_match_takes_on_new_identities_and_keeps_what_is_known(db, now):
    anna = make_contact(now, city="Gdynia")

    found = actions.identify(
        identities=[("email", "ANNA@zolc.example"), ("external", "shop:7")],
        traits={"city": "Sopot", "phone": "601 234 567"},
        now=now,
        source="shop",
    )

    found.refresh_from_db()
    assert (found.pk, found.city, found.phone) == (anna.pk, "Gdynia", "+48601234567")
    assert set(anna.identities.values_list("kind", flat=True)) == {"email", "phone", "external"}


def test_two_people_are_never_merged_by_an_event_that_names_both(deliver, now):
    anna = make_contact(now)
    jan = make_contact(now, first_name="Jan", email="jan@zolc.example", phone="601234567")

    found = actions.identify(
        identities=[("email", "anna@zolc.example"), ("phone", "601234567")], traits={}, now=now, source="shop"
    )
    deliver()

    assert found == anna
    assert Identity.objects.get(kind="phone").contact == jan
    assert "Possible Duplicate Found" in [moment.name for moment in timeline(anna.pk)]


def test_history_sent_under_a_customer_number_joins_whoever_turns_out_to_have_it(deliver, now):
    visit(profile_of("external", "shop:7"), now, "Looked Around")

    contact = actions.identify(
        identities=[("external", "shop:7"), ("email", "ola@x.example")], traits={}, now=now, source="shop"
    )
    deliver()

    assert "Looked Around" in [moment.name for moment in timeline(contact.pk)]


def test_an_order_makes_a_customer(deliver, now):
    contact = make_contact(now)
    visit(contact.pk, now, "Order Completed")

    deliver()

    contact.refresh_from_db()
    assert contact.stage == Stage.CUSTOMER


def test_a_changed_contact_is_copied_to_the_facts(deliver, facts, now):
    from relacja.contacts.models import ConsentText

    contact = make_contact(now)
    text, _ = ConsentText.objects.get_or_create(
        purpose="newsletter", channel="email", version=1, language="en", defaults={"body": "Yes", "since": now}
    )
    consents.give(contact, purpose="newsletter", channel="email", now=now, source="form", text=text)
    deliver()

    row = facts.ask(
        "SELECT name, attributes.consent.newsletter.email AS consent FROM contact FINAL WHERE id = {id:UInt64}",
        {"id": contact.pk},
    )
    assert row == [{"name": "Anna Żółć", "consent": "given"}]


@pytest.mark.parametrize(
    ("stage", "days_ago", "after"),
    [
        (Stage.PROSPECT, 300, Stage.CUSTOMER),
        (Stage.DORMANT, 1, Stage.WON_BACK),
        (Stage.LOST, 1, Stage.WON_BACK),
        (Stage.WON_BACK, 1, Stage.CUSTOMER),
        (Stage.DORMANT, 300, Stage.DORMANT),
        (Stage.LOST, 300, Stage.LOST),
    ],
)
def test_an_order_wins_back_unless_it_is_old_news(deliver, now, stage, days_ago, after):
    contact = make_contact(now)
    actions.set_stage(contact.pk, stage, now=now)
    at = now - timedelta(days=days_ago)
    events.record("Order Completed", profile_id=contact.pk, at=at, now=now, channel="web", properties={})

    deliver()

    contact.refresh_from_db()
    assert contact.stage == after
