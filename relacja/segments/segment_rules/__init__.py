"""The conditions that segments bring themselves. Another app brings its own in its `segment_rules.py`."""

from relacja.segments.segment_rules import attribute, consent, event, firm, mark, owner, stage

__all__ = ["attribute", "consent", "event", "firm", "mark", "owner", "stage"]
