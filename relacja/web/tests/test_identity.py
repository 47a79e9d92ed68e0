"""What servers say about people makes contacts; what browsers say does not."""

import uuid
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from relacja.contacts.models import Contact, Identity
from relacja.events import actions as events
from relacja.events.event import Event
from relacja.events.queries import contacts_of, timeline
from relacja.web import actions, sources
from relacja.web.becoming import Sender, event_of, is_believed
from relacja.web.models import IntakeCount
from relacja.web.segment import Kind, parse
from relacja.web.sources import Known
from relacja.web.subscribers import learn


def make_source(now, kind: str = "server", **given: Any) -> Known:
    return sources.known(actions.add_source("shop", kind, now, **given))


def heard(source: Known, now, kind: Kind, **message: Any) -> Event:
    """The event of one message, in the log."""
    import msgspec

    body = msgspec.json.encode({"writeKey": "k", "messageId": uuid.uuid4().hex, **message})
    call = parse(kind, body, received_at=now).calls[0]
    event = event_of(
        call,
        source=source,
        sender=Sender("192.0.2.0", "Firefox"),
        key=uuid.uuid4().bytes,
        believed=is_believed(call, source),
        contacts={},
        received_at=now,
    )
    events.append([event])
    return event


def test_a_server_introduces_somebody_with_everything_it_knows(deliver, now):
    source = make_source(now)
    heard(source, now, Kind.PAGE, anonymousId="v-1", properties={"title": "Rowery"})
    traits = {
        "name": "Łucja Żółkiewska",
        "email": "Lucja@Poczta.example",
        "phone": "601 234 567",
        "address": {"city": "Gdynia", "country": "Polska", "postalCode": "81-001"},
        "company": {"name": "Rowery Sp. z o.o."},
        "language": "pl-PL",
        "plan": "gold",
    }
    heard(source, now, Kind.IDENTIFY, userId="u-1", anonymousId="v-1", traits=traits)

    deliver()

    contact = Contact.objects.get()
    assert (contact.first_name, contact.last_name, contact.email) == ("Łucja", "Żółkiewska", "Lucja@poczta.example")
    assert (contact.phone, contact.city, contact.country) == ("+48601234567", "Gdynia", "PL")
    assert (contact.postal_code, contact.company.name, contact.language) == ("81-001", "Rowery Sp. z o.o.", "pl")
    assert set(contact.identities.values_list("kind", "value")) == {
        ("external", "shop:u-1"),
        ("email", "lucja@poczta.example"),
        ("phone", "+48601234567"),
        ("visitor", "v-1"),
    }
    assert "Page Viewed" in [moment.name for moment in timeline(contact.pk)]


def test_introducing_somebody_twice_changes_nothing(deliver, now):
    event = heard(make_source(now), now, Kind.IDENTIFY, userId="u-1", anonymousId="v", traits={"email": "a@x.example"})
    learn([event], now=now)
    learn([event], now=now)
    deliver()

    assert Contact.objects.count() == 1
    assert Identity.objects.count() == 3


def test_a_wrong_address_is_left_out_and_counted(deliver, now):
    heard(
        make_source(now), now, Kind.IDENTIFY, userId="u-1", traits={"email": "no address", "phone": "x", "city": "Łódź"}
    )

    deliver()

    contact = Contact.objects.get()
    assert (contact.email, contact.phone, contact.city) == ("", "", "Łódź")
    assert IntakeCount.objects.get(reason="bad_trait").count == 2


def test_an_address_as_customer_number_names_the_person_by_address_too(deliver, now):
    heard(make_source(now), now, Kind.IDENTIFY, userId="Ola@X.example", traits={"firstName": "Ola"})

    deliver()

    assert Identity.objects.get(kind="email").value == "ola@x.example"


def test_the_same_end_whatever_comes_first(deliver, now):
    """Viewed, bought, seen together, introduced, renamed: every order ends in one contact with all of it."""
    source = make_source(now)
    steps = [
        lambda n: heard(source, now, Kind.PAGE, anonymousId=f"v-{n}", properties={"title": "Rower"}),
        lambda n: heard(source, now, Kind.TRACK, event="Order Completed", userId=f"u-{n}", anonymousId=f"v-{n}"),
        lambda n: heard(source, now, Kind.ALIAS, userId=f"u-{n}", previousId=f"old-{n}"),
        lambda n: heard(source, now, Kind.IDENTIFY, userId=f"u-{n}", traits={"email": f"p{n}@x.example"}),
        lambda n: heard(source, now, Kind.TRACK, event="Looked Around", userId=f"old-{n}"),
    ]
    ends = set()
    for n, order in enumerate(permutations(steps)):
        made = [step(n) for step in order]
        learn(made, now=now)
        people = contacts_of(event.profile_id for event in made)
        contact = Contact.objects.get(email=f"p{n}@x.example")
        assert set(people.values()) == {contact.pk}
        ends.add((len(people), contact.identities.count()))

    assert len(ends) == 1
    assert Contact.objects.count() == 120


def test_a_browser_says_nothing_about_people_unless_our_secret_signed_it(deliver, now):
    source = make_source(now, "browser")
    victim_traits = {"email": "victim@x.example"}
    heard(source, now, Kind.IDENTIFY, userId="u-1", anonymousId="v-1", traits=victim_traits)
    heard(source, now, Kind.IDENTIFY, userId="u-1", anonymousId="v-1", traits={"userHash": "0" * 64})
    heard(source, now, Kind.ALIAS, userId="u-1", previousId="v-1")
    heard(source, now, Kind.GROUP, userId="u-1", groupId="g-1", traits={"name": "Mallory Ltd"})
    deliver()
    assert not Contact.objects.exists()

    signed = {"userHash": source.signature_of("u-1"), "firstName": "Ola", **victim_traits}
    heard(source, now, Kind.IDENTIFY, userId="u-1", anonymousId="v-1", traits=signed)
    deliver()

    contact = Contact.objects.get()
    assert (contact.first_name, contact.email) == ("Ola", "")
    assert set(contact.identities.values_list("kind", flat=True)) == {"external", "visitor"}


def test_a_number_nobody_vouches_for_never_reaches_the_person_who_has_it(deliver, now):
    server = make_source(now)
    browser = sources.known(actions.add_source("site", "browser", now, namespace="shop"))
    heard(server, now, Kind.IDENTIFY, userId="u-1", traits={"email": "a@x.example"})
    heard(browser, now + timedelta(seconds=1), Kind.TRACK, event="Order Completed", userId="u-1")
    deliver()

    names = [moment.name for moment in timeline(Contact.objects.get().pk)]
    assert "Order Completed" not in names


def test_a_group_names_the_company(deliver, now):
    source = make_source(now)
    heard(source, now, Kind.IDENTIFY, userId="u-1", traits={"email": "a@x.example"})
    heard(source, now, Kind.GROUP, userId="u-1", groupId="g-1", traits={"name": "Żuraw sp. z o.o."})
    deliver()

    assert Contact.objects.get().company.name == "Żuraw sp. z o.o."


@pytest.mark.parametrize(
    ("text", "code"), [("PL", "PL"), ("pl", "PL"), ("Poland", "PL"), ("Niemcy", "DE"), ("Atlantis", ""), ("", "")]
)
def test_countries_by_code_or_name(text, code):
    from relacja.web.traits import country_code

    assert country_code(text) == code
