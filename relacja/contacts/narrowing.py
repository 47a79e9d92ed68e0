"""Lists narrowed by a rule, or of people in an order for which the records have no index.

The language of rules belongs to an app upstairs: it registers itself in its `narrowing.py`. About people it answers
from the facts, and the rows themselves are then read from the records; companies are asked of the records.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from relacja.contacts.models import Company, Record
from relacja.lib.errors import Refused
from relacja.staff.reach import Owners

LONGEST = 8_000
Value = str | int | float | None


class BadRule(Refused):
    """The rule of a list cannot be read."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Who, or which companies, as compact JSON of a rule, at that moment, for that viewer if somebody looks.

    Made by `read`.
    """

    text: str
    at: datetime
    viewer: int | None = None
    of: Record = Record.CONTACT

    @property
    def tree(self) -> Any:
        return json.loads(self.text)

    @property
    def sentence(self) -> str:
        return answers().sentence(self.tree, self.of, is_looked_at=self.viewer is not None)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a list shows. `patterns` must stand in what a contact is found by; `ids` are the only ones to look at.

    `owners` are ids of those who take care, 0 for nobody; None for whoever. `leaves` are conditions of the
    language of rules as compact JSON, which all must hold. `at` is the moment at which one looks.
    """

    rule: Rule | None = None
    stage: str = ""
    consent: str = ""
    owners: tuple[int, ...] | None = None
    company: str = ""
    archived: bool = False
    patterns: tuple[str, ...] = ()
    ids: tuple[int, ...] | None = None
    leaves: tuple[str, ...] = ()
    at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Place:
    """A row of a sorted list: its value (None when it has none) and its id."""

    value: Value
    id: int


class Answers(Protocol):
    """Who answers about many people."""

    def sentence(self, tree: Any, of: Record, *, is_looked_at: bool) -> str:
        """The rule in words. Raises `Refused` saying what is wrong with it, as when it speaks of whoever looks."""

    def sorts(self) -> Iterable[str]:
        """By what a list can be sorted: paths of fields, and `created` and `changed`."""

    def places(self, asked: Asked, sort: str, *, beyond: Place | None, backwards: bool, limit: int) -> list[Place]:
        """The next rows after `beyond`, or before it, nearest first. Those without a value come last."""

    def beside(self, asked: Asked, sort: str, here: Place) -> tuple[int | None, int | None]:
        """The ids of the rows before and after the place `here`, which need not be on the list itself."""

    def count(self, asked: Asked) -> int: ...

    def ids(self, asked: Asked) -> list[int]:
        """Everybody, in no order."""

    def companies(self, rule: Rule, among: QuerySet[Company], seen: Owners = None) -> QuerySet[Company]:
        """Those of the companies of whom the rule is true; of their people it looks at those of these owners."""

    def editor(self, tree: Any, of: Record, *, back: str) -> str:
        """Where a rule is written; `back` are the other parameters of the list."""

    def chooser(self, tree: Any, *, back: str) -> str:
        """Where an audience is chosen for the list of people; empty where its rule can be none."""

    def among(self, ids: Iterable[int]) -> Any:
        """The rule of these people."""

    def keeper(self, tree: Any) -> str:
        """Where a rule is kept under a name."""


_answers: list[Answers] = []


def answer(who: Answers) -> None:
    """Let `who` answer. Called once, by an app's `narrowing.py` at start-up."""
    _answers[:] = [who]


def answers() -> Answers:
    return _answers[0]


def read(text: str, *, at: datetime, viewer: int | None = None, of: Record = Record.CONTACT) -> Rule:
    """The rule written as `text`, as `viewer` sees it. Raises `Refused` with a sentence."""
    try:
        tree = json.loads(text) if len(text) <= LONGEST else None
        text = json.dumps(tree, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        text.encode()
    except (ValueError, RecursionError) as error:
        raise _broken() from error
    if not isinstance(tree, dict):
        raise _broken()
    answers().sentence(tree, of, is_looked_at=viewer is not None)
    return Rule(text, at, viewer, of)


def _broken() -> BadRule:
    return BadRule(_("The filter in this address cannot be read. Part of the address may be missing."))
