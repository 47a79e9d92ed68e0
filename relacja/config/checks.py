"""What is wrong with this installation, and how to mend it."""

import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from relacja.clickhouse import facts
from relacja.config import upgrades
from relacja.events.models import Parked
from relacja.events.queries import readers
from relacja.jobs.models import Job, JobState, Lease
from relacja.jobs.pumps import LEASE
from relacja.lib import env
from relacja.lib.errors import Unavailable

Level = Literal["ok", "warning", "error"]
LITTLE_SPACE = 1_000_000_000
FAR_BEHIND = 5_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it is, and what to do about it."""

    subject: str
    level: Level
    sentence: str
    mend: str = ""

    def as_dict(self) -> dict[str, str]:
        return {key: str(value) for key, value in asdict(self).items()}

    def line(self) -> str:
        mark = {"ok": "✓", "warning": "!", "error": "✗"}[self.level]
        return f"{mark} {self.subject}: {self.sentence}" + (f"\n    → {self.mend}" if self.mend else "")


def findings() -> list[Finding]:
    """Everything that can be looked at from here. What stands on the records is left out when they do not answer."""
    found = [_python(), _space(), *_redis(), _name(), _mail(), _address()]
    records = _records()
    found.append(records)
    if records.level == "ok":
        found += [_facts(), *_work(), _parked(), _failed()]
    return found


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", "ok", version)


def _space() -> Finding:
    home = Path(settings.HOME)
    free = shutil.disk_usage(home if home.exists() else home.parent).free
    words = _("{free} GB free in {home}").format(free=f"{free / 1e9:.1f}", home=home)
    if free < LITTLE_SPACE:
        return Finding(_("Disk"), "error", words, _("Make room: below 1 GB nothing new can be taken in safely."))
    return Finding(_("Disk"), "ok", words)


def _records() -> Finding:
    try:
        connection.ensure_connection()
        waiting = upgrades.pending()
    except DatabaseError as error:
        reason = str(error).strip().split("\n")[0]
        return Finding(_("Records"), "error", reason, _("Start the database, or mend DATABASE_URL."))
    if waiting:
        words = _("migrations waiting: {count}").format(count=len(waiting))
        return Finding(_("Records"), "error", words, _("Run: relacja migrate"))
    return Finding(_("Records"), "ok", connection.display_name)


def _facts() -> Finding:
    try:
        facts.command("SELECT 1")
    except facts.Occupied as error:
        if _somebody_works():
            return Finding(_("Facts"), "ok", _("held by the running server"))
        return Finding(_("Facts"), "warning", str(error))
    except Unavailable as error:
        return Finding(
            _("Facts"), "error", str(error), _("Check EVENTS_URL; “relacja rebuild-facts” builds them anew.")
        )
    return Finding(_("Facts"), "ok", _("embedded") if facts.is_embedded() else _("on a server"))


def _somebody_works() -> bool:
    return Lease.objects.filter(until__gt=timezone.now()).exclude(owner="").exists()


def _work() -> Iterator[Finding]:
    if not _somebody_works():
        yield Finding(_("Work"), "warning", _("nobody is working"), _("Start “relacja serve”, or a “relacja worker”."))
    behind = [reader for reader in readers() if reader.behind > FAR_BEHIND or reader.error]
    for reader in behind:
        words = _("{name} still has to read: {behind}. {error}").format(
            name=reader.name, behind=reader.behind, error=reader.error
        )
        yield Finding(_("Deliveries"), "warning", words, _("See the page Operations for the reason."))
    if not behind:
        yield Finding(_("Deliveries"), "ok", _("nobody is behind"))
    for lease in Lease.objects.exclude(error="").filter(until__gt=timezone.now() - LEASE):
        yield Finding(_("Work"), "warning", f"{lease.name}: {lease.error}", _("It is tried again by itself."))


def _parked() -> Finding:
    count = Parked.objects.count()
    if count:
        words = _("events that could not be handled: {count}").format(count=count)
        return Finding(_("Parked events"), "warning", words, _("Look at them on the page Operations and try again."))
    return Finding(_("Parked events"), "ok", _("none"))


def _failed() -> Finding:
    count = Job.objects.filter(state=JobState.FAILED).count()
    if count:
        words = _("jobs that failed: {count}").format(count=count)
        return Finding(_("Jobs"), "warning", words, _("Look at them on the page Operations and try again."))
    return Finding(_("Jobs"), "ok", _("none failed"))


def _redis() -> Iterator[Finding]:
    if settings.REDIS_URL:
        try:
            redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3).ping()
            yield Finding("Redis", "ok", _("answers"))
        except redis.RedisError as error:
            yield Finding("Redis", "error", str(error), _("Start Redis, or mend REDIS_URL."))


def _name() -> Finding:
    if env.is_given("COMPANY_NAME"):
        return Finding(_("Name"), "ok", settings.COMPANY_NAME)
    return Finding(
        _("Name"),
        "warning",
        _("letters are signed “{name}”").format(name=settings.COMPANY_NAME),
        _("Set COMPANY_NAME to the name that your customers know."),
    )


def _mail() -> Finding:
    if settings.EMAIL_URL:
        return Finding(_("Mail"), "ok", _("goes out by SMTP"))
    return Finding(
        _("Mail"), "warning", _("messages are kept on the page Outbox"), _("Set EMAIL_URL=smtp://… to send them.")
    )


def _address() -> Finding:
    if settings.BASE_URL.startswith("https://") or "//127.0.0.1" in settings.BASE_URL:
        return Finding(_("Address"), "ok", settings.BASE_URL)
    return Finding(
        _("Address"), "warning", settings.BASE_URL, _("Serve it over https and set BASE_URL to that address.")
    )
