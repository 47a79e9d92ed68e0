"""The conditions that segments bring themselves. Another app brings its own in its `segment_rules.py`."""

from relacja.segments.segment_rules import (
    attribute,
    bought,
    consent,
    devoted,
    event,
    firm,
    letters,
    mark,
    membership,
    moment,
    orders,
    owner,
    rfm,
    sequence,
    stage,
)

__all__ = [
    "attribute",
    "bought",
    "consent",
    "devoted",
    "event",
    "firm",
    "letters",
    "mark",
    "membership",
    "moment",
    "orders",
    "owner",
    "rfm",
    "sequence",
    "stage",
]
