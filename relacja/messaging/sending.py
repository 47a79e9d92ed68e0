"""The sender: claims one message at a time, asks one last time, says so, and only then hands it over.

A message is `sending` and committed before the outside hears of it, so a crash can only leave doubt, never a second
copy. Rows in doubt become `unconfirmed`: shown, and sent again by nobody but a person.
"""

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from relacja.contacts.models import Consent, ConsentAct
from relacja.events import actions as events
from relacja.lib import live
from relacja.lib.bell import Bell
from relacja.lib.text import cleaned
from relacja.messaging import channels, letters, links, rules, stops
from relacja.messaging.channels import Closed, Doubtful, Later, Outgoing, Receipt, Rejected
from relacja.messaging.letters import Letter
from relacja.messaging.liquids import Unreadable
from relacja.messaging.models import Cause, Kind, Message, Pause, Reason, State, Suppression
from relacja.staff.models import User

AT_ONCE = 40
LONGEST_REST = timedelta(minutes=1)
HERE = uuid.uuid4().hex
COUNTED = (State.SENDING, State.SENT, State.UNCONFIRMED)
LOST = _("The program stopped while this message was being handed over. It may have arrived.")
bell = Bell()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt."""

    state: State
    receipt: Receipt | None = None
    error: str = ""
    is_dead: bool = False
    closes: bool = False


def step(*, clock: Callable[[], datetime], sender: int = 0, senders: int = 1) -> bool:
    """Send the next few messages. True when there is more to do at once. Several threads may do so together."""
    now = clock()
    rests = {rest.channel: rest.until for rest in Pause.objects.all()}
    resting = [channel for channel, until in rests.items() if until > now]
    due = _due(now, sender, senders, resting)
    if not due:
        return False
    drafts = letters.write(due, now=now)
    is_open = all(_send_one(message, drafts[message.pk], clock=clock) for message in due)
    if is_open and rests.keys() - set(resting):
        Pause.objects.filter(pk__in={message.channel for message in due}, until__lte=now).delete()
    return is_open


def resolve_doubts(*, now: datetime, is_start: bool = False) -> int:
    """Messages that somebody stopped sending half-way become unconfirmed. Returns how many.

    At the start of a process that is alone by nature, whatever another one left is in doubt at once.
    """
    stuck = Q(claimed_at__lt=now - rules.ABANDONED_AFTER)
    if is_start:
        stuck |= ~Q(claimed_by=HERE)
    found = list(Message.objects.filter(stuck, state=State.SENDING).order_by("pk")[:1000])
    for message in found:
        _settle(message, Outcome(State.UNCONFIRMED, error=str(LOST)), now=now)
    return len(found)


def refuse_queued(queued: "QuerySet[Message]", reason: Reason, *, now: datetime) -> int:
    """Refuse waiting messages; what is already being handed over cannot be called back. Returns how many."""
    count = 0
    for message in queued.filter(state=State.QUEUED):
        count += refuse(message, reason, now=now)
    return count


@transaction.atomic
def refuse(message: Message, reason: Reason, *, now: datetime, error: str = "") -> bool:
    """A waiting message will not be sent, and the contact's history says why. False when it waits no more."""
    changed = Message.objects.filter(pk=message.pk, state__in=rules.before(State.REFUSED)).update(
        state=State.REFUSED, reason=reason, error=error[:500]
    )
    if changed:
        record(message, "Email Not Sent", now=now, reason=str(reason))
        tell(message)
    return bool(changed)


def record(message: Message, name: str, *, now: datetime, **more: object) -> None:
    """Write an event about a message into the log."""
    events.record(
        name,
        profile_id=message.made_for_id or message.contact_id,
        at=now,
        now=now,
        channel=message.channel,
        properties=about(message) | more,
    )


def about(message: Message) -> dict[str, object]:
    """What every event about a message carries."""
    return {
        "message": message.pk,
        "subject": message.subject or message.what,
        "what": message.what,
        "occurrence": message.occurrence,
        "kind": message.kind,
        "purpose": message.purpose,
    }


def tell(message: Message) -> None:
    """Pages that show the message ask again."""
    live.publish("outbox")
    live.publish(f"message:{message.pk}")


