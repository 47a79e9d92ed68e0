"""Loading demonstration data: made up in memory, written in one transaction."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from relacja.contacts import consents, rules
from relacja.contacts.models import (
    Company,
    Consent,
    ConsentAct,
    ConsentEntry,
    ConsentText,
    Contact,
    Identity,
    IdentityKind,
    Stage,
)
from relacja.demo import catalogue, colleagues, dates, history, people, tracking
from relacja.demo import source as shop
from relacja.demo.actions import ordering, reacting
from relacja.demo.actors import Actor
from relacja.demo.history import Moment, Story
from relacja.demo.models import Mark, MarkKind, Order, OrderLine
from relacja.demo.people import Habit, Person
from relacja.events import actions as events
from relacja.events.event import Event
from relacja.events.models import Alias, Entry
from relacja.events.profiles import profile_of
from relacja.lib import live
from relacja.lib.errors import Refused
from relacja.lib.text import folded
from relacja.web import sign_ups

SEED = 2026
ANONYMOUS_SHARE = 4
A_BLOCK = 1_000
SEATS = ("Gdańsk", "Gdynia", "Gdańsk", "Sopot", "Gdańsk", "Pruszcz Gdański", "Wejherowo")
AT_ONCE = 500
# Nobody in the data is busy at this very moment: reactions to fresh events are for the visitors one plays oneself.
# What the data tells of reactions comes within an hour.
QUIET = timedelta(hours=4)
A_DAY = timedelta(days=1)
# Half a year without an order, and nobody counts on the next; four months without a first one, and nobody hopes for it.
ASLEEP = timedelta(days=180)
GIVEN_UP = timedelta(days=120)


class AlreadyLoaded(Refused):
    """The demonstration data is there."""


def load(*, now: datetime, contacts: int = 2_000) -> int:
    """`contacts` customers with a year of history before `now`, and a quarter as many anonymous visitors.

    The same people and the same history for the same `now`; all of it or nothing. Returns the number of customers.
    """
    _refuse_twice()
    until = now - QUIET
    ids = Random(f"ids:{SEED}:{now.isoformat()}")
    actors = _actors(contacts, now=until, ids=ids)
    random = Random(f"anonymous:{SEED}")
    strangers = [
        (f"demo-{uuid.UUID(int=ids.getrandbits(128))}", history.anonymous_story(now=until, random=random))
        for _number in range(contacts // ANONYMOUS_SHARE)
    ]
    with transaction.atomic():
        _refuse_twice()
        dates.make_fields(now=now)
        colleagues.give_customers(actors, colleagues.hire(now=now))
        _save_contacts(actors, now=now)
        _save_orders(actors)
        _save_consents(actors, now=now)
        reacting.react(actors, now=now, ids=ids)
        _save_marks(actors, [anonymous_id for anonymous_id, _story in strangers])
        events.append_many(_blocks(_events(actors, strangers, now=now, ids=ids)))
        Mark.objects.create(kind=MarkKind.LOG, number=Entry.objects.latest("pk").pk)
        live.publish("contacts")
    return len(actors)


def _refuse_twice() -> None:
    if Mark.objects.exists():
        raise AlreadyLoaded(_("Demo data is loaded already. Remove it first to load it anew."))


def _actors(number: int, *, now: datetime, ids: Random) -> list[Actor]:
    random, told = Random(f"history:{SEED}"), Random(f"dates:{SEED}")
    found = []
    for person in people.people(number, seed=SEED):
        story = history.story(person, now=now, random=random)
        anonymous_id = f"demo-{uuid.UUID(int=ids.getrandbits(128))}"
        stages = _stages(person, story, now=now)
        contact = _contact(person, story, stages)
        contact.attributes |= dates.of(story, now=now, random=told)
        found.append(Actor(person, story, anonymous_id, contact, stages))
    return found


def _contact(person: Person, story: Story, stages: list[tuple[datetime, Stage]]) -> Contact:
    since, stage = stages[-1]
    last = max([story.known_at, *(purchase.at for purchase in story.purchases)])
    return Contact(
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email,
        phone=person.phone,
        job_title=person.job_title,
        street=person.street,
        postal_code=person.postal_code,
        city=person.city,
        language=person.language,
        stage=stage,
        source="newsletter" if story.asked_at else shop.NAME,
        attributes={"vip": True} if person.habit == Habit.DEVOTED else {},
        last_changes={"stage": [1, None, since.isoformat()]} if len(stages) > 1 else {},
        created_at=story.known_at,
        changed_at=last,
        name_key=rules.name_key(person.first_name, person.last_name, person.email),
        search_text=rules.search_text(
            first_name=person.first_name,
            last_name=person.last_name,
            email=person.email,
            phone=person.phone,
            company=person.company,
        ),
    )


def _stages(person: Person, story: Story, *, now: datetime) -> list[tuple[datetime, Stage]]:
    """Where somebody stood, each with its beginning; the last is where they stand at `now`."""
    stages = [(story.known_at, Stage.LEAD)]
    bought = sorted(purchase.at for purchase in story.purchases)
    carts = [moment.at for moment in story.moments if moment.name == "Cart Viewed" and moment.at > story.known_at]
    if carts and (not bought or carts[0] < bought[0] - A_DAY):
        stages.append((carts[0], Stage.PROSPECT))
    for before, at in zip([None, *bought], bought, strict=False):
        if before is None:
            stages.append((at, Stage.CUSTOMER))
        elif at - before > ASLEEP:
            stages += [(before + ASLEEP, Stage.DORMANT), (at, Stage.WON_BACK)]
    if bought and now - bought[-1] > ASLEEP:
        stages.append((bought[-1] + ASLEEP, Stage.DORMANT))
    if person.habit == Habit.LOST and not bought:
        stages.append((max(stages[-1][0], story.known_at) + GIVEN_UP, Stage.LOST))
    return [(at, stage) for at, stage in stages if at <= now]


def _save_contacts(actors: list[Actor], *, now: datetime) -> None:
    taken = set(Identity.objects.filter(kind=IdentityKind.PHONE).values_list("value", flat=True))
    taken |= set(Identity.objects.filter(kind=IdentityKind.EMAIL).values_list("value", flat=True))
    actors[:] = [actor for actor in actors if not taken & {actor.person.email, actor.person.phone}]
    companies = _companies(actors, now=now)
    for actor in actors:
        actor.contact.company = companies.get(actor.person.company)
    Contact.objects.bulk_create([actor.contact for actor in actors], batch_size=AT_ONCE)
    Identity.objects.bulk_create(
        [
            Identity(kind=kind, value=value, contact=actor.contact, since=actor.story.known_at)
            for actor in actors
            for kind, value in (
                (IdentityKind.EMAIL, actor.person.email),
                (IdentityKind.PHONE, actor.person.phone),
                (IdentityKind.VISITOR, actor.anonymous_id),
            )
            if value
        ],
        batch_size=AT_ONCE,
    )
    Alias.objects.bulk_create(
        [Alias(profile_id=actor.visitor, contact_id=actor.contact.pk, since=actor.story.known_at) for actor in actors],
        batch_size=AT_ONCE,
    )


def _companies(actors: list[Actor], *, now: datetime) -> dict[str, Company]:
    """The firms people work for. One that is known already is used, and not marked as demonstration data."""
    names = sorted({actor.person.company for actor in actors if actor.person.company})
    found = {company.name: company for company in Company.objects.filter(name__in=names, archived_at=None)}
    made = [
        Company(
            name=name,
            name_key=folded(name)[:200],
            city=SEATS[number % len(SEATS)],
            created_at=now - timedelta(days=history.DAYS - 13 * number),
        )
        for number, name in enumerate(names)
        if name not in found
    ]
    Company.objects.bulk_create(made)
    Mark.objects.bulk_create([Mark(kind=MarkKind.COMPANY, number=company.pk) for company in made])
    return {**found, **{company.name: company for company in made}}


def _save_orders(actors: list[Actor]) -> None:
    for actor in actors:
        actor.orders = [
            Order(
                contact=actor.contact,
                at=purchase.at,
                delivery=purchase.cart.delivery,
                total=purchase.cart.total,
                currency=catalogue.CURRENCY,
                recipient=f"{actor.person.first_name} {actor.person.last_name}",
                street=actor.person.street,
                postal_code=actor.person.postal_code,
                city=actor.person.city,
            )
            for purchase in actor.story.purchases
        ]
    Order.objects.bulk_create([order for actor in actors for order in actor.orders], batch_size=AT_ONCE)
    OrderLine.objects.bulk_create(
        [
            line
            for actor in actors
            for order, purchase in zip(actor.orders, actor.story.purchases, strict=True)
            for line in ordering.lines(order, purchase.cart)
        ],
        batch_size=AT_ONCE,
    )


def _save_consents(actors: list[Actor], *, now: datetime) -> None:
    text = sign_ups.text_in("pl", now=now)
    for actor in actors:
        actor.entries = list(_entries(actor, text))
    ConsentEntry.objects.bulk_create([entry for actor in actors for entry in actor.entries], batch_size=AT_ONCE)
    Consent.objects.bulk_create(
        [
            Consent(
                contact=actor.contact,
                purpose=consents.NEWSLETTER,
                channel=consents.EMAIL,
                act=actor.entries[-1].act,
                entry=actor.entries[-1],
            )
            for actor in actors
            if actor.entries
        ],
        batch_size=AT_ONCE,
    )


def _entries(actor: Actor, text: ConsentText) -> Iterator[ConsentEntry]:
    story = actor.story
    for act, at, source in (
        (ConsentAct.ASKED, story.asked_at, "newsletter form"),
        (ConsentAct.GIVEN, story.agreed_at, "confirmation link"),
        (ConsentAct.WITHDRAWN, story.withdrawn_at, "unsubscribe link"),
    ):
        if at is not None:
            yield ConsentEntry(
                contact=actor.contact,
                purpose=consents.NEWSLETTER,
                channel=consents.EMAIL,
                act=act,
                text=text,
                address=actor.person.email,
                source=source,
                at=at,
            )


def _save_marks(actors: list[Actor], strangers: Iterable[str]) -> None:
    profiles = [actor.visitor for actor in actors]
    profiles += [profile_of(IdentityKind.VISITOR, anonymous_id) for anonymous_id in strangers]
    marks = [Mark(kind=MarkKind.CONTACT, number=actor.contact.pk) for actor in actors]
    marks += [Mark(kind=MarkKind.PROFILE, number=profile) for profile in profiles]
    Mark.objects.bulk_create(marks, batch_size=AT_ONCE)


def _events(actors: list[Actor], strangers: list[tuple[str, Story]], *, now: datetime, ids: Random) -> list[Event]:
    """The whole history as events, oldest first."""
    told = [
        (moment, actor.visitor if moment.in_browser else actor.contact.pk)
        for actor in actors
        for moment in (*actor.story.moments, *actor.reactions, *_recorded(actor))
    ]
    for anonymous_id, story in strangers:
        profile = profile_of(IdentityKind.VISITOR, anonymous_id)
        told += [(moment, profile) for moment in story.moments]
    told.sort(key=lambda each: each[0].at)
    return [
        Event.of(
            id=moment.id or uuid.UUID(int=ids.getrandbits(128), version=4),
            name=moment.name,
            at=moment.at,
            received_at=now,
            profile_id=profile,
            channel=moment.channel,
            source=shop.NAME,
            properties=moment.properties,
            context=moment.context,
        )
        for moment, profile in told
    ]


def _recorded(actor: Actor) -> Iterator[Moment]:
    """What the records say happened: becoming a contact, consents, orders."""
    yield _moment("Contact Created", actor.story.known_at, source=actor.contact.source)
    yield _moment("Visitor Recognised", actor.story.known_at, profiles=[str(actor.visitor)])
    names = {
        ConsentAct.ASKED: "Consent Requested",
        ConsentAct.GIVEN: "Consent Given",
        ConsentAct.WITHDRAWN: "Consent Withdrawn",
    }
    for entry in actor.entries:
        yield _moment(
            names[ConsentAct(entry.act)],
            entry.at,
            purpose=entry.purpose,
            channel=entry.channel,
            source=entry.source,
            text_version=entry.text.version if entry.text else None,
            entry=entry.pk,
        )
    for order, purchase in zip(actor.orders, actor.story.purchases, strict=True):
        yield Moment("Order Completed", order.at, properties=tracking.order_properties(order.number, purchase.cart))
    for (_since, before), (at, stage) in pairwise(actor.stages):
        yield _moment("Stage Changed", at, stage=str(stage), before=str(before))


def _moment(name: str, at: datetime, **properties: Any) -> Moment:
    return Moment(name, at, properties=properties)


def _blocks(found: list[Event]) -> Iterator[list[Event]]:
    for start in range(0, len(found), A_BLOCK):
        yield found[start : start + A_BLOCK]
