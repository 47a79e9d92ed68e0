"""What is different about some people, as far as tables of others tell: asked for a sample of them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from statistics import median
from typing import Any

from django.utils.translation import gettext_lazy as _

from relacja.contacts.fields import Known
from relacja.external import queries, sources
from relacja.external.segment_rules import External
from relacja.segments import values
from relacja.segments.portraits import Counted, Figure, Found, Part, Sample, add

CODED = frozenset({"choice", "yes_no"})
NUMBERS = frozenset({"number", "money"})


def told(people: Sample, now: datetime) -> Counted:
    """Which choices are how frequent among those of whom one is told, and the middle of the numbers."""
    held = queries.held(people.here | people.usual)
    found: list[Found] = []
    figures: list[Figure] = []
    for source in sources.remembered().values():
        for key, column in source.columns.items():
            values_of = {pk: by[source.key].data.get(key) for pk, by in held.items() if source.key in by}
            known = {pk: value for pk, value in values_of.items() if value not in (None, "")}
            if column.kind.code in CODED:
                found += _alike(column, known, people)
            elif column.kind.code in NUMBERS and (usual := _middle(column, known, people.usual)) is not None:
                more = {pk for pk, value in known.items() if _number(column, value) > usual}
                sizes = (len(group & ids) for group in (more, known.keys()) for ids in (people.here, people.usual))
                found.append(Found(External(column.path, "greater", usual), *sizes))
                here = _middle(column, known, people.here)
                label = f"{source.label}: {column.label}"
                figures.append(Figure(label, _said(column, here), _said(column, usual)))
    return people.counted(found, figures)


def _alike(column: Known, known: Mapping[int, Any], people: Sample) -> Iterable[Found]:
    named = {pk: values.as_text(value) for pk, value in known.items()}
    here, usual = (Counter(named[pk] for pk in ids if pk in named) for ids in (people.here, people.usual))
    totals = (here.total(), usual.total())
    return [Found(External(column.path, "is", one), here[one], usual[one], *totals) for one in here | usual]


def _middle(column: Known, known: Mapping[int, Any], ids: frozenset[int]) -> float | None:
    numbers = [_number(column, value) for pk, value in known.items() if pk in ids]
    return median(numbers) if numbers else None


def _number(column: Known, value: Any) -> float:
    return float(value[column.kind.at] if column.kind.at else value)


def _said(column: Known, number: float | None) -> str:
    if number is None:
        return "–"
    whole = {"amount": str(round(number, 2)), "currency": column.options.currency} if column.kind.at else number
    return column.show(whole, {})


def _is_there() -> bool:
    return bool(sources.remembered())


add(
    Part(
        "external",
        _("External data"),
        "database",
        _("As tables of others tell; shares of those of whom they tell it."),
        told,
        is_there=_is_there,
    )
)
