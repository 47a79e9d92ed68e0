"""A rule while somebody writes it: whatever is in the form, finished or not.

The form names each input by the place of its condition: `0` is the whole rule, `0.2` its third part. A draft comes
from a rule or from a form, takes one change at a time, and becomes the JSON of a rule.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from relacja.lib.errors import Refused
from relacja.segments import rules
from relacja.segments.blanks import Input
from relacja.segments.rules import Every, Leaf, Not, Rule, Some

ROOT = "0"
MODES = ("all", "any", "none")
MOST_PARTS = 60
PLACE = re.compile(r"0(\.[0-9]{1,2}){0,7}")


@dataclass(slots=True)
class Condition:
    """A leaf as it stands in the form."""

    kind: str
    typed: dict[str, str] = field(default_factory=dict)
    place: str = ""

    @property
    def leaf(self) -> type[Leaf] | None:
        return rules.kinds().get(self.kind)

    @property
    def label(self) -> Any:
        return self.leaf.label if self.leaf else self.kind

    @property
    def icon(self) -> str:
        return self.leaf.icon if self.leaf else "circle-alert"

    @property
    def inputs(self) -> list[Input]:
        """The inputs of this condition, in reading order."""
        leaf = self.leaf
        return [one for blank in leaf.blanks for one in blank.inputs(self.typed)] if leaf else []

    def to_json(self) -> dict[str, Any]:
        leaf = self.leaf
        found = {blank.name: blank.parse(self.typed) for blank in leaf.blanks} if leaf else {}
        return {"kind": self.kind, **{name: value for name, value in found.items() if value is not None}}


@dataclass(slots=True)
class Group:
    """All, any or none of its parts."""

    mode: str = "all"
    parts: "list[Condition | Group]" = field(default_factory=list)
    place: str = ROOT

    is_group = True

    def to_json(self) -> dict[str, Any] | None:
        """The group as JSON; None when nothing is in it yet."""
        written = [one.to_json() for one in self.parts]
        parts = [one for one in written if one is not None]
        if not parts:
            return None
        return {"not": {"any": parts}} if self.mode == "none" else {self.mode: parts}


Part = Condition | Group


@dataclass(slots=True)
class Draft:
    """The whole rule as it stands in the form."""

    root: Group

    @classmethod
    def of_rule(cls, rule: Rule) -> "Draft":
        """The draft of a finished rule."""
        part = _part(rule)
        return cls(_placed(part if isinstance(part, Group) else Group("all", [part])))

    @classmethod
    def of_form(cls, posted: Mapping[str, str]) -> "Draft":
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
        return cls(_placed(root))

    def to_json(self) -> dict[str, Any]:
        """The rule as JSON, empty groups left out. Not checked: `rules.read` does that."""
        return self.root.to_json() or {"all": []}

    @property
    def is_empty(self) -> bool:
        return self.root.to_json() is None

    def change(self, asked: str) -> None:
        """Do what a button says: `group:0` and `leaf-event:0.1` add to a group, `remove:0.1` removes."""
        verb, _colon, place = asked.partition(":")
        if verb == "remove" and (found := self._at(place.rpartition(".")[0])):
            found.parts = [part for part in found.parts if part.place != place]
        elif verb == "group" and (found := self._at(place)):
            found.parts.append(Group("any" if found.mode == "all" else "all"))
        elif verb.startswith("leaf-") and verb.removeprefix("leaf-") in rules.kinds() and (found := self._at(place)):
            found.parts.append(Condition(verb.removeprefix("leaf-"), dict(FIRST.get(verb.removeprefix("leaf-"), {}))))
        _placed(self.root)

    def _at(self, place: str) -> Group | None:
        if not PLACE.fullmatch(place):
            return None
        found: Part = self.root
        for number in _numbers(place)[1:]:
            if not isinstance(found, Group) or number >= len(found.parts):
                return None
            found = found.parts[number]
        return found if isinstance(found, Group) else None


FIRST: dict[str, dict[str, str]] = {"event": {"op": "at_least", "times": "1", "unit": "days"}}


def kinds() -> list[tuple[str, Any]]:
    """Every kind of condition that can be added, with its label."""
    return [(kind, leaf.label) for kind, leaf in rules.kinds().items()]


def modes() -> list[tuple[str, Any, Any]]:
    """How the parts of a group go together: the mode, its word, and the rest of the sentence."""
    return [
        ("all", pgettext("group", "All of these"), pgettext("group", "are true")),
        ("any", pgettext("group", "Any of these"), pgettext("group", "is true")),
        ("none", pgettext("group", "None of these"), pgettext("group", "is true")),
    ]


def read(draft: Draft) -> Rule:
    """The finished rule. Raises `Refused` saying what is missing."""
    if draft.is_empty:
        raise Refused(_("Add a condition: so far this means nobody in particular."))
    return rules.read(draft.to_json())


def _posted(place: str, what: str, posted: Mapping[str, str]) -> Part:
    if what == "mode":
        mode = posted[f"{place}:mode"]
        return Group(mode if mode in MODES else "all")
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
    assert isinstance(rule, Not)
    inner = _part(rule.rule)
    return Group("none", inner.parts if isinstance(inner, Group) and inner.mode == "any" else [inner])


def _placed(root: Group) -> Group:
    """Every part knows its place."""
    for number, part in enumerate(root.parts):
        part.place = f"{root.place}.{number}"
        if isinstance(part, Group):
            _placed(part)
    return root


def _numbers(place: str) -> list[int]:
    return [int(number) for number in place.split(".")]
