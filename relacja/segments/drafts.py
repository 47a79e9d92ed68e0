"""A rule while somebody writes it: whatever is in the form, finished or not.

The form names each input by the place of its condition: `0` is the whole rule, `0.2` its third part. A draft comes
from a rule or from a form, is changed by `edits`, and becomes the JSON of a rule. A rule about companies may hold
groups about somebody who works there: in them stand conditions on people.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from relacja.contacts.models import Record
from relacja.lib.errors import Refused
from relacja.segments import rules
from relacja.segments.blanks import Input
from relacja.segments.rules import Every, Leaf, Not, Rule, Some, Somebody

ROOT = "0"
MODES = ("all", "any", "none")
PEOPLE = "people"
MOST_PARTS = 60
OPEN = "open"
PLACE = re.compile(r"0(\.[0-9]{1,2}){0,7}")


@dataclass(slots=True)
class Condition:
    """A leaf as it stands in the form."""

    kind: str
    typed: dict[str, str] = field(default_factory=dict)
    place: str = ""
    of: Record = Record.CONTACT

    @property
    def leaf(self) -> type[Leaf] | None:
        return rules.kinds(self.of).get(self.kind)

    @property
    def label(self) -> Any:
        return self.leaf.label if self.leaf else self.kind

    @property
    def icon(self) -> str:
        return self.leaf.icon if self.leaf else "circle-alert"

    @property
    def inputs(self) -> list[Input]:
        """The inputs of this condition, in reading order; those of a closed fold are left out."""
        closed = {name for name, _label in self.folded}
        shown = [blank for blank in self.leaf.blanks if blank.fold not in closed] if self.leaf else []
        return [one for blank in shown for one in blank.inputs(self.typed)]

    @property
    def every_input(self) -> list[Input]:
        """The inputs of this condition with everything it may say besides."""
        return [one for blank in self.leaf.blanks for one in blank.inputs(self.typed)] if self.leaf else []

    @property
    def opened(self) -> list[str]:
        """The folds that somebody opened."""
        return self.typed.get(OPEN, "").split()

    @property
    def folded(self) -> list[tuple[str, Any]]:
        """What the condition may say besides, by name and label: folds that are neither opened nor filled in."""
        leaf = self.leaf
        filled = {blank.fold for blank in leaf.blanks if blank.parse(self.typed) is not None} if leaf else set()
        return [fold for fold in leaf.folds.items() if fold[0] not in {*filled, *self.opened}] if leaf else []

    @property
    def is_unfinished(self) -> bool:
        """Whether something that must be filled in is empty."""
        return any(not one.typed.strip() for one in self.inputs if not one.optional)

    def to_json(self) -> dict[str, Any]:
        leaf = self.leaf
        found = {blank.name: blank.parse(self.typed) for blank in leaf.blanks} if leaf else {}
        return {"kind": self.kind, **{name: value for name, value in found.items() if value is not None}}


@dataclass(slots=True)
class Group:
    """All, any or none of its parts; or, of a company, somebody there of whom all are true."""

    mode: str = "all"
    parts: "list[Condition | Group]" = field(default_factory=list)
    place: str = ROOT
    of: Record = Record.CONTACT

    is_group = True

    @property
    def is_of_people(self) -> bool:
        return self.mode == PEOPLE

    @property
    def inside(self) -> Record:
        """What the conditions in it are about."""
        return Record.CONTACT if self.is_of_people else self.of

    @property
    def may_ask_people(self) -> bool:
        return self.inside == Record.COMPANY

    def to_json(self) -> dict[str, Any] | None:
        """The group as JSON; None when nothing is in it yet."""
        written = [one.to_json() for one in self.parts]
        parts = [one for one in written if one is not None]
        if not parts:
            return None
        if self.is_of_people:
            return {PEOPLE: {"all": parts}}
        return {"not": {"any": parts}} if self.mode == "none" else {self.mode: parts}


Part = Condition | Group


@dataclass(slots=True)
class Draft:
    """The whole rule as it stands in the form."""

    root: Group

    @classmethod
    def of_rule(cls, rule: Rule, of: Record = Record.CONTACT) -> "Draft":
        """The draft of a finished rule."""
        part = _part(rule)
        is_root = isinstance(part, Group) and not part.is_of_people
        return cls(_placed(part if isinstance(part, Group) and is_root else Group("all", [part]), of))

    @classmethod
    def of_form(cls, posted: Mapping[str, str], of: Record = Record.CONTACT) -> "Draft":
        """The draft that a form holds. What is not part of a rule is passed over."""
        parts: dict[str, Part] = {}
        for name in list(posted):
            place, _colon, what = name.partition(":")
            if what in ("mode", "kind") and PLACE.fullmatch(place) and len(parts) < MOST_PARTS:
                parts[place] = _posted(place, what, posted)
        root = parts.get(ROOT)
        if not isinstance(root, Group):
            root = Group()
        for place in sorted((one for one in parts if one != ROOT), key=_numbers):
            parent = root if (above := place.rpartition(".")[0]) == ROOT else parts.get(above)
            if isinstance(parent, Group):
                parent.parts.append(parts[place])
        return cls(_placed(root, of))

    @property
    def of(self) -> Record:
        """What the rule is about."""
        return self.root.of

    def to_json(self) -> dict[str, Any]:
        """The rule as JSON, empty groups left out. Not checked: `rules.read` does that."""
        return self.root.to_json() or {"all": []}

    @property
    def is_empty(self) -> bool:
        return self.root.to_json() is None

    def to_form(self) -> dict[str, str]:
        """The draft as a form holds it: what `of_form` reads."""
        return dict(_typed(self.root))

    def conditions(self) -> list[Condition]:
        """Every condition, in reading order."""
        return list(_conditions(self.root))

    def finished(self) -> "Draft":
        """The draft without the conditions that are not filled in yet."""
        return Draft(_placed(_finished(self.root), self.of))

    def at(self, place: str) -> "Part | None":
        """The part that stands at this place."""
        found: Part | None = self.root if PLACE.fullmatch(place) else None
        for number in _numbers(place)[1:] if found else ():
            if not isinstance(found, Group) or number >= len(found.parts):
                return None
            found = found.parts[number]
        return found

    def above(self, place: str) -> Group | None:
        """The group that holds the part of this place."""
        found = self.at(place.rpartition(".")[0])
        return found if isinstance(found, Group) else None

    def settle(self) -> None:
        """Every part knows its place again after parts were moved."""
        _placed(self.root, self.of)


def modes() -> list[tuple[str, Any, Any]]:
    """How the parts of a group go together: the mode, its word, and the rest of the sentence."""
    return [
        ("all", pgettext("group", "All of these"), pgettext("group", "are true")),
        ("any", pgettext("group", "Any of these"), pgettext("group", "is true")),
        ("none", pgettext("group", "None of these"), pgettext("group", "is true")),
    ]


def read(draft: Draft, *, is_looked_at: bool = False) -> Rule:
    """The finished rule. Raises `Refused` saying what is missing."""
    if draft.is_empty:
        raise Refused(_("Add a condition: so far this means nobody in particular."))
    return rules.read(draft.to_json(), draft.of, is_looked_at=is_looked_at)


def _posted(place: str, what: str, posted: Mapping[str, str]) -> Part:
    if what == "mode":
        mode = posted[f"{place}:mode"]
        return Group(mode if mode in (*MODES, PEOPLE) else "all")
    prefix = f"{place}:"
    typed = {name.removeprefix(prefix): posted[name] for name in posted if name.startswith(prefix)}
    return Condition(typed.pop("kind"), typed)


def _part(rule: Rule) -> Part:
    if isinstance(rule, Leaf):
        written = rule.to_json()
        typed: dict[str, str] = {}
        for blank in rule.blanks:
            typed |= blank.fill(written.get(blank.name))
        return Condition(rule.kind, typed)
    if isinstance(rule, Every | Some):
        return Group("all" if isinstance(rule, Every) else "any", [_part(one) for one in rule.rules])
    if isinstance(rule, Somebody):
        inner = _part(rule.rule)
        return Group(PEOPLE, inner.parts if isinstance(inner, Group) and inner.mode == "all" else [inner])
    assert isinstance(rule, Not)
    inner = _part(rule.rule)
    return Group("none", inner.parts if isinstance(inner, Group) and inner.mode == "any" else [inner])


def _placed(root: Group, of: Record) -> Group:
    """Every part knows its place, and what it is about. Only of companies, and only once, people are asked."""
    if root.is_of_people and (of == Record.CONTACT or root.place == ROOT):
        root.mode = "all"
    root.of = of
    for number, part in enumerate(root.parts):
        part.place, part.of = f"{root.place}.{number}", root.inside
        if isinstance(part, Group):
            _placed(part, root.inside)
    return root


def _typed(part: Part) -> Iterator[tuple[str, str]]:
    if isinstance(part, Group):
        yield f"{part.place}:mode", part.mode
        for inner in part.parts:
            yield from _typed(inner)
    else:
        yield f"{part.place}:kind", part.kind
        yield from ((f"{part.place}:{name}", value) for name, value in part.typed.items())


def _conditions(group: Group) -> Iterator[Condition]:
    for part in group.parts:
        yield from [part] if isinstance(part, Condition) else _conditions(part)


def _finished(group: Group) -> Group:
    kept: list[Part] = []
    for part in group.parts:
        if isinstance(part, Group):
            kept.append(_finished(part))
        elif not part.is_unfinished:
            kept.append(part)
    return Group(group.mode, kept, group.place, group.of)


def _numbers(place: str) -> list[int]:
    return [int(number) for number in place.split(".")]
