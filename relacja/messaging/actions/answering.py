"""What readers do with a message: open it, follow a link."""

from datetime import datetime, timedelta

from django.db import transaction

from relacja.messaging import rules, sending
from relacja.messaging.models import Hit, HitKind, Link, Message

SAME_OPEN = timedelta(minutes=1)
SAME_CLICK = timedelta(seconds=2)
MOST_HITS = 500
_EVENTS = {
    (HitKind.OPEN, False): "Email Opened",
    (HitKind.OPEN, True): "Email Machine Opened",
    (HitKind.CLICK, False): "Email Link Clicked",
    (HitKind.CLICK, True): "Email Machine Clicked",
}


def opened(message: Message, *, method: str, user_agent: str, purpose: str, now: datetime) -> None:
    """The letter's pixel was asked for, by a person or a machine."""
    _hit(message, None, method=method, user_agent=user_agent, purpose=purpose, now=now)


def clicked(message: Message, link: Link, *, method: str, user_agent: str, purpose: str, now: datetime) -> None:
    """A link of the letter was followed, by a person or a machine."""
    _hit(message, link, method=method, user_agent=user_agent, purpose=purpose, now=now)


@transaction.atomic
def _hit(message: Message, link: Link | None, *, method: str, user_agent: str, purpose: str, now: datetime) -> None:
    kind = HitKind.CLICK if link else HitKind.OPEN
    machine = rules.machine_reason(
        method=method,
        user_agent=user_agent,
        purpose=purpose,
        since_sent=now - sent if (sent := message.sent_at or message.claimed_at) else None,
        recent_links=_recent_links(message, link, now),
    )
    if _is_repeated(message, kind, link, machine, now):
        return
    Hit.objects.create(
        message=message, kind=kind, link=link, at=now, machine=machine, user_agent=user_agent[:200].replace("\x00", "")
    )
    more = {key: value for key, value in {"url": link.url if link else "", "reason": machine}.items() if value}
    sending.record(message, _EVENTS[kind, bool(machine)], now=now, **more)
    sending.tell(message)


def _recent_links(message: Message, link: Link | None, now: datetime) -> list[datetime]:
    """When each link of the message was last followed, of late, with this one now."""
    if link is None:
        return []
    recent = Hit.objects.filter(message=message, kind=HitKind.CLICK, at__gt=now - rules.BURST_WITHIN)
    times = dict(recent.exclude(link=link).order_by("at").values_list("link_id", "at"))
    return [*times.values(), now]


def _is_repeated(message: Message, kind: HitKind, link: Link | None, machine: str, now: datetime) -> bool:
    """The same thing a moment ago, or far too often: nothing new is learnt from it."""
    since = now - (SAME_CLICK if link else SAME_OPEN)
    same = Hit.objects.filter(message=message, kind=kind, link=link, at__gt=since)
    same = same.exclude(machine="") if machine else same.filter(machine="")
    return same.exists() or Hit.objects.filter(message=message)[MOST_HITS : MOST_HITS + 1].exists()
