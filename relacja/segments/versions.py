"""How a segment was described before: every version, and what each changed, line by line."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from relacja.lib.errors import Refused
from relacja.segments import rules
from relacja.segments.models import Segment, SegmentVersion
from relacja.segments.rules import Not, Some


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a rule: how deep it stands, what it says, and whether it came (`new`), went (`gone`) or stayed."""

    depth: int
    words: str
    change: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A version, and what it changed of the one before it: the lines of both, and a name or description if new."""

    version: SegmentVersion
    lines: list[Line]
    name: str
    description: str
    is_first: bool


def told(segment: Segment) -> list[Told]:
    """Every version, the newest first. Two queries."""
    found = list(segment.versions.select_related("by").order_by("number"))
    earlier: Sequence[SegmentVersion | None] = [None, *found]
    return [_told(version, before) for version, before in zip(found, earlier, strict=False)][::-1]


def _told(version: SegmentVersion, before: SegmentVersion | None) -> Told:
    return Told(
        version,
        difference(_lines(before.rule) if before else [], _lines(version.rule)),
        version.name if before and before.name != version.name else "",
        version.description if before and before.description != version.description else "",
        before is None,
    )


def difference(before: Sequence[tuple[int, str]], after: Sequence[tuple[int, str]]) -> list[Line]:
    """The lines of both, those that went before those that came in their place."""
    found: list[Line] = []
    for verb, start, end, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if verb == "equal":
            found += [Line(*line) for line in after[first:last]]
        else:
            found += [Line(*line, "gone") for line in before[start:end]]
            found += [Line(*line, "new") for line in after[first:last]]
    return found


def _lines(data: Any) -> list[tuple[int, str]]:
    """A rule line by line: groups by their heading, conditions in words. One that cannot be read says why."""
    try:
        rule = rules.read(data)
    except Refused as error:
        return [(0, str(error))]
    nodes = list(rules.nodes(rule))
    inside_not = {id(node.rule) for _depth, node in nodes if isinstance(node, Not) and isinstance(node.rule, Some)}
    return [(depth, node.heading()) for depth, node in nodes if id(node) not in inside_not]
