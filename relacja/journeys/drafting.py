"""Changing what the editor holds: plain data in, plain data out, sound or not."""

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.events import vocabulary
from relacja.journeys import rules, steps
from relacja.journeys.steps import Step
from relacja.journeys.trees import Tree
from relacja.lib.errors import Refused
from relacja.segments import audience
from relacja.segments import rules as segment_rules
from relacja.segments.blanks import Input
from relacja.segments.segment_rules.event import Filters
from relacja.segments.vocabulary import ENTERED, LEFT

Draft = dict[str, Any]
TRIGGER, EXIT = "trigger", "exit-"


@dataclass(frozen=True, slots=True)
class Line:
    """One step of a draft at its place. `problem` says what is wrong with it; `branches` are those it opens."""

    id: str
    kind: type[Step]
    data: Mapping[str, Any]
    depth: int
    branch: str
    branch_label: Any
    words: str
    problem: str
    is_first: bool
    is_last: bool

    @property
    def inputs(self) -> list[Input]:
        """What a person fills in, in reading order."""
        typed: dict[str, str] = {}
        for blank in self.kind.blanks:
            typed |= blank.fill(self.data.get(blank.name))
        return [one for blank in self.kind.blanks for one in blank.inputs(typed)]

    @property
    def parts_people(self) -> bool:
        """Whether an audience is chosen for the step, on a page of its own."""
        return bool(_trees(self.kind))

    @property
    def branches(self) -> list[tuple[str, Any, bool]]:
        """Name, label, and whether nothing is in it yet."""
        return [(name, label, not self.data.get(name)) for name, label in self.kind.branches.items()]


class NoSuchStep(Refused):
    """Somebody else has taken the step away meanwhile."""


def lines(draft: Mapping[str, Any]) -> list[Line]:
    """The steps of a draft in reading order. What is not a step at all is left out."""
    return list(_lines(draft.get("steps") or [], depth=0, branch="", label=""))


def added(draft: Draft, *, kind: str, into: str = "", branch: str = "") -> tuple[Draft, str]:
    """The draft with a new step at the end of the list or of a branch of step `into`; and the new step's id."""
    if kind not in steps.kinds():
        raise Refused(_("“{kind}” is not a kind of step.").format(kind=kind[:80]))
    new = deepcopy(draft)
    step_id = _free_id(new)
    held = _held(new, into).setdefault(branch, []) if into else new.setdefault("steps", [])
    held.append({"id": step_id, "kind": kind, **{name: [] for name in steps.kinds()[kind].branches}})
    return new, step_id


def changed(draft: Draft, step_id: str, typed: Mapping[str, str]) -> Draft:
    """The draft with what somebody typed into the blanks of a step."""
    new = deepcopy(draft)
    data = _held(new, step_id)
    kind = steps.kinds()[data["kind"]]
    for blank in kind.blanks:
        if blank in _trees(kind):
            continue
        value = blank.parse(typed)
        data.pop(blank.name, None)
        if value is not None:
            data[blank.name] = value
    return new


def removed(draft: Draft, step_id: str) -> Draft:
    """The draft without a step and all that its branches hold."""
    new = deepcopy(draft)
    held, index = _place(new, step_id)
    del held[index]
    return new


def moved(draft: Draft, step_id: str, by: int) -> Draft:
    """The draft with a step one place further up (-1) or down (1) in its list."""
    new = deepcopy(draft)
    held, index = _place(new, step_id)
    target = index + by
    if 0 <= target < len(held):
        held[index], held[target] = held[target], held[index]
    return new


@dataclass(frozen=True, slots=True)
class EventForm:
    """An event as its inputs: which one, what its properties must be, and of an audience who it is.

    `audience` is the rule as compact JSON, `who` the same in words; both are empty while nobody is chosen.
    """

    prefix: str
    event: str
    audience: str
    who: str
    filters: list[Input]

    @property
    def is_of_audience(self) -> bool:
        return self.event in rules.OF_AUDIENCES

    @property
    def is_filtered(self) -> bool:
        return any(one.typed for one in self.filters)


def event_form(prefix: str, data: Any) -> EventForm:
    """The inputs of an event that a draft names, or of one still to be chosen."""
    given = data if isinstance(data, dict) else {}
    typed = {"name": str(given.get("event") or ""), **_WHERE.fill(given.get("where"))}
    tree = given.get("audience")
    who = segment_rules.said(tree) if tree else ""
    return EventForm(prefix, typed["name"], _compact(tree) if tree else "", who, _WHERE.inputs(typed))


def with_settings(draft: Draft, typed: Mapping[str, str]) -> Draft:
    """The draft with what somebody typed about its beginning, its ends and how often one may enter."""
    again = typed.get("again", "never")
    trigger = _event(typed, "trigger-")
    exits = [one for index in range(rules.MOST_FILTERS) if (one := _event(typed, f"exit-{index}-"))]
    for one in exits:
        if one["event"] == LEFT and "audience" not in one and trigger and "audience" in trigger:
            one["audience"] = trigger["audience"]
    new = {
        **deepcopy(draft),
        "trigger": trigger,
        "again": again if again in rules.AGAIN else "never",
        "restart": bool(typed.get("restart")),
        "exit_on": exits,
    }
    for name in ("again_days", "lookback_hours"):
        new.pop(name, None)
        if typed.get(name, "").strip().isdigit():
            new[name] = int(typed[name])
    if again != "days":
        new.pop("again_days", None)
    return new


