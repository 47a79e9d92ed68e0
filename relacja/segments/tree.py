"""What a rule is made of: groups, and the leaves in them (see `rules`)."""

import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from pyroaring import BitMap64

from relacja.events import vocabulary
from relacja.segments.binder import Binder

if TYPE_CHECKING:
    from relacja.segments.rules import Leaf


@dataclass(frozen=True, slots=True)
class Happened:
    """An event as a rule sees it."""

    id: uuid.UUID
    name: str
    at: datetime
    properties: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    channel: str = ""

    @property
    def sentence(self) -> str:
        return vocabulary.sentence(self.name, self.properties)

    @property
    def place(self) -> str:
        """The place on a timeline just after it: read on from there, it comes first."""
        return f"{round(self.at.timestamp() * 1000) + 1}-{self.id}"


@dataclass(frozen=True, slots=True)
class Person:
    """What the facts know about one contact at the moment `now`, and who looks, if anybody does.

    `beyond` is what apps above know, each under its key (see `beyond`).
    """

    id: int
    columns: Mapping[str, Any]
    attributes: Mapping[str, Any]
    events: tuple[Happened, ...]
    now: datetime
    viewer: int | None = None
    beyond: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an answer rests on: a value in words, and the events themselves, newest first."""

    value: str
    events: tuple[Happened, ...] = ()


@dataclass(frozen=True, slots=True)
class Start:
    """Something to begin a condition with: what it is called, the inputs it fills in, and a heading of its own."""

    label: Any
    typed: Mapping[str, str] = field(default_factory=dict)
    heading: Any = ""


class Rule(ABC):
    """A condition on a person."""

    __slots__ = ()

    @abstractmethod
    def to_json(self) -> dict[str, Any]:
        """The rule as plain data, which `read` turns into an equal rule."""

    @abstractmethod
    def sql(self, bind: Binder) -> str:
        """The rule as a condition on one row of `contact`."""

    @abstractmethod
    def among(self, everybody: BitMap64, answers: "Mapping[Leaf, BitMap64]") -> BitMap64:
        """Those of `everybody` who meet the rule, when `answers` holds those who meet each of its leaves."""

    @abstractmethod
    def words(self) -> str:
        """The rule as a part of a sentence, in the reader's language."""

    def heading(self) -> str:
        """What stands before the parts of a group; of a leaf, the leaf itself."""
        return self.words()

    def denied(self) -> str:
        """The opposite of the rule as a part of a sentence."""
        return _("not true that {condition}").format(condition=_enclosed(self))

    @abstractmethod
    def check(self, person: Person) -> bool:
        """The meaning of the rule, in plain Python: what `sql` must agree with."""

    @abstractmethod
    def leaves(self) -> "Iterator[Leaf]":
        """Every leaf, from left to right."""

    @abstractmethod
    def height(self) -> int:
        """How many groups are nested in one another here."""


@dataclass(frozen=True, slots=True)
class Every(Rule):
    """All of these are true. Of nothing at all: everybody."""

    rules: tuple[Rule, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {"all": [rule.to_json() for rule in self.rules]}

    def sql(self, bind: Binder) -> str:
        return " AND ".join(f"({rule.sql(bind)})" for rule in self.rules) or "1"

    def among(self, everybody: BitMap64, answers: "Mapping[Leaf, BitMap64]") -> BitMap64:
        return BitMap64.intersection(everybody, *(rule.among(everybody, answers) for rule in self.rules))

    def words(self) -> str:
        if not self.rules:
            return _("everybody")
        word = pgettext("between conditions", "and")
        return f" {word} ".join(_enclosed(rule) for rule in self.rules)

    def heading(self) -> str:
        return _("All of these are true")

    def check(self, person: Person) -> bool:
        return all(rule.check(person) for rule in self.rules)

    def leaves(self) -> "Iterator[Leaf]":
        for rule in self.rules:
            yield from rule.leaves()

    def height(self) -> int:
        return 1 + max((rule.height() for rule in self.rules), default=0)


@dataclass(frozen=True, slots=True)
class Some(Rule):
    """At least one of these is true."""

    rules: tuple[Rule, ...]

    def to_json(self) -> dict[str, Any]:
        return {"any": [rule.to_json() for rule in self.rules]}

    def sql(self, bind: Binder) -> str:
        return " OR ".join(f"({rule.sql(bind)})" for rule in self.rules) or "0"

    def among(self, everybody: BitMap64, answers: "Mapping[Leaf, BitMap64]") -> BitMap64:
        return BitMap64.union(BitMap64(), *(rule.among(everybody, answers) for rule in self.rules))

    def words(self) -> str:
        word = pgettext("between conditions", "or")
        return f" {word} ".join(_enclosed(rule) for rule in self.rules)

    def denied(self) -> str:
        if len(self.rules) == 1:
            return self.rules[0].denied()
        return _("none of these: {conditions}").format(conditions="; ".join(rule.words() for rule in self.rules))

    def heading(self) -> str:
        return _("At least one of these is true")

    def check(self, person: Person) -> bool:
        return any(rule.check(person) for rule in self.rules)

    def leaves(self) -> "Iterator[Leaf]":
        for rule in self.rules:
            yield from rule.leaves()

    def height(self) -> int:
        return 1 + max((rule.height() for rule in self.rules), default=0)


@dataclass(frozen=True, slots=True)
class Not(Rule):
    """This is not true."""

    rule: Rule

    def to_json(self) -> dict[str, Any]:
        return {"not": self.rule.to_json()}

    def sql(self, bind: Binder) -> str:
        return f"NOT ({self.rule.sql(bind)})"

    def among(self, everybody: BitMap64, answers: "Mapping[Leaf, BitMap64]") -> BitMap64:
        return everybody - self.rule.among(everybody, answers)

    def words(self) -> str:
        return self.rule.denied()

    def heading(self) -> str:
        return _("None of these is true")

    def check(self, person: Person) -> bool:
        return not self.rule.check(person)

    def leaves(self) -> "Iterator[Leaf]":
        yield from self.rule.leaves()

    def height(self) -> int:
        return 1 + self.rule.height()


@dataclass(frozen=True, slots=True)
class Somebody(Rule):
    """Of a company: at least one person works there of whom this is true."""

    rule: Rule

    def to_json(self) -> dict[str, Any]:
        return {"people": self.rule.to_json()}

    def sql(self, bind: Binder) -> str:
        raise TypeError("companies are asked of the records")

    def among(self, everybody: BitMap64, answers: "Mapping[Leaf, BitMap64]") -> BitMap64:
        raise TypeError("companies are asked of the records")

    def words(self) -> str:
        return _("somebody there: {condition}").format(condition=self.rule.words())

    def denied(self) -> str:
        return _("nobody there: {condition}").format(condition=self.rule.words())

    def heading(self) -> str:
        return _("Somebody there, of whom all of these are true")

    def check(self, person: Person) -> bool:
        return self.rule.check(person)

    def leaves(self) -> "Iterator[Leaf]":
        yield from self.rule.leaves()

    def height(self) -> int:
        return 1 + self.rule.height()


def nodes(rule: Rule, depth: int = 0) -> Iterator[tuple[int, Rule]]:
    """The rule and everything in it with its depth, in reading order."""
    yield depth, rule
    inside = (rule.rule,) if isinstance(rule, Not | Somebody) else rule.rules if isinstance(rule, Every | Some) else ()
    for part in inside:
        yield from nodes(part, depth + 1)


def _enclosed(rule: Rule) -> str:
    several = isinstance(rule, Every | Some) and len(rule.rules) > 1
    return f"({rule.words()})" if several else rule.words()