def _due(now: datetime, sender: int, senders: int, resting: list[str]) -> list[Message]:
    """Messages whose time has come. Senders share them out by id; one without work of its own helps the others."""
    queued = Message.objects.filter(state=State.QUEUED, not_before__lte=now).exclude(channel__in=resting)
    queued = queued.select_related("version").annotate(share=F("id") % senders).order_by("not_before", "id")
    if found := list(queued.filter(share=sender)[:AT_ONCE]):
        return list(found)
    others = list(queued[:AT_ONCE])
    return random.sample(others, len(others))


def _send_one(message: Message, draft: Letter | Unreadable, *, clock: Callable[[], datetime]) -> bool:
    """Claim, hand over, write down. False when the channel is closed and the others should wait too."""
    if isinstance(draft, Unreadable):
        refuse(message, Reason.NO_WORDS, now=clock(), error=str(draft))
        return True
    if not claim(message, draft, now=clock()):
        return True
    outcome = hand_over(message, now=clock())
    _settle(message, outcome, now=clock())
    return not outcome.closes


@transaction.atomic
def claim(message: Message, letter: Letter, *, now: datetime) -> bool:
    """Take a waiting message for sending, unless something speaks against it at this very moment.

    After this commits the message counts as handed over unless the outcome says otherwise.
    """
    waiting = Message.objects.select_related("contact").defer("html", "text", "context", "contact__search_text")
    current = waiting.filter(pk=message.pk, state=State.QUEUED).first()
    if current is None or current.not_before > now:
        return False
    if current.kind == Kind.MARKETING and (quiet_until := _quiet_until(now)):
        Message.objects.filter(pk=current.pk, state=State.QUEUED).update(not_before=quiet_until)
        return False
    basis, objection = _last_check(current, now)
    if objection is not None:
        message.subject = letter.subject
        Message.objects.filter(pk=current.pk).update(subject=letter.subject, html=letter.html, text=letter.text)
        refuse(message, objection, now=now)
        return False
    taken = Message.objects.filter(pk=current.pk, state=State.QUEUED).update(
        state=State.SENDING,
        basis_id=basis,
        subject=letter.subject,
        html=letter.html,
        text=letter.text,
        claimed_at=now,
        claimed_by=HERE,
        tried_since=current.tried_since or now,
        attempts=F("attempts") + 1,
    )
    message.to, message.tried_since, message.attempts = current.to, current.tried_since or now, current.attempts + 1
    message.subject, message.html, message.text = letter.subject, letter.html, letter.text
    return taken == 1


def outgoing(message: Message, *, at: datetime) -> Outgoing:
    """A written message as its channel takes it."""
    return Outgoing(
        key=message.key.hex,
        to=message.to,
        subject=message.subject,
        html=message.html,
        text=message.text,
        at=at,
        is_marketing=message.kind == Kind.MARKETING,
        unsubscribe_url=links.url(links.UNSUBSCRIBE, message.pk),
    )


def hand_over(message: Message, *, now: datetime) -> Outcome:
    """Give a claimed message to its channel and say what became of it."""
    try:
        receipt = channels.of(message.channel).send(outgoing(message, at=now))
    except Doubtful as error:
        return Outcome(State.UNCONFIRMED, error=str(error))
    except Rejected as error:
        return Outcome(State.FAILED, error=str(error), is_dead=error.is_dead)
    except Closed as error:
        return Outcome(State.QUEUED, error=str(error), closes=True)
    except Later as error:
        is_over = now - (message.tried_since or now) > rules.RETRY_FOR
        return Outcome(State.FAILED if is_over else State.QUEUED, error=str(error))
    return Outcome(State.SENT, receipt)


@transaction.atomic
def _settle(message: Message, outcome: Outcome, *, now: datetime) -> None:
    """Write down what became of a claimed message, with its event."""
    values: dict[str, object] = {"state": outcome.state, "error": cleaned(outcome.error)[:500]}
    if outcome.state == State.SENT and outcome.receipt is not None:
        values |= {
            "sent_at": now,
            "delivery": outcome.receipt.delivery,
            "answer": cleaned(outcome.receipt.answer)[:200],
        }
    elif outcome.closes:
        values |= {"attempts": F("attempts") - 1, "not_before": _rest(message.channel, outcome.error, now=now)}
    elif outcome.state == State.QUEUED:
        values["not_before"] = now + rules.pause_after(message.attempts)
    held = Message.objects.filter(pk=message.pk, state__in=[State.SENDING, State.UNCONFIRMED])
    if not held.exclude(state=outcome.state).update(**values):
        return
    if outcome.state == State.SENT:
        record(message, "Email Sent", now=now, delivery=values["delivery"])
    elif outcome.state == State.UNCONFIRMED:
        record(message, "Email Unconfirmed", now=now)
    elif outcome.state == State.FAILED:
        record(message, "Email Bounced" if outcome.is_dead else "Email Not Sent", now=now, reason=outcome.error)
    if outcome.is_dead:
        suppress(message.channel, message.to, Cause.BOUNCED, now=now, note=outcome.error)
    tell(message)


