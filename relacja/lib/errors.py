"""Every way Relacja says no.

Refused      a rule said no; the message is a sentence for the person who asked
  Conflict   because of what is there already
Unavailable  something outside failed; `permanent` says whether trying again is useless
"""

from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    """A rule said no. The message is shown to the person as it is; `field` names the input it is about, if one."""

    def __init__(self, message: str = "", *, field: str = "") -> None:
        super().__init__(_written(message))
        self.field = _written(field)


class Conflict(Refused):
    """Refused because of what is there already: `values` holds, by field, what stands there; `facts` say more."""

    def __init__(self, message: str, *, field: str = "", values: Mapping[str, str] | None = None, **facts: Any) -> None:
        super().__init__(message, field=field)
        self.values = dict(values or {})
        self.facts = facts


def _written(text: str) -> str:
    """The text as it can be sent: what was refused may stand in it, and hold half of a character."""
    return str(text).encode(errors="replace").decode()


class Unavailable(Exception):
    """Something outside this process failed."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent
