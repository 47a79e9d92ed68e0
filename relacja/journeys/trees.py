"""An audience as a blank of a step: kept as the rule that it is, chosen on a page of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from relacja.lib.errors import Refused
from relacja.segments import rules
from relacja.segments.blanks import Blank, Input
from relacja.segments.models import Segment, SegmentQuerySet
from relacja.segments.segment_rules import membership


@dataclass(frozen=True, slots=True)
class Tree(Blank):
    """A rule of segments; None where nobody is chosen yet. It is chosen as an audience, so it has no inputs."""

    def read(self, value: Any) -> rules.Rule | None:
        return None if value is None else rules.read(value)

    def write(self, value: rules.Rule | None) -> Any:
        return None if value is None else value.to_json()

    def fill(self, value: Any) -> dict[str, str]:
        return {}

    def inputs(self, typed: Mapping[str, str]) -> list[Input]:
        return []


def refuse_unready(tree: Any) -> None:
    """Raise `Refused` when the rule cannot be read, or asks for a segment that is not there or archived."""
    rules.read(tree)
    _refuse_without(Segment.objects.live(), tree)


def refuse_gone(tree: Any) -> None:
    """Raise `Refused` when the rule asks for a segment that is not there. An archived one means what it meant."""
    _refuse_without(Segment.objects.all(), tree)


def _refuse_without(there: SegmentQuerySet, tree: Any) -> None:
    wanted = membership.named(tree)
    known = set(there.filter(key__in=wanted).values_list("key", flat=True)) if wanted else set()
    for key in sorted(wanted - known):
        raise Refused(_("There is no segment “{segment}” (any more).").format(segment=key))


def lacks(definition: Any) -> list[str]:
    """What the audiences of a definition speak of that is no longer there, each once."""
    return list(dict.fromkeys(lack for tree in _said(definition) for lack in rules.lacks(tree)))


def _said(data: Any) -> Iterator[Any]:
    if isinstance(data, list):
        data = dict(enumerate(data))
    for name, value in data.items() if isinstance(data, dict) else ():
        if name in ("audience", "rule") and isinstance(value, dict):
            yield value
        else:
            yield from _said(value)
