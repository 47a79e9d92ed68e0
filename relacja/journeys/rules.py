"""What a journey says: who enters, what they pass, and what takes them out. Plain JSON, read strictly.

The steps are a list in which a step with branches holds a list per branch; who comes to the end of a branch goes on
behind the step that branched. Reading lays them out as a graph that only leads forward.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from relacja.events import vocabulary
from relacja.journeys import steps, trees
from relacja.journeys.steps import ONWARD, Step
from relacja.lib.errors import Refused
from relacja.segments import blanks, followed
from relacja.segments import rules as segment_rules
from relacja.segments.rules import Happened
from relacja.segments.segment_rules.event import Filter
from relacja.segments.vocabulary import ENTERED, LEFT

UNKNOWN = UUID(int=0)
MOST_STEPS = 100
DEEPEST = 5
MOST_FILTERS = 10
ID = re.compile(r"[a-z0-9]{1,24}")
FIELDS = {"trigger", "again", "again_days", "restart", "exit_on", "lookback_hours", "steps"}
OF_AUDIENCES = {
    ENTERED: gettext_lazy("Comes into the audience"),
    LEFT: gettext_lazy("Is in the audience no more"),
}
AGAIN = ("never", "days", "always")
LOOKBACK_HOURS = 24
MOST_LOOKBACK_HOURS = 30 * 24
MOST_AGAIN_DAYS = 3650


class BadDefinition(Refused):
    """The data is not a journey; the sentence says what is wrong."""


@dataclass(frozen=True, slots=True)
class Happening:
    """An event by its name and, if given, what its properties must be; or that somebody comes into an audience or goes.

    `audience` is the rule that it is, as compact JSON.
    """

    event: str
    where: tuple[Filter, ...] = ()
    audience: str = ""

    @classmethod
    def read(cls, data: Any) -> "Happening":
        if not isinstance(data, dict) or not set(data) <= {"event", "where", "audience"}:
            raise BadDefinition(_("An event is an object with “event” and, if needed, “where” or “audience”."))
        where = data.get("where", [])
        if not isinstance(where, list) or len(where) > MOST_FILTERS:
            raise BadDefinition(_("“where” is a list of at most {number} conditions.").format(number=MOST_FILTERS))
        if not data.get("event"):
            raise BadDefinition(_("Choose an event."))
        name = blanks.text(data["event"], "event", longest=200)
        audience = data.get("audience")
        if audience and name not in OF_AUDIENCES:
            raise BadDefinition(_("An audience belongs only to the events of coming into one and of going out of it."))
        if name in OF_AUDIENCES and not (audience and isinstance(audience, dict)):
            raise BadDefinition(_("Choose the audience: who comes into it, or goes out of it."))
        written = json.dumps(audience, ensure_ascii=False, separators=(",", ":")) if audience else ""
        return cls(name, tuple(Filter.from_json(one) for one in where), written)

    @property
    def who(self) -> Any:
        """The rule that the audience is; None where the event is another one."""
        return json.loads(self.audience) if self.audience else None

    @property
    def key(self) -> str:
        """By what the event names the audience."""
        return followed.key_of(self.who) if self.audience else ""

    def check(self, name: str, properties: Mapping[str, Any], now: datetime) -> bool:
        """Whether an event of that name and with those properties is meant."""
        if name != self.event or (self.audience and properties.get("key") != self.key):
            return False
        event = Happened(UNKNOWN, name, now, properties)
        return all(one.check(event, now) for one in self.where)

    def refuse_unready(self) -> None:
        """Raise `Refused` when nobody can come into the audience: it asks for what is not there (any more)."""
        if self.audience:
            trees.refuse_unready(self.who)

    def words(self) -> str:
        label = event_words(self.event)
        if self.audience:
            return f"{label}: {segment_rules.said(self.who)}"
        return f"{label} ({'; '.join(one.words(self.event) for one in self.where)})" if self.where else label


@dataclass(frozen=True, slots=True)
class Node:
    """A step at its place. `ways` leads from each way out of it to the next step, or to None: the end."""

    id: str
    step: Step
    depth: int
    branch: str
    ways: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Definition:
    """A journey that makes sense. `again_after` is None when nobody may enter twice."""

    trigger: Happening
    again_after: timedelta | None
    restart: bool
    exit_on: tuple[Happening, ...]
    lookback: timedelta
    nodes: Mapping[str, Node]
    first: str

    @property
    def audiences(self) -> list[Any]:
        """The audiences whose coming and going matters, as the rules that they are."""
        return [one.who for one in (self.trigger, *self.exit_on) if one.audience]

    @property
    def event_names(self) -> set[str]:
        """The names of all events that matter to who is inside."""
        return {self.trigger.event, *(one.event for one in self.exit_on)}

    def takes_out(self, name: str, properties: Mapping[str, Any], now: datetime) -> bool:
        """Whether such an event ends the way of whom it happens to."""
        return any(one.check(name, properties, now) for one in self.exit_on)

    def is_first_wait(self, step_id: str) -> bool:
        """Whether who is at `step_id` has passed nothing but, at most, steps that do not wait."""
        at: str | None = self.first
        while at is not None:
            node = self.nodes[at]
            if node.id == step_id:
                return node.step.due(EPOCH) is not None
            if node.step.due(EPOCH) is not None or node.step.branches or node.step.ends:
                return False
            at = node.ways[ONWARD]
        return False

    def refuse_unready(self) -> None:
        """Raise `Refused` when something that an audience or a step names does not exist (any more)."""
        for one in (self.trigger, *self.exit_on):
            one.refuse_unready()
        for node in self.nodes.values():
            node.step.refuse_unready()


REASONS: dict[str, Any] = {
    "step": gettext_lazy("as its steps say"),
    "journey archived": gettext_lazy("the journey was archived"),
    "Contact Archived": gettext_lazy("the contact was archived"),
    "Contacts Merged": gettext_lazy("the contact was merged into another"),
}


def event_words(name: str) -> str:
    """What an event is called in front of people."""
    return str(OF_AUDIENCES.get(name) or vocabulary.of(name).label)


def reason_words(reason: str) -> str:
    """Why somebody left, in words: one of our own reasons, or the event that took them out."""
    return str(REASONS.get(reason) or event_words(reason))


EPOCH = datetime.fromisoformat("2026-01-01T00:00:00+00:00")


def read(data: Any) -> Definition:
    """The journey that plain JSON describes. Raises `Refused` with a sentence about the first thing that is wrong."""
    if not isinstance(data, dict):
        raise BadDefinition(_("A journey is an object with a “trigger” and “steps”."))
    for key in data:
        if key not in FIELDS:
            raise BadDefinition(_("“{field}” is not a field of a journey.").format(field=str(key)[:80]))
    laid = list(_laid(data.get("steps"), after=None, depth=0, branch=""))
    if not laid:
        raise BadDefinition(_("A journey needs at least one step. Add one."))
    if len(laid) > MOST_STEPS:
        raise BadDefinition(_("A journey may hold at most {number} steps.").format(number=MOST_STEPS))
    nodes = {node.id: node for node in laid}
    if len(nodes) < len(laid):
        raise BadDefinition(_("Two steps have the same id."))
    return Definition(
        trigger=read_trigger(data),
        again_after=read_again(data),
        restart=bool(data.get("restart", False)),
        exit_on=read_exits(data),
        lookback=read_lookback(data),
        nodes=nodes,
        first=laid[0].id,
    )


def read_trigger(data: Mapping[str, Any]) -> Happening:
    if not data.get("trigger"):
        raise BadDefinition(_("Say what begins the journey: choose an event."))
    return Happening.read(data["trigger"])


def read_again(data: Mapping[str, Any]) -> timedelta | None:
    again = data.get("again", "never")
    if again not in AGAIN:
        raise BadDefinition(_("“again” is “never”, “days” or “always”."))
    if again == "never":
        return None
    return timedelta(days=_number(data, "again_days", 1, 1, MOST_AGAIN_DAYS) if again == "days" else 0)


def read_exits(data: Mapping[str, Any]) -> tuple[Happening, ...]:
    exits = data.get("exit_on", [])
    if not isinstance(exits, list) or len(exits) > MOST_FILTERS:
        raise BadDefinition(_("“exit_on” is a list of at most {number} events.").format(number=MOST_FILTERS))
    found = tuple(Happening.read(one) for one in exits)
    trigger = Happening.read(data["trigger"]) if data.get("trigger") else None
    for one in found:
        if trigger and one.event == trigger.event and one.key == trigger.key and not one.where:
            raise BadDefinition(_("“{event}” both begins and ends this journey.").format(event=one.words()))
    return found


def read_lookback(data: Mapping[str, Any]) -> timedelta:
    return timedelta(hours=_number(data, "lookback_hours", LOOKBACK_HOURS, 1, MOST_LOOKBACK_HOURS))


def words_again(definition: Definition) -> str:
    """How often one person may enter."""
    if definition.again_after is None:
        return _("once per person")
    if not definition.again_after:
        return _("every time, when not inside already")
    days = definition.again_after.days
    return ngettext("at most once a day", "at most once in %(number)d days", days) % {"number": days}


def _number(data: Mapping[str, Any], field: str, default: int, least: int, most: int) -> int:
    found = blanks.Number(field, field, least, most).read(data.get(field, default))
    return default if found is None else found


def _laid(listed: Any, *, after: str | None, depth: int, branch: str) -> Iterator[Node]:
    """The steps of a list and of all lists inside it; who passes the last one goes on to `after`."""
    if not isinstance(listed, list):
        raise BadDefinition(_("“steps” is a list."))
    if depth > DEEPEST:
        raise BadDefinition(_("Branches may be nested {number} deep at most.").format(number=DEEPEST))
    for index, data in enumerate(listed):
        following = _id(listed[index + 1]) if index + 1 < len(listed) else after
        made = steps.read(data)
        if made.ends and index + 1 < len(listed):
            raise BadDefinition(_("Nobody gets past “{step}”: it must be the last one.").format(step=made.words()))
        inside = {name: data.get(name, []) for name in made.branches}
        ways = {name: _id(held[0]) if held else following for name, held in _lists(inside)}
        yield Node(_id(data), made, depth, branch, {ONWARD: following, **ways})
        for name, held in inside.items():
            yield from _laid(held, after=following, depth=depth + 1, branch=name)


def _lists(inside: Mapping[str, Any]) -> Iterator[tuple[str, Sequence[Any]]]:
    for name, held in inside.items():
        if not isinstance(held, list):
            raise BadDefinition(_("“{field}” must be a list of steps.").format(field=name))
        yield name, held


def _id(data: Any) -> str:
    found = data.get("id") if isinstance(data, dict) else None
    if not isinstance(found, str) or not ID.fullmatch(found):
        raise BadDefinition(_("Every step has an “id” of small letters and digits."))
    return found
