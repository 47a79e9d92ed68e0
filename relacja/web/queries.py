"""Questions about sources and the intake."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Max, Sum

from relacja.web.models import ACCEPTED, IntakeCount, Refusal, Source
from relacja.web.refusals import Reason

REMARKS = frozenset({Reason.BAD_TRAIT.value})


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source, and when it last sent something that was taken."""

    source: Source
    last_at: datetime | None


@dataclass(slots=True)
class IntakeLine:
    """What one source sent in some days. Accepted, repeated and refused together are all that came."""

    source: str
    accepted: int = 0
    repeated: int = 0
    refused: dict[Reason, int] = field(default_factory=dict)
    remarks: dict[Reason, int] = field(default_factory=dict)
    last_at: datetime | None = None

    @property
    def refusals(self) -> int:
        return sum(self.refused.values())

    @property
    def sent(self) -> int:
        return self.accepted + self.repeated + self.refusals

    @property
    def reasons(self) -> list[tuple[Reason, int]]:
        """Why not, the most frequent first; remarks last."""
        return [*_by_size(self.refused), *_by_size(self.remarks)]


def sources() -> list[SourceLine]:
    """Every source, those in use first. Two queries."""
    last = dict(
        IntakeCount.objects.filter(reason=ACCEPTED)
        .values("source")
        .annotate(at=Max("last_at"))
        .values_list("source", "at")
    )
    found = Source.objects.order_by("revoked_at", "name")
    return [SourceLine(source, last.get(source.name)) for source in found]


def intake(*, days: int, today: date) -> list[IntakeLine]:
    """What came in the last `days` days, one line per source, the busiest first. One query."""
    lines: dict[str, IntakeLine] = {}
    since = today - timedelta(days=days - 1)
    counts = IntakeCount.objects.filter(on__gte=since).values("source", "reason")
    for row in counts.annotate(total=Sum("count"), at=Max("last_at")):
        line = lines.setdefault(row["source"], IntakeLine(row["source"]))
        _put(line, row["reason"], row["total"])
        line.last_at = max(filter(None, [line.last_at, row["at"]]))
    return sorted(lines.values(), key=lambda line: (-line.sent, line.source))


def total(lines: Iterable[IntakeLine]) -> IntakeLine:
    """All lines together."""
    whole = IntakeLine("")
    for line in lines:
        whole.accepted += line.accepted
        whole.repeated += line.repeated
        for reason, count in line.refused.items():
            whole.refused[reason] = whole.refused.get(reason, 0) + count
        for reason, count in line.remarks.items():
            whole.remarks[reason] = whole.remarks.get(reason, 0) + count
    return whole


def samples(*, source: str = "", reason: str = "") -> list[Refusal]:
    """The latest of what was not taken. One query."""
    found = Refusal.objects.order_by("-pk")
    if source:
        found = found.filter(source=source)
    if reason:
        found = found.filter(reason=reason)
    return list(found[:50])


def _put(line: IntakeLine, reason: str, count: int) -> None:
    if reason == ACCEPTED:
        line.accepted += count
    elif reason == Reason.DUPLICATE:
        line.repeated += count
    elif reason in REMARKS:
        line.remarks[Reason(reason)] = count
    else:
        line.refused[Reason(reason)] = count


def _by_size(counts: dict[Reason, int]) -> list[tuple[Reason, int]]:
    return sorted(counts.items(), key=lambda item: -item[1])
