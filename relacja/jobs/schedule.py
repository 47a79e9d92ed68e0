"""Work by the clock. The list itself is `config/schedule.py`, the only place that may know every app."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.utils import timezone

from relacja.jobs import work
from relacja.jobs.models import Turn
from relacja.jobs.work import Task


@dataclass(frozen=True, slots=True)
class Every:
    """Again and again, `gap` after the last time."""

    gap: timedelta
    task: Task

    def after(self, moment: datetime) -> datetime:
        return moment + self.gap


@dataclass(frozen=True, slots=True)
class Daily:
    """Once a day at `at` of the company's zone.

    An hour that is missing that day moves on by the gap; one that comes twice counts once, the first time.
    """

    at: time
    task: Task

    def after(self, moment: datetime) -> datetime:
        zone = timezone.get_default_timezone()
        today = moment.astimezone(zone).date()
        for day in (today, today + timedelta(days=1), today + timedelta(days=2)):
            candidate = datetime.combine(day, self.at, tzinfo=zone).astimezone(UTC)
            if candidate > moment:
                return candidate
        raise AssertionError("a day has an end")


Entry = Every | Daily


def tick(entries: list[Entry], *, now: datetime) -> int:
    """Queue what is due, each once however many processes ask. Returns how many were queued."""
    queued = 0
    for entry in entries:
        name = work.kind_of(entry.task)
        turn, is_new = Turn.objects.get_or_create(name=name, defaults={"next_at": entry.after(now)})
        if is_new or turn.next_at > now:
            continue
        ours = Turn.objects.filter(pk=name, next_at=turn.next_at).update(next_at=entry.after(now), last_at=now)
        if ours:
            work.later(entry.task)
            queued += 1
    return queued
