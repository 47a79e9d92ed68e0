"""A rule of segments as a blank of a step."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from relacja.segments import drafts, rules
from relacja.segments.blanks import Blank, Input
from relacja.segments.drafts import Condition, Draft, Group


@dataclass(frozen=True, slots=True)
class Tree(Blank):
    """A rule of segments; None where it is left out. Its form is that of segments, so it has no inputs of its own."""

    def read(self, value: Any) -> rules.Rule | None:
        return None if value is None else rules.read(value)

    def write(self, value: rules.Rule | None) -> Any:
        return None if value is None else value.to_json()

    def parse(self, typed: Mapping[str, str]) -> Any:
        draft = Draft.of_form(typed)
        return None if draft.is_empty else draft.to_json()

    def fill(self, value: Any) -> dict[str, str]:
        return {}

    def inputs(self, typed: Mapping[str, str]) -> list[Input]:
        return []


def drafted(data: Any) -> Draft:
    """The form of a rule that may not be finished: what makes no sense in it is left out."""
    part = _part(data)
    root = part if isinstance(part, Group) else Group("all", [part] if part else [])
    _place(root, drafts.ROOT)
    return Draft(root)


def _place(group: Group, place: str) -> None:
    """Every part knows its place, by which its inputs are named."""
    group.place = place
    for number, part in enumerate(group.parts):
        part.place = f"{place}.{number}"
        if isinstance(part, Group):
            _place(part, part.place)


def _part(data: Any) -> Condition | Group | None:
    if not isinstance(data, dict):
        return None
    if data.get("kind") in rules.kinds():
        typed: dict[str, str] = {}
        for blank in rules.kinds()[data["kind"]].blanks:
            typed |= blank.fill(data.get(blank.name))
        return Condition(data["kind"], typed)
    if "not" in data:
        inner = _part(data["not"])
        if isinstance(inner, Group) and inner.mode == "any":
            return Group("none", inner.parts)
        return Group("none", [inner] if inner else [])
    for mode in ("all", "any"):
        if isinstance(data.get(mode), list):
            return Group(mode, [part for part in map(_part, data[mode]) if part is not None])
    return None
