"""What the program did in answer to demonstration people in the last weeks: entries into a journey, and letters.

Everything is over before it is written: nobody is inside the journey and no letter waits, so none is ever sent.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from relacja.contacts import consents
from relacja.demo.actions import posting
from relacja.demo.actions.posting import mark
from relacja.demo.actors import Actor
from relacja.demo.history import Moment
from relacja.demo.models import MarkKind
from relacja.demo.passages import Passage, passages
from relacja.journeys import actions as journeys
from relacja.journeys import rules as journey_rules
from relacja.journeys.models import Enrolment, JourneyVersion, Trace
from relacja.journeys.models import State as Place
from relacja.messaging import actions as messaging
from relacja.messaging import queries, stops
from relacja.messaging.models import (
    Cause,
    Reason,
    Suppression,
)

CART, CONFIRM = "abandoned-cart", "confirm-newsletter"
WAIT, CONDITION, SEND = "s1", "s2", "s3"  # the steps of the ready-made journey


LATELY = timedelta(weeks=6)
AT_ONCE = 500
ON_THE_LIST = 0.05


@dataclass(slots=True)
class _Way:
    """A passage through the journey, and the letter at its end if there is one."""

    actor: Actor
    passage: Passage
    enrolment: Enrolment
    post: posting.Post | None = None


def react(actors: list[Actor], *, now: datetime, ids: Random) -> None:
    """Write the entries and letters of the last weeks, and add what they tell to the actors' reactions.

    The actors' contacts and consents are saved. Half a second for the letters to 2,000 people.
    """
    with override(settings.LANGUAGE_CODE):
        random = Random(ids.getrandbits(64))
        words = {one.key: queries.versions_in_force(one) for one in messaging.ensure_ready_made(now)}
        version = journeys.ensure_ready_made(now=now).versions.select_related("journey").get(number=1)
        ways = _ways(actors, version, now=now, ids=ids)
        blocked = _save_stops(actors, ways, now=now, random=random)
        posts = posting.confirmations(actors, words[CONFIRM], since=now - LATELY)
        for way in ways:
            if way.passage.bought is None and way.actor.agrees(way.passage.due_at):
                blocks = way.actor.contact.pk in blocked
                way.post = posting.cart_letter(
                    way.actor, way.passage, way.enrolment, words[CART], is_blocked=blocks, now=now
                )
                posts.append(way.post)
        posts.sort(key=lambda post: post.message.queued_at)
        posting.leave_one_in_doubt(posts)
        posting.save_letters(posts)
        posting.save_hits(posts, now=now, random=random)
        Trace.objects.bulk_create([trace for way in ways for trace in _traces(way)], batch_size=AT_ONCE)
        for post in posts:
            post.actor.reactions += posting.told_of(post)
        for way in ways:
            way.actor.reactions += _told_on(way)


def _ways(actors: Iterable[Actor], version: JourneyVersion, *, now: datetime, ids: Random) -> list[_Way]:
    """The passages through the journey, saved as enrolments in the order in which they began."""
    definition = journey_rules.read(version.definition)
    wait = definition.nodes[WAIT].step
    ways = [
        _Way(actor, passage, _enrolment(actor, passage, version, ids=ids))
        for actor in actors
        for passage in passages(
            actor.story,
            since=now - LATELY,
            until=now,
            wait=lambda at: wait.due(at) or at,
            again=definition.again_after or LATELY,
        )
    ]
    ways.sort(key=lambda way: way.passage.entered_at)
    Enrolment.objects.bulk_create([way.enrolment for way in ways], batch_size=AT_ONCE)
    return ways


def _enrolment(actor: Actor, passage: Passage, version: JourneyVersion, *, ids: Random) -> Enrolment:
    """The moment that began it gets an id: the journey knows what it has answered."""
    moments = actor.story.moments
    event_id = uuid.UUID(int=ids.getrandbits(128), version=4)
    began = moments[passage.place] = replace(moments[passage.place], id=event_id)
    last = SEND if actor.agrees(passage.due_at) else CONDITION
    return Enrolment(
        journey=version.journey,
        version=version,
        contact=actor.contact,
        trigger_event_id=event_id,
        trigger={"name": began.name, "at": began.at.isoformat(), "properties": began.properties},
        entered_at=passage.entered_at,
        restarted_at=passage.restarted_at,
        state=Place.LEFT if passage.bought else Place.DONE,
        step=WAIT if passage.bought else last,
        due_at=passage.due_at,
        ended_at=passage.ended_at,
        left_reason="Order Completed" if passage.bought else "",
    )


def _save_stops(actors: Iterable[Actor], ways: Iterable[_Way], *, now: datetime, random: Random) -> set[int]:
    """Who unsubscribed is on the do-not-write list, and so are a few who asked for it. Returns these few."""
    found = [_stop(actor, Cause.UNSUBSCRIBED, actor.story.withdrawn_at) for actor in actors if actor.story.withdrawn_at]
    standing = [way for way in ways if way.passage.bought is None and way.actor.agrees(now)]
    asked = {way.actor.contact.pk: way for way in standing if random.random() < ON_THE_LIST}
    note = _("Asked on the phone for no more letters.")
    found += [
        _stop(way.actor, Cause.BLOCKED, way.passage.entered_at - timedelta(days=3), note) for way in asked.values()
    ]
    taken = stops.standing(consents.EMAIL, [stop.address for stop in found])
    saved = Suppression.objects.bulk_create(
        sorted((stop for stop in found if stop.address not in taken), key=lambda stop: stop.at), batch_size=AT_ONCE
    )
    mark(MarkKind.STOP, [stop.pk for stop in saved])
    return set(asked)


def _stop(actor: Actor, cause: Cause, at: datetime, note: str = "") -> Suppression:
    return Suppression(
        channel=consents.EMAIL,
        address_key=stops.key_of(consents.EMAIL, actor.person.email),
        address=actor.person.email,
        cause=cause,
        note=note,
        at=at,
    )


def _traces(way: _Way) -> Iterator[Trace]:
    def trace(step: str, outcome: str, *, passed: bool = True, **data: Any) -> Trace:
        enrolment, at = way.enrolment, way.passage.ended_at
        version = enrolment.version
        return Trace(enrolment=enrolment, version=version, step=step, outcome=outcome, data=data, at=at, passed=passed)

    if bought := way.passage.bought:
        yield trace(WAIT, "left", passed=False, event="Order Completed", event_at=bought.at.isoformat())
        return
    yield trace(WAIT, "waited")
    yield trace(CONDITION, "yes" if way.post else "no")
    if way.post:
        message = way.post.message
        if message.reason == Reason.BLOCKED:
            yield trace(SEND, "refused", message=message.pk, reason=message.reason)
        else:
            yield trace(SEND, "queued", message=message.pk)


def _told_on(way: _Way) -> Iterator[Moment]:
    """What the timeline says about a way through the journey."""
    version = way.enrolment.version
    about = {
        "journey": version.journey.name,
        "journey_key": version.journey.key,
        "version": version.number,
        "enrolment": way.enrolment.pk,
    }
    yield Moment("Journey Entered", way.passage.entered_at, channel="system", properties=about)
    if way.passage.bought:
        about = {**about, "reason": way.enrolment.left_reason}
        yield Moment("Journey Left", way.passage.ended_at, channel="system", properties=about)
    else:
        yield Moment("Journey Completed", way.passage.ended_at, channel="system", properties=about)
