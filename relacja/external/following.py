"""Segments that speak of a source, asked anew when its values change."""

from datetime import datetime

from relacja.clickhouse import facts
from relacja.external.models import Refresh
from relacja.external.segment_rules import FromOutside
from relacja.jobs.work import later
from relacja.lib.errors import Refused
from relacja.segments import actions as segments
from relacja.segments import rules, tasks
from relacja.segments.models import Segment
from relacja.segments.rules import Rule
from relacja.segments.segment_rules.meant import Meant

MOST_TOUCHED = 5_000


def ask_anew(refresh: Refresh, *, now: datetime) -> int:
    """Segments that speak of the source are true for whom it says something else of than before. How many these are.

    A few are asked one by one, as when something happens to them; for more the segments are counted anew.
    """
    between = {"before": refresh.before or 0, "after": refresh.pk}
    changed = int(facts.rows("external", "count_changed", **between)[0]["people"])
    key = refresh.source.key
    if 0 < changed <= MOST_TOUCHED:
        found = [row["person"] for row in facts.rows("external", "changed", most=MOST_TOUCHED, **between)]
        segments.ask_of(found, lambda rule: speaks(rule, key), now=now)
    elif changed:
        count_anew(key)
    return changed


def count_anew(key: str) -> None:
    """Every segment that speaks of the source is counted from the start, soon."""
    for segment in Segment.objects.live().defer("members"):
        rule = _rule(segment)
        if rule is not None and speaks(rule, key):
            later(tasks.recount, segment_id=segment.pk)


def speaks(rule: Rule, key: str) -> bool:
    """Whether the rule asks for something of the source, itself or through another segment."""
    for one in rule.leaves():
        if isinstance(one, FromOutside) and one.source_key == key:
            return True
        if isinstance(one, Meant) and speaks(one.rule(), key):
            return True
    return False


def _rule(segment: Segment) -> Rule | None:
    try:
        return rules.read(segment.rule)
    except Refused:
        return None
