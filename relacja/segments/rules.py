"""Who, or which companies: a tree of `all`, `any` and `not` over leaves, as plain JSON and as objects.

A leaf is a class registered by its kind, found in `<app>/segment_rules.py` of any app. It carries its SQL, its
sentence, its blanks (from which its form is made and its JSON is checked), its meaning in plain Python, and the
evidence for its answer. Leaves about companies are asked of the records (`firms`); among them may stand `people`, a
rule about somebody who works there.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, Self, TypeVar

from django.utils.translation import gettext as _
from pyroaring import BitMap64

from relacja.contacts.models import Record
from relacja.lib.errors import Refused
from relacja.segments.binder import Passing
from relacja.segments.blanks import Blank
from relacja.segments.tree import Every, Evidence, Happened, Not, Person, Rule, Some, Somebody, Start, nodes

__all__ = [
    "DEEPEST",
    "MOST_LEAVES",
    "BadRule",
    "Every",
    "Evidence",
    "Happened",
    "Leaf",
    "Not",
    "Person",
    "Rule",
    "Some",
    "Somebody",
    "Start",
    "kinds",
    "lacks",
    "leaf",
    "nodes",
    "read",
    "said",
    "sentence",
]

DEEPEST = 6
MOST_LEAVES = 50


class BadRule(Refused):
    """The data is not a rule; the sentence names the field at fault."""


class Leaf(Rule):
    """One condition. A subclass is a frozen dataclass whose fields are named by its `blanks`.

    `folds` names what a condition may say besides: blanks of that fold are asked for when somebody wants them. `also`
    holds other words by which somebody may look for it.
    """

    __slots__ = ()

    do_not_call_in_templates: ClassVar[bool] = True
    kind: ClassVar[str]
    label: ClassVar[Any]
    icon: ClassVar[str]
    also: ClassVar[Any] = ""
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
    def lack(self) -> str:
        """What is no longer there that the condition speaks of, as a sentence: it goes on without."""
        return ""

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


_kinds: dict[Record, dict[str, type[Leaf]]] = {Record.CONTACT: {}, Record.COMPANY: {}}
Class = TypeVar("Class", bound=type[Leaf])


def leaf(kind: str, of: Record = Record.CONTACT) -> Callable[[Class], Class]:
    """Register a leaf about such records under the name by which JSON calls it."""

    def register(cls: Class) -> Class:
        held = _kinds[of]
        if kind in held and held[kind].__qualname__ != cls.__qualname__:
            raise ValueError(f"{kind} is registered twice")
        cls.kind = kind
        held[kind] = cls
        return cls

    return register


def kinds(of: Record = Record.CONTACT) -> dict[str, type[Leaf]]:
    """Every registered leaf about such records by its kind, in order of registration."""
    return dict(_kinds[of])


def read(data: Any, of: Record = Record.CONTACT, *, is_looked_at: bool = False) -> Rule:
    """The rule that plain JSON `data` describes. Raises `Refused` with a sentence naming what is wrong.

    One that speaks of whoever looks is refused, unless it `is_looked_at` by somebody.
    """
    rule = _read(data, of, depth=0)
    if not is_looked_at and any(leaf.is_relative for leaf in rule.leaves()):
        raise BadRule(_("Nobody looks here: name a person or a team instead of “me” and “my team”."))
    if sum(1 for _leaf in rule.leaves()) > MOST_LEAVES:
        raise BadRule(_("A rule may hold at most {number} conditions.").format(number=MOST_LEAVES))
    return rule


def _read(data: Any, of: Record, *, depth: int) -> Rule:
    if not isinstance(data, dict):
        raise BadRule(_("A rule is an object with “all”, “any”, “not” or “kind”."))
    if depth > DEEPEST:
        raise BadRule(_("Groups may be nested {number} deep at most.").format(number=DEEPEST))
    if "kind" in data:
        return _read_leaf(data, of)
    if len(data) == 1 and "people" in data and of == Record.COMPANY:
        with _inside("people"):
            return Somebody(_read(data["people"], Record.CONTACT, depth=depth + 1))
    if len(data) != 1 or next(iter(data)) not in ("all", "any", "not"):
        names = ", ".join(str(key)[:40] for key in data) or "{}"
        raise BadRule(_("A group is exactly one of “all”, “any” and “not”, but here is: {names}.").format(names=names))
    (word, inside), *_rest = data.items()
    if word == "not":
        with _inside(word):
            return Not(_read(inside, of, depth=depth + 1))
    if not isinstance(inside, list):
        raise BadRule(_("“{field}” must be a list of conditions.").format(field=word))
    if not inside and (word == "any" or depth > 0):
        raise BadRule(_("“{field}” holds no condition. Add one or remove the group.").format(field=word))
    rules = tuple(_read_part(one, of, f"{word}.{number}", depth=depth + 1) for number, one in enumerate(inside))
    return Every(rules) if word == "all" else Some(rules)


def _read_part(data: Any, of: Record, place: str, *, depth: int) -> Rule:
    with _inside(place):
        return _read(data, of, depth=depth)


def _read_leaf(data: Mapping[str, Any], of: Record) -> Leaf:
    kind = data["kind"]
    if not isinstance(kind, str) or kind not in _kinds[of]:
        raise BadRule(_("“{kind}” is not a kind of condition.").format(kind=str(kind)[:80]), field="kind")
    return _kinds[of][kind].from_json(data)


def sentence(rule: Rule) -> str:
    """The whole rule as one sentence."""
    words = rule.words()
    return words[:1].upper() + words[1:] + "."


def lacks(data: Any) -> list[str]:
    """What the conditions of a stored rule speak of that is no longer there, each once."""
    try:
        return list(dict.fromkeys(leaf.lack for leaf in read(data).leaves() if leaf.lack))
    except Refused:
        return []


def said(data: Any) -> str:
    """The sentence of a rule that is stored; when it cannot be read any more, why."""
    try:
        return sentence(read(data))
    except Refused as error:
        return str(error)
