"""Refused rows, mended in place: each is tried again at once, as part of the same import."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from relacja.contacts import bulk
from relacja.imports import mending, queries, tagging
from relacja.imports.actions.running import TRIES, reasons, store
from relacja.imports.models import Block, Import, Refusal, State
from relacja.imports.outcomes import REFUSED
from relacja.imports.plans import Plan
from relacja.imports.reading import Row
from relacja.lib.errors import Refused
from relacja.staff.models import Author

AT_ONCE = 500
LONGEST = 5_000


def mend(one: Import, refusal: Refusal, cells: Mapping[int, str], *, by: Author | None, now: datetime) -> bool:
    """Put these cells into a refused row, by column, and try it again. False when it is refused again; what was written
    stays with it then, and why."""
    refusal.cells = _with(refusal.cells, cells, width=len(one.headings))
    return _try_again(one, [refusal], by=by, now=now) == 1


def mend_alike(one: Import, refusal: Refusal, text: str, *, by: Author | None, now: datetime) -> tuple[int, int]:
    """Every row that is refused for the same reason gets this text in that cell and is tried again.

    Returns how many were taken and how many are refused still. Interrupted and called again it goes on with the rest.
    """
    column = one.headings.index(refusal.heading)
    same = Refusal.objects.filter(of=one, code=refusal.code, heading=refusal.heading, value=refusal.value)
    taken = tried = last = 0
    while waiting := list(same.filter(row__gt=last).order_by("row")[:AT_ONCE]):
        last = waiting[-1].row
        for found in waiting:
            found.cells = _with(found.cells, {column: text}, width=len(one.headings))
        taken += _try_again(one, waiting, by=by, now=now)
        tried += len(waiting)
    return taken, tried - taken


def _with(cells: Sequence[str], given: Mapping[int, str], *, width: int) -> list[str]:
    whole = [*cells, *[""] * width][:width]
    return [mending.sound(given.get(number, cell))[:LONGEST] for number, cell in enumerate(whole)]


def _try_again(one: Import, waiting: Sequence[Refusal], *, by: Author | None, now: datetime) -> int:
    """Plan these rows anew and write what comes of them. Returns how many were taken."""
    may_make = by is not None and by.may("contacts.tags")
    planner = queries.planner_of(one, make_tag=tagging.maker(by=by, now=now) if may_make else None)
    rows = [Row(refusal.row, refusal.cells) for refusal in waiting]
    for left in reversed(range(TRIES)):
        plan = planner.plan(rows, queries.records_of(one))
        try:
            return _store(one, waiting, plan, now=now)
        except bulk.Overtaken:
            if not left:
                raise
    return 0


@transaction.atomic
def _store(one: Import, waiting: Sequence[Refusal], plan: Plan, *, now: datetime) -> int:
    """Who mends holds the import until this is written; a row somebody else mended meanwhile is left to them."""
    counts = plan.counts()
    refused = counts.pop(REFUSED)
    taken = len(waiting) - refused
    ended = Import.objects.filter(pk=one.pk, state__in=[State.DONE, State.STOPPED]).exclude(file="")
    moved = {kind: F(kind) + number for kind, number in counts.items()}
    if not ended.filter(refused__gte=taken).update(refused=F("refused") - taken, **moved):
        raise Refused(_("This import cannot be mended any more."))
    here = Refusal.objects.filter(pk__in=[refusal.pk for refusal in waiting])
    if here.count() != len(waiting):
        raise Refused(_("Somebody else was faster: this row was mended already."))
    for refusal, outcome in zip(waiting, plan.outcomes, strict=True):
        if outcome.kind == REFUSED:
            here.filter(pk=refusal.pk).update(cells=refusal.cells, **reasons(outcome))
    if not taken:
        return 0
    here.filter(row__in=[outcome.row for outcome in plan.outcomes if outcome.kind != REFUSED]).delete()
    one.refresh_from_db(fields=["moments", "changes", "position"])
    last = Block.objects.filter(of=one).aggregate(last=Max("place"))["last"] or 0
    store(one, plan, place=max(last + 1, one.position), now=now)
    if now.isoformat() not in one.moments:
        one.moments = [*one.moments, now.isoformat()]
        one.save(update_fields=["moments"])
    return taken
