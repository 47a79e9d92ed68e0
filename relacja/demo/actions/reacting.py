"""What the program did in answer to demonstration people in the last weeks: entries into a journey, and letters.

Everything is over before it is written: nobody is inside the journey and no letter waits, so none is ever sent.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from relacja.contacts import consents
from relacja.contacts.models import ConsentAct
from relacja.demo import catalogue
from relacja.demo.actors import Actor
from relacja.demo.history import Moment
from relacja.demo.models import Mark, MarkKind
from relacja.demo.passages import Passage, passages
from relacja.demo.people import Habit
from relacja.journeys import actions as journeys
from relacja.journeys import rules as journey_rules
from relacja.journeys.models import Enrolment, JourneyVersion, Trace
from relacja.journeys.models import State as Place
from relacja.messaging import actions as messaging
from relacja.messaging import letters, links, queries, rules, sending, stops
from relacja.messaging.models import (
    Cause,
    Confirmation,
    Delivery,
    Hit,
    HitKind,
    Kind,
    Link,
    Message,
    Reason,
    State,
    Suppression,
    TemplateVersion,
)

LATELY = timedelta(weeks=6)
A_SECOND = timedelta(seconds=1)
AT_ONCE = 500
LETTERS_AT_ONCE = 100
CART, CONFIRM = "abandoned-cart", "confirm-newsletter"
WAIT, CONDITION, SEND = "s1", "s2", "s3"  # the steps of the ready-made journey
KEEN = {Habit.DEVOTED: 0.8, Habit.REGULAR: 0.6, Habit.ONCE: 0.45, Habit.LOOKING: 0.5, Habit.LOST: 0.2}
FOLLOWS = 0.4
BY_PROXY = 0.15
ON_THE_LIST = 0.05
# So many from the newest is the letter that nobody confirmed: on the first page of the outbox, not in its first row.
DOUBTFUL = 9
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36"
PROXY = "Mozilla/5.0"


@dataclass(slots=True)
class _Post:
    """A letter on the way into the records, with what becomes of it and when."""

    actor: Actor
    message: Message
    values: dict[str, Any]
    ended_at: datetime
    hits: list[Hit]


@dataclass(slots=True)
class _Way:
    """A passage through the journey, and the letter at its end if there is one."""

    actor: Actor
    passage: Passage
    enrolment: Enrolment
    post: _Post | None = None


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
        posts = _confirmations(actors, words[CONFIRM], now=now)
        for way in ways:
            if way.passage.bought is None and way.actor.agrees(way.passage.due_at):
                way.post = _cart_letter(way, words[CART], is_blocked=way.actor.contact.pk in blocked, now=now)
                posts.append(way.post)
        posts.sort(key=lambda post: post.message.queued_at)
        _leave_one_in_doubt(posts)
        _save_letters(posts)
        _save_hits(posts, now=now, random=random)
        Trace.objects.bulk_create([trace for way in ways for trace in _traces(way)], batch_size=AT_ONCE)
        for post in posts:
            post.actor.reactions += _told_of(post)
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
    _mark(MarkKind.STOP, [stop.pk for stop in saved])
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


def _confirmations(actors: Iterable[Actor], words: Mapping[str, TemplateVersion], *, now: datetime) -> list[_Post]:
    """The question to everybody who signed up lately; who agreed has opened it."""
    asked = [(actor, entry) for actor in actors if (entry := actor.entry(ConsentAct.ASKED)) and entry.at > now - LATELY]
    saved = Confirmation.objects.bulk_create(
        Confirmation(
            entry=entry,
            address_key=stops.key_of(consents.EMAIL, actor.person.email),
            asked_at=entry.at,
            confirmed_at=actor.story.agreed_at,
        )
        for actor, entry in asked
    )
    posts = []
    for (actor, entry), confirmation in zip(asked, saved, strict=True):
        values = {
            "confirm": {
                "url": links.url(links.CONFIRM, confirmation.pk),
                "text": entry.text.body if entry.text else "",
            }
        }
        message = _message(actor, words, what="confirmation", occurrence=str(confirmation.pk), at=entry.at)
        post = _sent(_Post(actor, message, values, entry.at, []), entry.at + 2 * A_SECOND)
        if actor.story.agreed_at:
            _hit(post, HitKind.OPEN, max(post.ended_at, actor.story.agreed_at - 20 * A_SECOND))
        posts.append(post)
    return posts


def _cart_letter(way: _Way, words: Mapping[str, TemplateVersion], *, is_blocked: bool, now: datetime) -> _Post:
    """The letter about what stayed in the cart: refused, or sent as soon as the quiet hours allow."""
    actor, at = way.actor, way.passage.due_at
    what = f"journey:{way.enrolment.journey_id}:{SEND}"
    message = _message(actor, words, what=what, occurrence=str(way.enrolment.pk), at=at)
    message.kind, message.purpose = Kind.MARKETING, consents.NEWSLETTER
    message.basis = actor.entry(ConsentAct.GIVEN)
    post = _Post(actor, message, {"cart": _cart(way.passage)}, at, [])
    if is_blocked:
        return _refused(post, Reason.BLOCKED, at)
    quiet = rules.quiet(settings.QUIET_HOURS, settings.TIME_ZONE)
    morning = quiet.end(at) if quiet else None
    send_at = morning if morning and morning < now else at
    if not actor.agrees(send_at) and actor.story.withdrawn_at:
        return _refused(post, Reason.NO_CONSENT, actor.story.withdrawn_at)
    return _sent(post, send_at + A_SECOND)


def _message(
    actor: Actor, words: Mapping[str, TemplateVersion], *, what: str, occurrence: str, at: datetime
) -> Message:
    version = words.get(actor.contact.language) or next(iter(words.values()))
    return Message(
        contact=actor.contact,
        what=what,
        occurrence=occurrence,
        kind=Kind.TRANSACTIONAL,
        channel=consents.EMAIL,
        version=version,
        language=version.language,
        to=actor.person.email,
        to_key=stops.key_of(consents.EMAIL, actor.person.email),
        key=uuid.uuid4(),
        subject=version.template.name,
        queued_at=at,
        not_before=at,
    )


def _sent(post: _Post, at: datetime) -> _Post:
    message = post.message
    message.state, message.delivery, message.attempts = State.SENT, Delivery.KEPT, 1
    message.sent_at = message.claimed_at = message.tried_since = post.ended_at = at
    return post


def _refused(post: _Post, reason: Reason, at: datetime) -> _Post:
    post.message.state, post.message.reason, post.ended_at = State.REFUSED, reason, at
    return post


def _leave_one_in_doubt(posts: list[_Post]) -> None:
    """The program stopped once in the middle of a letter: it waits for a person to decide."""
    sent = [post for post in posts if post.message.state == State.SENT and post.message.kind == Kind.MARKETING]
    if sent:
        post = sent[max(0, len(sent) - DOUBTFUL)]
        post.message.state, post.message.error = State.UNCONFIRMED, str(sending.LOST)
        post.message.sent_at, post.message.delivery, post.hits = None, "", []


def _save_letters(posts: list[_Post]) -> None:
    """First the rows, for letters are signed with their numbers; then what was written. New links are marked."""
    Message.objects.bulk_create([post.message for post in posts], batch_size=AT_ONCE)
    before = set(Link.objects.values_list("pk", flat=True))
    for start in range(0, len(posts), LETTERS_AT_ONCE):
        part = [post for post in posts[start : start + LETTERS_AT_ONCE] if post.message.state != State.REFUSED]
        for post in part:
            _write(post)
        Message.objects.bulk_update([post.message for post in part], ["subject", "html", "text"])
    _mark(MarkKind.LINK, set(Link.objects.values_list("pk", flat=True)) - before)


def _write(post: _Post) -> None:
    message, contact = post.message, post.actor.contact
    if message.version is None:
        raise ValueError("every letter here has words")
    values = {
        "contact": {
            "first_name": contact.first_name,
            "last_name": contact.last_name,
            "name": str(contact),
            "email": contact.email,
            "phone": contact.phone,
            "city": contact.city,
            "job_title": contact.job_title,
            "company": post.actor.person.company,
        },
        "company": {"name": settings.COMPANY_NAME, "url": settings.BASE_URL},
        "links": {
            "unsubscribe": links.url(links.UNSUBSCRIBE, message.pk),
            "preferences": links.url(links.PREFERENCES, message.pk),
        },
        **post.values,
    }
    letter = letters.compose(letters.words_of(message.version, kind=message.kind), values)
    known = links.stored(links.targets(letter.html))
    message.subject, message.text = letter.subject, letter.text
    message.html = links.rewritten(letter.html, message.pk, known)


def _cart(passage: Passage) -> dict[str, Any]:
    """What lay in the cart, as a letter says it."""
    items = [moment.properties for moment in passage.contents]
    return {
        "items": items,
        "count": sum(item["quantity"] for item in items),
        "total": round(sum(item["quantity"] * item["price"] for item in items), 2),
        "currency": catalogue.CURRENCY,
        "url": settings.BASE_URL + "/shop/cart/",
    }


def _save_hits(posts: Iterable[_Post], *, now: datetime, random: Random) -> None:
    """Some open what they got, and some of these go back to their cart."""
    back = Link.objects.filter(url=settings.BASE_URL + "/shop/cart/").first()
    for post in posts:
        if post.message.kind != Kind.MARKETING or post.message.state != State.SENT:
            continue
        if random.random() < BY_PROXY:
            _hit(post, HitKind.OPEN, post.ended_at + 3 * A_SECOND, machine="proxy")
        opened = post.ended_at + timedelta(minutes=random.expovariate(1 / 90))
        if random.random() < KEEN[post.actor.person.habit] and opened < now:
            _hit(post, HitKind.OPEN, opened)
            followed = opened + timedelta(seconds=random.randint(6, 80))
            if back and random.random() < FOLLOWS and followed < now:
                _hit(post, HitKind.CLICK, followed, link=back)
    Hit.objects.bulk_create([hit for post in posts for hit in post.hits], batch_size=AT_ONCE)


def _hit(post: _Post, kind: HitKind, at: datetime, *, link: Link | None = None, machine: str = "") -> None:
    agent = PROXY if machine else BROWSER
    post.hits.append(Hit(message=post.message, kind=kind, link=link, at=at, machine=machine, user_agent=agent))


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


def _told_of(post: _Post) -> Iterator[Moment]:
    """What the timeline says about a letter."""
    message = post.message
    about = sending.about(message)

    def moment(name: str, at: datetime, **more: Any) -> Moment:
        return Moment(name, at, channel=message.channel, properties={**about, **more})

    if message.state == State.REFUSED:
        yield moment("Email Not Sent", post.ended_at, reason=message.reason)
    elif message.state == State.UNCONFIRMED:
        yield moment("Email Unconfirmed", post.ended_at)
    else:
        yield moment("Email Sent", post.ended_at, delivery=message.delivery)
    for hit in post.hits:
        if hit.machine:
            yield moment("Email Machine Opened", hit.at, reason=hit.machine)
        elif hit.link:
            yield moment("Email Link Clicked", hit.at, url=hit.link.url)
        else:
            yield moment("Email Opened", hit.at)


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


def _mark(kind: MarkKind, numbers: Iterable[int]) -> None:
    Mark.objects.bulk_create([Mark(kind=kind, number=number) for number in numbers], batch_size=AT_ONCE)