def problem_of(draft: Mapping[str, Any]) -> str:
    """Why the draft cannot be published, in a sentence; empty when it can."""
    try:
        rules.read(draft).refuse_unready()
    except Refused as refusal:
        return str(refusal)
    return ""


def trigger_words(draft: Mapping[str, Any]) -> str:
    """What begins the journey, in words; empty while nothing sound is chosen."""
    try:
        return rules.read_trigger(draft).words()
    except Refused:
        return ""


def exit_words(draft: Mapping[str, Any]) -> list[str]:
    """What takes people out, in words."""
    try:
        return [one.words() for one in rules.read_exits(draft)]
    except Refused:
        return []


def event_choices() -> list[tuple[str, Any]]:
    """The events that can begin or end a journey, by label."""
    found = [(name.name, name.label) for name in vocabulary.names() if name.group != "automation"]
    return [*rules.OF_AUDIENCES.items(), *sorted(found, key=lambda pair: str(pair[1]))]


def audience_at(draft: Draft, place: str) -> Any:
    """The rule of the audience that is chosen at `place`: `trigger`, `exit-0` and so on, or a step. None without one.

    Raises `NoSuchStep` where no audience can be chosen.
    """
    if place == TRIGGER:
        return (draft.get("trigger") or {}).get("audience")
    if (index := _exit(draft, place)) is not None:
        return draft["exit_on"][index].get("audience")
    held = _held(draft, place)
    return held.get(_tree(held).name)


def with_audience(draft: Draft, place: str, tree: Any) -> Draft:
    """The draft with this rule as the audience at `place`; what began or ended otherwise does so by it from now on."""
    new = deepcopy(draft)
    if place == TRIGGER:
        event = (new.get("trigger") or {}).get("event")
        new["trigger"] = {"event": event if event in rules.OF_AUDIENCES else ENTERED, "audience": tree}
    elif (index := _exit(new, place)) is not None:
        event = new["exit_on"][index].get("event")
        new["exit_on"][index] = {"event": event if event in rules.OF_AUDIENCES else LEFT, "audience": tree}
    else:
        held = _held(new, place)
        held[_tree(held).name] = tree
    return new


def _trees(kind: type[Step]) -> list[Tree]:
    return [blank for blank in kind.blanks if isinstance(blank, Tree)]


def _tree(held: Mapping[str, Any]) -> Tree:
    if found := _trees(steps.kinds()[held["kind"]]):
        return found[0]
    raise NoSuchStep(_("For this step nobody is chosen."))


def _exit(draft: Draft, place: str) -> int | None:
    """The number of the event that takes people out, if `place` names one that is there."""
    number = place.removeprefix(EXIT)
    is_there = place.startswith(EXIT) and number.isdecimal() and int(number) < len(draft.get("exit_on") or [])
    return int(number) if is_there else None


_WHERE = Filters("where", gettext_lazy("only if"))


def _event(typed: Mapping[str, str], prefix: str) -> dict[str, Any] | None:
    own = {name.removeprefix(prefix): value for name, value in typed.items() if name.startswith(prefix)}
    name = own.get("event", "").strip()
    if not name:
        return None
    where = _WHERE.parse(own)
    if name in rules.OF_AUDIENCES:
        tree = audience.parsed(own["audience"]) if own.get("audience") else None
        return {"event": name, **({"audience": tree} if tree else {})}
    return {"event": name, **({"where": where} if where else {})}


def _compact(tree: Any) -> str:
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":"))


def _lines(listed: list[Any], *, depth: int, branch: str, label: Any) -> Iterator[Line]:
    known = [data for data in listed if isinstance(data, dict) and data.get("kind") in steps.kinds()]
    for index, data in enumerate(known):
        kind = steps.kinds()[data["kind"]]
        words, problem = _said(data)
        yield Line(
            id=str(data.get("id", "")),
            kind=kind,
            data=data,
            depth=depth,
            branch=branch,
            branch_label=label if index == 0 else "",
            words=words or str(kind.label),
            problem=problem,
            is_first=index == 0,
            is_last=index == len(known) - 1,
        )
        for name, branch_label in kind.branches.items():
            yield from _lines(data.get(name) or [], depth=depth + 1, branch=name, label=branch_label)


def _said(data: Mapping[str, Any]) -> tuple[str, str]:
    try:
        made = steps.read(data)
        made.refuse_unready()
        return made.words(), ""
    except Refused as refusal:
        return "", str(refusal)


def _every(listed: list[Any]) -> Iterator[tuple[list[Any], int, dict[str, Any]]]:
    for index, data in enumerate(listed):
        yield listed, index, data
        for branch in steps.kinds()[data["kind"]].branches:
            yield from _every(data.get(branch) or [])


def _place(draft: Draft, step_id: str) -> tuple[list[Any], int]:
    for held, index, data in _every(draft.get("steps") or []):
        if data["id"] == step_id:
            return held, index
    raise NoSuchStep(_("This step is not there any more. Load the page again."))


def _held(draft: Draft, step_id: str) -> dict[str, Any]:
    held, index = _place(draft, step_id)
    found: dict[str, Any] = held[index]
    return found


def _free_id(draft: Draft) -> str:
    """An id that no step of the draft has. Ids of steps that were removed come back only if they were the last."""
    taken = {data["id"] for _held_in, _index, data in _every(draft.get("steps") or [])}
    number = 1 + max((int(one[1:]) for one in taken if one[1:].isdigit()), default=0)
    return f"s{number}"
