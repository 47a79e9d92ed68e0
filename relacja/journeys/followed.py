"""The audiences whose coming and going begins or ends journeys."""

from collections.abc import Iterator
from typing import Any

from relacja.journeys import queries
from relacja.segments.followed import follower


@follower
def audiences() -> Iterator[Any]:
    """Those of every version that lets people in or still has people inside. One query."""
    for one in queries.in_force():
        yield from one.definition.audiences
