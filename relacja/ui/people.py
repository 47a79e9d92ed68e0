"""What the shell must know of a person; who they are belongs to the floor above."""

from typing import Protocol


class Person(Protocol):
    @property
    def pk(self) -> int: ...

    def may(self, code: str, /) -> bool:
        """Whether this person holds the permission `code`."""
