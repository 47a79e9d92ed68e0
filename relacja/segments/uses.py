"""Which segments ask for a field or a tag, and what asks for a segment.

Apps above look among their own and contribute a finder in their `uses.py`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from relacja.contacts import tags
from relacja.contacts.fields import Known
from relacja.contacts.uses import Use, finder, speaks, speaks_of_tag, tag_finder
from relacja.jobs.work import later
from relacja.segments import tasks
from relacja.segments.models import Segment
from relacja.segments.segment_rules import membership
from relacja.staff import teams

SegmentFinder = Callable[[Segment], Iterable[Use]]
_finders: list[SegmentFinder] = []


def segment_finder(function: SegmentFinder) -> SegmentFinder:
    """Register a function that finds what asks for a segment. A fixed number of queries."""
    _finders.append(function)
    return function


def of(segment: Segment) -> list[Use]:
    """Everything that asks for the segment: what a change of its rule reaches."""
    return [use for find in _finders for use in find(segment)]


@segment_finder
def segments_of_segment(segment: Segment) -> Iterator[Use]:
    """Those that ask for it themselves. One query."""
    for other in Segment.objects.live().named().defer("members").order_by("name"):
        if segment.key in membership.named(other.rule):
            yield Use(_("Segment"), other.name, reverse("segments:segment", args=[other.pk]))


@finder
def segments(known: Known) -> Iterator[Use]:
    """One query; there are hundreds of segments, not thousands."""
    for segment in Segment.objects.live().named().defer("members").order_by("name"):
        if speaks(segment.rule, known.path):
            yield Use(_("Segment"), segment.name, reverse("segments:segment", args=[segment.pk]))


@tag_finder
def segments_of_tag(keys: Collection[str]) -> Iterator[Use]:
    """One query; there are hundreds of segments, not thousands."""
    for segment in Segment.objects.live().named().defer("members").order_by("name"):
        if speaks_of_tag(segment.rule, keys):
            yield Use(_("Segment"), segment.name, reverse("segments:segment", args=[segment.pk]))


@tags.hears
def count_again(keys: set[str]) -> None:
    """Segments that ask for a tag which means others by now are counted from the start."""
    for segment in Segment.objects.live().defer("members"):
        if speaks_of_tag(segment.rule, keys):
            later(tasks.recount, segment_id=segment.pk)


@teams.hears
def count_team_again(team_id: int) -> None:
    """Segments that ask for the people of a team which has others by now are counted again."""
    for segment in Segment.objects.live().defer("members"):
        if _speaks_of_team(segment.rule, str(team_id)):
            later(tasks.recount, segment_id=segment.pk)


def _speaks_of_team(rule: Any, team: str) -> bool:
    if isinstance(rule, dict):
        return (rule.get("kind") == "team" and rule.get("team") == team) or _speaks_of_team(list(rule.values()), team)
    return isinstance(rule, list) and any(_speaks_of_team(one, team) for one in rule)
