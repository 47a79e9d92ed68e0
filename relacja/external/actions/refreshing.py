"""Refreshing a source: its rows are read beside, loaded under a number of their own, and become true in one step.

Until that step the last good rows are what everybody reads, whatever goes wrong; after it the segments that speak of
the source are asked anew. Work that was interrupted is done again from the last of these points.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from relacja.clickhouse import facts
from relacja.external import following, rhythms, sources, taking
from relacja.external.models import AT_WORK, Refresh, Source, State
from relacja.lib import live

BLOCK = 8_000_000
KEPT_REFRESHES = 50


def claim(refresh_id: int) -> Refresh | None:
    """The refresh, if it is still to be done or was interrupted."""
    Refresh.objects.filter(pk=refresh_id, state=State.WAITING).update(state=State.RUNNING)
    return Refresh.objects.select_related("source").filter(pk=refresh_id, state=State.RUNNING).first()


def settle(refresh: Refresh, *, now: datetime, alive: Callable[[], None] = lambda: None) -> None:
    """What was read is true, and those whom it concerns are asked for again."""
    if refresh.is_trial:
        _end(refresh, now=now)
        return
    if refresh.before is None:
        _clear(refresh.pk)
        for block in _blocks(taking.spool(refresh.pk)):
            facts.insert_json("external_row", block)
            alive()
        if not _swap(refresh):
            _clear(refresh.pk)
            fail(refresh, _("The source was archived meanwhile."), now=now)
            return
    refresh.changed = following.ask_anew(refresh, now=now)
    _end(refresh, now=now)
    forget_older(refresh.source)


def fail(refresh: Refresh, sentence: str, *, now: datetime) -> None:
    """The refresh did not succeed; the source says so, and its last good rows stay true."""
    moved = Refresh.objects.filter(pk=refresh.pk, state__in=AT_WORK, before=None)
    if not moved.update(state=State.FAILED, error=sentence, ended_at=now):
        return
    taking.spool(refresh.pk).unlink(missing_ok=True)
    source = Source.objects.get(pk=refresh.source_id)
    if not refresh.is_trial and source.archived_at is None:
        again = now + rhythms.AGAIN if source.next_at else None
        Source.objects.filter(pk=source.pk).update(
            trouble=sentence,
            troubled_at=source.troubled_at or now,
            next_at=min(source.next_at, again) if source.next_at and again else None,
        )
    live.publish(topic(source.pk))


def forget_older(source: Source) -> None:
    """Only the rows that are true, and those that were before them, are kept; older refreshes are forgotten."""
    source.refresh_from_db()
    last = source.refreshes.filter(pk=source.generation).first()
    kept = [source.generation, last.before or 0 if last else 0]
    done = source.refreshes.exclude(before=None).exclude(pk__in=kept).values_list("pk", flat=True)
    for generation in done:
        _clear(generation)
    oldest = source.refreshes.order_by("-pk").values_list("pk", flat=True)[KEPT_REFRESHES : KEPT_REFRESHES + 1].first()
    if oldest:
        source.refreshes.filter(pk__lte=oldest).exclude(pk__in=kept).delete()


def clear(source: Source) -> None:
    """None of the rows of a source are left in the facts."""
    for generation in source.refreshes.exclude(before=None).values_list("pk", flat=True):
        _clear(generation)


def sweep(*, now: datetime) -> None:
    """Files of refreshes that are over, and faults from a month ago, are gone."""
    at_work = {str(taking.spool(pk)) for pk in Refresh.objects.filter(state__in=AT_WORK).values_list("pk", flat=True)}
    for path in taking.spool(0).parent.glob("external-*.jsonl"):
        if str(path) not in at_work:
            path.unlink(missing_ok=True)
    for refresh in Refresh.objects.filter(at__lt=now - timedelta(days=30)):
        refresh.faults.all().delete()


def topic(source_id: int) -> str:
    """What pages of a source listen to."""
    return f"external:{source_id}"


def _swap(refresh: Refresh) -> bool:
    """From now on everybody reads the rows of this refresh. False when nobody wants them any more."""
    with transaction.atomic():
        source = Source.objects.get(pk=refresh.source_id)
        there = Source.objects.filter(pk=source.pk, generation=source.generation, archived_at=None)
        fresh = {"trouble": "", "troubled_at": None, "people": refresh.people, "taken_at": refresh.at}
        if not there.update(generation=refresh.pk, **fresh):
            return False
        refresh.before = source.generation
        Refresh.objects.filter(pk=refresh.pk).update(before=source.generation)
    sources.forget_remembered()
    refresh.source.refresh_from_db()
    return True


def _end(refresh: Refresh, *, now: datetime) -> None:
    Refresh.objects.filter(pk=refresh.pk).update(state=State.DONE, ended_at=now, changed=refresh.changed)
    taking.spool(refresh.pk).unlink(missing_ok=True)
    live.publish(topic(refresh.source_id))


def _clear(generation: int) -> None:
    """No rows of this refresh are in the facts."""
    facts.command(f"ALTER TABLE external_row DROP PARTITION {int(generation)}")


def _blocks(path: Path) -> Iterator[bytes]:
    """The file in parts of whole lines."""
    rest = b""
    with path.open("rb") as file:
        while part := file.read(BLOCK):
            whole, newline, after = (rest + part).rpartition(b"\n")
            yield whole + newline
            rest = after
    if rest:
        yield rest
