"""Who: a tree of `all`, `any` and `not` over leaves, as plain JSON and as objects.

A leaf is a class registered by its kind, found in `<app>/segment_rules.py` of any app. It carries its SQL, its
sentence, its blanks (from which its form is made and its JSON is checked), its meaning in plain Python, and the
evidence for its answer.
"""

import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Self, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from pyroaring import BitMap64

from relacja.events import vocabulary
from relacja.lib.errors import Refused
from relacja.segments.binder import Binder, Passing
from relacja.segments.blanks import Blank

DEEPEST = 6
MOST_LEAVES = 50


class BadRule(Refused):
    """The data is not a rule; the sentence names the field at fault."""


@dataclass(frozen=True, slots=True)
class Happened:
    """An event as a rule sees it."""

    id: uuid.UUID
    name: str
    at: datetime
    properties: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        return vocabulary.sentence(self.name, self.properties)


@dataclass(frozen=True, slots=True)
class Person:
    """What the facts know about one contact at the moment `now`, and who looks, if anybody does."""

    id: int
    columns: Mapping[str, Any]
    attributes: Mapping[str, Any]
    events: tuple[Happened, ...]
    now: datetime
    viewer: int | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an answer rests on: a value in words, and the events themselves, newest first."""

    value: str
    events: tuple[Happened, ...] = ()


@dataclass(frozen=True, slots=True)
class Start:
    """Something to begin a condition with: what it is called, and the inputs it fills in."""

    label: Any
    typed: Mapping[str, str] = field(default_factory=dict)


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


class Leaf(Rule):
    """One condition. A subclass is a frozen dataclass whose fields are named by its `blanks`.

    `folds` names what a condition may say besides: blanks of that fold are asked for when somebody wants them.
    """

    __slots__ = ()

    do_not_call_in_templates: ClassVar[bool] = True
    kind: ClassVar[str]
    label: ClassVar[Any]
    icon: ClassVar[str]
    blanks: ClassVar[tuple[Blank, ...]]
    folds: ClassVar[Mapping[str, Any]] = {}

    @classmethod
    def starts(cls) -> Sequence[Start]:
        """What is offered to whoever adds a condition of this kind."""
        return (Start(cls.label),)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The leaf that `data` describes. Raises `BadRule` naming a field that is unknown, missing or wrong."""
        known = {blank.name for blank in cls.blanks} | {"kind"}
        for key in data:
            if key not in known:
                sentence = _("“{field}” is not a field of this condition.").format(field=str(key)[:80])
                raise BadRule(sentence, field=str(key)[:80])
        made = cls(**{blank.name: _filled(blank, data) for blank in cls.blanks})
        made.refuse_nonsense()
        return made

    def to_json(self) -> dict[str, Any]:
        found = {blank.name: blank.write(getattr(self, blank.name)) for blank in self.blanks}
        return {"kind": self.kind, **{name: value for name, value in found.items() if value is not None}}

    def refuse_nonsense(self) -> None:
        """Raise `Refused` when fields that are right one by one do not fit together."""

    @property
    def ages(self) -> bool:
        """Whether the answer may change merely because time passes."""
        return False

    def passed(self, bind: Passing) -> bool:
        """Tell `bind` whose answer the passing of time may have changed. False when everybody must be asked."""
        return not self.ages

    @property
    def ages_by_day(self) -> bool:
        """Whether the answer may change at midnight of the company's zone."""
        return False

    @property
    def is_relative(self) -> bool:
        """Whether the answer depends on who looks: such a rule makes sense in a list, not in a segment."""
        return False

    @property
    def event_names(self) -> frozenset[str]:
        """The names of events this leaf looks at."""
        return frozenset()

    def hears(self, names: frozenset[str]) -> bool:
        """Whether events of these names may change the answer."""
        return not self.event_names.isdisjoint(names)

    @abstractmethod
    def evidence(self, person: Person) -> Evidence:
        """What the answer for `person` rests on."""

    def among(self, everybody: BitMap64, answers: "Mapping[Leaf, BitMap64]") -> BitMap64:
        return answers[self]

    def leaves(self) -> "Iterator[Leaf]":
        yield self

    def height(self) -> int:
        return 0


def _filled(blank: Blank, data: Mapping[str, Any]) -> Any:
    with _inside(blank.name):
        return blank.read(data.get(blank.name))


@contextmanager
def _inside(place: str) -> Iterator[None]:
    """What is refused inside stands there in the rule: `field` of the refusal becomes the way to it, `all.1.value`."""
    try:
        yield
    except Refused as refusal:
        refusal.field = f"{place}.{refusal.field}".rstrip(".")
        raise


_kinds: dict[str, type[Leaf]] = {}
Class = TypeVar("Class", bound=type[Leaf])


def leaf(kind: str) -> Callable[[Class], Class]:
    """Register a leaf under the name by which JSON calls it."""

    def register(cls: Class) -> Class:
        if kind in _kinds and _kinds[kind].__qualname__ != cls.__qualname__:
            raise ValueError(f"{kind} is registered twice")
        cls.kind = kind
        _kinds[kind] = cls
        return cls

    return register


def kinds() -> dict[str, type[Leaf]]:
    """Every registered leaf by its kind, in order of registration."""
    return dict(_kinds)


def read(data: Any, *, is_looked_at: bool = False) -> Rule:
    """The rule that plain JSON `data` describes. Raises `Refused` with a sentence naming what is wrong.

    One that speaks of whoever looks is refused, unless it `is_looked_at` by somebody.
    """
    rule = _read(data, depth=0)
    if not is_looked_at and any(leaf.is_relative for leaf in rule.leaves()):
        raise BadRule(_("Nobody looks here: name a person or a team instead of “me” and “my team”."))
    if sum(1 for _leaf in rule.leaves()) > MOST_LEAVES:
        raise BadRule(_("A rule may hold at most {number} conditions.").format(number=MOST_LEAVES))
    return rule


def _read(data: Any, *, depth: int) -> Rule:
    if not isinstance(data, dict):
        raise BadRule(_("A rule is an object with “all”, “any”, “not” or “kind”."))
    if depth > DEEPEST:
        raise BadRule(_("Groups may be nested {number} deep at most.").format(number=DEEPEST))
    if "kind" in data:
        return _read_leaf(data)
    if len(data) != 1 or next(iter(data)) not in ("all", "any", "not"):
        names = ", ".join(str(key)[:40] for key in data) or "{}"
        raise BadRule(_("A group is exactly one of “all”, “any” and “not”, but here is: {names}.").format(names=names))
    (word, inside), *_rest = data.items()
    if word == "not":
        with _inside(word):
            return Not(_read(inside, depth=depth + 1))
    if not isinstance(inside, list):
        raise BadRule(_("“{field}” must be a list of conditions.").format(field=word))
    if not inside and (word == "any" or depth > 0):
        raise BadRule(_("“{field}” holds no condition. Add one or remove the group.").format(field=word))
    rules = tuple(_read_part(one, f"{word}.{number}", depth=depth + 1) for number, one in enumerate(inside))
    return Every(rules) if word == "all" else Some(rules)


def _read_part(data: Any, place: str, *, depth: int) -> Rule:
    with _inside(place):
        return _read(data, depth=depth)


def _read_leaf(data: Mapping[str, Any]) -> Leaf:
    kind = data["kind"]
    if not isinstance(kind, str) or kind not in _kinds:
        raise BadRule(_("“{kind}” is not a kind of condition.").format(kind=str(kind)[:80]), field="kind")
    return _kinds[kind].from_json(data)


def nodes(rule: Rule, depth: int = 0) -> Iterator[tuple[int, Rule]]:
    """The rule and everything in it with its depth, in reading order."""
    yield depth, rule
    inside = (rule.rule,) if isinstance(rule, Not) else rule.rules if isinstance(rule, Every | Some) else ()
    for part in inside:
        yield from nodes(part, depth + 1)


def sentence(rule: Rule) -> str:
    """The whole rule as one sentence."""
    words = rule.words()
    return words[:1].upper() + words[1:] + "."


def said(data: Any) -> str:
    """The sentence of a rule that is stored; when it cannot be read any more, why."""
    try:
        return sentence(read(data))
    except Refused as error:
        return str(error)


def _enclosed(rule: Rule) -> str:
    several = isinstance(rule, Every | Some) and len(rule.rules) > 1
    return f"({rule.words()})" if several else rule.words()
