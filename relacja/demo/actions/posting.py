"""The letters that demonstration people got in the last weeks, and what they did with them."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.conf import settings

from relacja.contacts import consents
from relacja.contacts.models import ConsentAct
from relacja.demo import catalogue
from relacja.demo.actors import Actor
from relacja.demo.history import Moment
from relacja.demo.models import Mark, MarkKind
from relacja.demo.passages import Passage
from relacja.demo.people import Habit
from relacja.journeys.models import Enrolment
from relacja.messaging import letters, links, rules, sending, stops
from relacja.messaging.models import (
    Confirmation,
    Delivery,
    Hit,
    HitKind,
    Kind,
    Link,
    Message,
    Reason,
    State,
    TemplateVersion,
)

A_SECOND = timedelta(seconds=1)
AT_ONCE = 500
LETTERS_AT_ONCE = 100
KEEN = {Habit.DEVOTED: 0.8, Habit.REGULAR: 0.6, Habit.ONCE: 0.45, Habit.LOOKING: 0.5, Habit.LOST: 0.2}
FOLLOWS = 0.4
BY_PROXY = 0.15
DOUBTFUL = 9
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36"
PROXY = "Mozilla/5.0"


@dataclass(slots=True)
class Post:
    """A letter on the way into the records, with what becomes of it and when."""

    actor: Actor
    message: Message
    values: dict[str, Any]
    ended_at: datetime
    hits: list[Hit]


def confirmations(actors: Iterable[Actor], words: Mapping[str, TemplateVersion], *, since: datetime) -> list[Post]:
    """The question to everybody who signed up since then; who agreed has opened it."""
    asked = [(actor, entry) for actor in actors if (entry := actor.entry(ConsentAct.ASKED)) and entry.at > since]
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
        post = _sent(Post(actor, message, values, entry.at, []), entry.at + 2 * A_SECOND)
        if actor.story.agreed_at:
            _hit(post, HitKind.OPEN, max(post.ended_at, actor.story.agreed_at - 20 * A_SECOND))
        posts.append(post)
    return posts


def cart_letter(
    actor: Actor,
    passage: Passage,
    enrolment: Enrolment,
    words: Mapping[str, TemplateVersion],
    *,
    is_blocked: bool,
    now: datetime,
) -> Post:
    """The letter about what stayed in the cart: refused, or sent as soon as the quiet hours allow."""
    at = passage.due_at
    what = f"journey:{enrolment.journey_id}:{enrolment.step}"
    message = _message(actor, words, what=what, occurrence=str(enrolment.pk), at=at)
    message.kind, message.purpose = Kind.MARKETING, consents.NEWSLETTER
    message.basis = actor.entry(ConsentAct.GIVEN)
    post = Post(actor, message, {"cart": _cart(passage)}, at, [])
    if is_blocked:
        return _refused(post, Reason.BLOCKED, at)
    quiet = rules.quiet(settings.QUIET_HOURS, settings.TIME_ZONE)
    morning = quiet.end(at) if quiet else None
    send_at = morning if morning and morning < now else at
    if not actor.agrees(send_at) and actor.story.withdrawn_at:
        return _refused(post, Reason.NO_CONSENT, actor.story.withdrawn_at)
    return _sent(post, send_at + A_SECOND)


def leave_one_in_doubt(posts: list[Post]) -> None:
    """The program stopped once in the middle of a letter: it waits for a person to decide."""
    sent = [post for post in posts if post.message.state == State.SENT and post.message.kind == Kind.MARKETING]
    if sent:
        post = sent[max(0, len(sent) - DOUBTFUL)]
        post.message.state, post.message.error = State.UNCONFIRMED, str(sending.LOST)
        post.message.sent_at, post.message.delivery, post.hits = None, "", []


def save_letters(posts: list[Post]) -> None:
    """First the rows, for letters are signed with their numbers; then what was written. New links are marked."""
    Message.objects.bulk_create([post.message for post in posts], batch_size=AT_ONCE)
    before = set(Link.objects.values_list("pk", flat=True))
    for start in range(0, len(posts), LETTERS_AT_ONCE):
        part = [post for post in posts[start : start + LETTERS_AT_ONCE] if post.message.state != State.REFUSED]
        for post in part:
            _write(post)
        Message.objects.bulk_update([post.message for post in part], ["subject", "html", "text"])
    mark(MarkKind.LINK, set(Link.objects.values_list("pk", flat=True)) - before)


def save_hits(posts: Iterable[Post], *, now: datetime, random: Random) -> None:
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


def told_of(post: Post) -> Iterator[Moment]:
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


def _sent(post: Post, at: datetime) -> Post:
    message = post.message
    message.state, message.delivery, message.attempts = State.SENT, Delivery.KEPT, 1
    message.sent_at = message.claimed_at = message.tried_since = post.ended_at = at
    return post


def _refused(post: Post, reason: Reason, at: datetime) -> Post:
    post.message.state, post.message.reason, post.ended_at = State.REFUSED, reason, at
    return post


def _write(post: Post) -> None:
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


def _hit(post: Post, kind: HitKind, at: datetime, *, link: Link | None = None, machine: str = "") -> None:
    agent = PROXY if machine else BROWSER
    post.hits.append(Hit(message=post.message, kind=kind, link=link, at=at, machine=machine, user_agent=agent))


def mark(kind: MarkKind, numbers: Iterable[int]) -> None:
    Mark.objects.bulk_create([Mark(kind=kind, number=number) for number in numbers], batch_size=AT_ONCE)
