"""What is different about some people, as far as their behaviour says: worked out for a sample of them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from statistics import median

from django.utils.translation import gettext_lazy as _

from relacja.behaviour import attributes, queries
from relacja.behaviour.attributes import Derived, Found, Moment, Money
from relacja.behaviour.segment_rules import OfBehaviour
from relacja.segments.portraits import Counted, Figure, Part, Sample, add
from relacja.segments.portraits import Found as Shared

Values = Mapping[int, Found]


def told(people: Sample, now: datetime) -> Counted:
    """Which values are how frequent among those of whom they are known, and the middle of the numbers."""
    said = queries.of_contacts(people.here | people.usual, now)
    shared: list[Shared] = []
    figures: list[Figure] = []
    for key, derived in attributes.registered().items():
        values = {pk: found[key] for pk, found in said.items() if key in found}
        if isinstance(derived.kind, Moment) or not values:
            continue
        if derived.alike(next(iter(values.values())).value) is not None:
            shared += _alike(derived, values, people)
        elif middle := _middle(values, people.usual):
            shared.append(_above(derived, values, people, round(middle)))
            here, usual = (_said(derived, values, ids) for ids in (people.here, people.usual))
            figures.append(Figure(derived.label, here, usual))
    return people.counted(shared, figures)


def _alike(derived: Derived, values: Values, people: Sample) -> Iterable[Shared]:
    named = {pk: derived.alike(found.value) for pk, found in values.items()}
    here, usual = (Counter(named[pk] for pk in ids if pk in named) for ids in (people.here, people.usual))
    for one in here | usual:
        if one is not None:
            yield Shared(OfBehaviour(derived.key, *one), here[one], usual[one], here.total(), usual.total())


def _above(derived: Derived, values: Values, people: Sample, middle: int) -> Shared:
    """Who has more than half of everybody has."""
    whole = round(middle / 100) if isinstance(derived.kind, Money) else middle
    least = whole * 100 if isinstance(derived.kind, Money) else whole
    over = OfBehaviour(derived.key, "greater", whole)
    more, known = {pk for pk, found in values.items() if found.value > least}, values.keys()
    sizes = (len(group & ids) for group in (more, known) for ids in (people.here, people.usual))
    return Shared(over, *sizes)


def _said(derived: Derived, values: Values, ids: frozenset[int]) -> str:
    found = _middle(values, ids)
    return derived.said(Found(round(found), 0, 0)) if found is not None else "–"


def _middle(values: Values, ids: frozenset[int]) -> float | None:
    known = [found.value for pk, found in values.items() if pk in ids]
    return median(known) if known else None


add(
    Part(
        "behaviour",
        _("What their behaviour says"),
        "sparkles",
        _("Worked out from what they did, never typed; shares of those of whom it is known."),
        told,
    )
)
