"""What apps above know about one person, for the meaning and the evidence of their conditions."""

from collections.abc import Callable
from typing import Any

Known = Callable[[int], Any]

_known: dict[str, Known] = {}


def add(key: str, function: Known) -> None:
    """Let `function(contact_id)` say what an app knows; its conditions read it as `person.beyond[key]`."""
    _known[key] = function


def of(contact_id: int) -> dict[str, Any]:
    """All of it. A question or so to the facts for each app."""
    return {key: function(contact_id) for key, function in _known.items()}