@transaction.atomic
def suppress(
    channel: str, address: str, cause: Cause, *, now: datetime, note: str = "", by: User | None = None
) -> Suppression:
    """Put an address on the do-not-write list and refuse what waits for it. On it already: the graver cause stays."""
    suppression, created = Suppression.objects.get_or_create(
        channel=channel,
        address_key=stops.key_of(channel, address),
        lifted_at=None,
        defaults={"address": address, "cause": cause, "at": now, "note": note[:300], "added_by": by},
    )
    if not created and stops.GRAVITY.index(cause) > stops.GRAVITY.index(Cause(suppression.cause)):
        suppression.cause, suppression.note, suppression.at = cause, note[:300], now
        suppression.save(update_fields=["cause", "note", "at"])
    stops.tell(suppression)
    waiting = Message.objects.filter(channel=channel, to_key=suppression.address_key, state=State.QUEUED)
    for message in waiting:
        if (objection := stops.reason(suppression, message.kind)) is not None:
            refuse(message, objection, now=now)
    return suppression


def _last_check(message: Message, now: datetime) -> tuple[int | None, Reason | None]:
    """The consent a message rests on today, and what speaks against sending it."""
    contact, channel = message.contact, channels.of(message.channel)
    if contact.archived_at is not None:
        return message.basis_id, Reason.ARCHIVED
    if channel.key(channel.address(contact)) != channel.key(message.to):
        return message.basis_id, Reason.ADDRESS_CHANGED
    stop = stops.standing(message.channel, [message.to]).get(message.to)
    if (objection := stops.reason(stop, message.kind)) is not None:
        return message.basis_id, objection
    if message.kind == Kind.TRANSACTIONAL:
        return message.basis_id, None
    basis = _basis(message)
    if basis is None:
        return message.basis_id, Reason.NO_CONSENT
    if _sent_lately(message, now) >= settings.MESSAGES_PER_DAY:
        return basis, Reason.TOO_OFTEN
    return basis, None


def _basis(message: Message) -> int | None:
    consent = (
        Consent.objects.filter(
            contact_id=message.contact_id, purpose=message.purpose, channel=message.channel, act=ConsentAct.GIVEN
        )
        .select_related("entry")
        .first()
    )
    if consent is None:
        return None
    key = channels.of(message.channel).key
    is_theirs = not consent.entry.address or key(consent.entry.address) == key(message.to)
    return consent.entry_id if is_theirs else None


def _sent_lately(message: Message, now: datetime) -> int:
    sent = Message.objects.filter(
        contact_id=message.contact_id, channel=message.channel, kind=Kind.MARKETING, state__in=COUNTED
    )
    return sent.filter(claimed_at__gt=now - timedelta(days=1)).exclude(pk=message.pk).count()


def _quiet_until(now: datetime) -> datetime | None:
    quiet = rules.quiet(settings.QUIET_HOURS, settings.TIME_ZONE)
    return quiet.end(now) if quiet else None


def _rest(channel: str, reason: str, *, now: datetime) -> datetime:
    """Let a channel rest: 10 seconds, then longer, at most a minute. Returns until when; a held one stays held."""
    pause, created = Pause.objects.get_or_create(pk=channel, defaults={"until": now, "reason": reason[:500]})
    failures = 1 if created else pause.failures + 1
    until = now + min(timedelta(seconds=5 * 2 ** min(failures, 6)), LONGEST_REST)
    passing = Pause.objects.filter(pk=channel, until__lte=now + LONGEST_REST)
    passing.update(until=until, reason=reason[:500], failures=failures)
    return until
