"""Signing in: guessing is slowed down per account and per network, and nobody can lock out somebody else.

Every try is counted before the password is looked at, so tries side by side cannot slip through together, and the
answer is the same whether the address is known or not. A browser in which the person signed in before carries a
signed mark and is counted by itself: a storm of guesses from elsewhere does not make the owner wait (OWASP, "Slow
down online guessing attacks with device cookies").
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import authenticate
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from relacja.staff.models import SignInTries, User

DEVICE = "device"
DEVICE_AGE = timedelta(days=180)
FORGOTTEN_AFTER = timedelta(hours=24)
A_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries are free; each one after that doubles the wait, up to the longest."""

    free: int
    longest: timedelta

    def wait_after(self, tries: int) -> timedelta:
        """How long must pass between try number `tries` and the next."""
        if tries < self.free:
            return timedelta(0)
        return min(self.longest, timedelta(seconds=2.0 ** min(tries - self.free, 20)))


PAIR = Limit(free=5, longest=timedelta(minutes=15))
NETWORK = Limit(free=50, longest=timedelta(minutes=1))
ACCOUNT = Limit(free=100, longest=timedelta(seconds=30))


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who came in, or nobody and how long to wait; `failed_before` tries since the person was last here."""

    user: User | None
    wait: timedelta = timedelta(0)
    failed_before: int = 0


def attempt(request: HttpRequest, *, email: str, password: str, now: datetime) -> Outcome:
    """Try to come in. A try during a wait is not looked at and does not lengthen the wait."""
    email = email.strip().lower()
    known_device = _carries_mark(request, email)
    limits = _limits(email, network_of(request), known_device=known_device)
    wait = _take(limits, now=now)
    if wait:
        return Outcome(None, wait=wait)
    user = authenticate(request, username=email, password=password)
    if not isinstance(user, User) or _expired(user, now=now):
        _note_failure(email, now=now)
        return Outcome(None)
    failed = _failures(email)
    subjects = [*limits, _subject("failed", email)]
    SignInTries.objects.filter(subject__in=subjects).delete()
    SignInTries.objects.filter(last_at__lt=now - FORGOTTEN_AFTER).delete()
    return Outcome(user, failed_before=failed)


def mark_device(response: HttpResponse, user: User) -> None:
    """Let this browser be counted by itself from now on."""
    response.set_cookie(
        DEVICE,
        signing.dumps(user.email, salt="staff.device"),
        max_age=DEVICE_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def network_of(request: HttpRequest) -> str:
    """The address a request comes from; for IPv6 its /64, which one household holds."""
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _carries_mark(request: HttpRequest, email: str) -> bool:
    try:
        return bool(signing.loads(request.COOKIES.get(DEVICE, ""), salt="staff.device", max_age=DEVICE_AGE) == email)
    except signing.BadSignature:
        return False


def _subject(*parts: str) -> str:
    return salted_hmac("staff.sign_in", "\n".join(parts), algorithm="sha256").hexdigest()


def _limits(email: str, network: str, *, known_device: bool) -> dict[str, Limit]:
    if known_device:
        return {_subject("device", email, network): PAIR}
    return {
        _subject("pair", email, network): PAIR,
        _subject("network", network): NETWORK,
        _subject("account", email): ACCOUNT,
    }


def _take(limits: dict[str, Limit], *, now: datetime) -> timedelta:
    """Count one try against every limit, or say how long to wait and count nothing."""
    with transaction.atomic():
        rows = {row.subject: row for row in SignInTries.objects.filter(subject__in=limits)}
        fresh = {subject: row for subject, row in rows.items() if row.last_at > now - FORGOTTEN_AFTER}
        longest = max((_wait(limits[subject], row, now=now) for subject, row in fresh.items()), default=timedelta(0))
        if longest > timedelta(0):
            return longest
        if not all(_count(subject, fresh.get(subject), now=now) for subject in limits):
            transaction.set_rollback(True)
            return A_MOMENT
    return timedelta(0)


def _count(subject: str, row: SignInTries | None, *, now: datetime) -> bool:
    """One more try; False when another was counted in the same moment, which only PostgreSQL lets happen."""
    if row is not None:
        return SignInTries.objects.filter(pk=row.pk, tries=row.tries).update(tries=row.tries + 1, last_at=now) == 1
    SignInTries.objects.filter(subject=subject, last_at__lte=now - FORGOTTEN_AFTER).delete()
    return SignInTries.objects.get_or_create(subject=subject, defaults={"tries": 1, "last_at": now})[1]


def _wait(limit: Limit, row: SignInTries, *, now: datetime) -> timedelta:
    """What is left of the wait; never more than all of it, should the clock have been set back."""
    whole = limit.wait_after(row.tries)
    return min(whole, row.last_at + whole - now)


def _note_failure(email: str, *, now: datetime) -> None:
    subject = _subject("failed", email)
    row, created = SignInTries.objects.get_or_create(subject=subject, defaults={"tries": 1, "last_at": now})
    if not created:
        SignInTries.objects.filter(pk=row.pk).update(tries=row.tries + 1, last_at=now)


def _failures(email: str) -> int:
    row = SignInTries.objects.filter(subject=_subject("failed", email)).first()
    return row.tries if row else 0


def _expired(user: User, *, now: datetime) -> bool:
    return user.must_change_password and user.one_time_until is not None and user.one_time_until < now
