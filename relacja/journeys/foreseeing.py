"""A journey run ahead of time: the same rules and steps, a clock of its own, nothing written.

What conditions ask is answered as the facts stand today; whether a message would be allowed, as consents stand today.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from relacja.journeys.rules import Definition
from relacja.journeys.steps import OUT, Cohort, Traveller

AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Scripted:
    """Something that is imagined to happen to a contact. `begins` lets them in whatever the trigger asks for."""

    contact_id: int
    name: str
    at: datetime
    properties: Mapping[str, Any] = field(default_factory=dict)
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would happen to a contact: a step's result, or leaving because of an event (then `step` is where)."""

    contact_id: int
    at: datetime
    step: str
    result: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class _Place:
    contact_id: int
    step: str
    due_at: datetime
    trigger: Mapping[str, Any]
    turn: int = 0


def simulate(
    definition: Definition, script: Iterable[Scripted], *, start: datetime, days: int, key: str = "", version: int = 0
) -> list[Foreseen]:
    """What would happen within `days` of `start`, in order of time, if the script happened.

    People who are at the same step at the same moment are asked about together, as they would be in earnest.
    """
    return _Run(definition, start + timedelta(days=days), key, version).through(script)


class _Run:
    """One simulation: who is inside, and what comes next in time. Of things at one moment, events come first."""

    def __init__(self, definition: Definition, end: datetime, key: str, version: int) -> None:
        self.definition, self.end, self.key, self.version = definition, end, key, version
        self.inside: dict[int, _Place] = {}
        self.last_entry: dict[int, datetime] = {}
        self.due: list[tuple[datetime, int, int]] = []
        self.order = count()
        self.seen: list[Foreseen] = []

    def through(self, script: Iterable[Scripted]) -> list[Foreseen]:
        for event in sorted(script, key=lambda one: one.at):
            if event.at > self.end:
                break
            self._move(before=event.at)
            self._happen(event)
        self._move(before=self.end + timedelta(microseconds=1))
        return self.seen

    def _happen(self, event: Scripted) -> None:
        place = self.inside.get(event.contact_id)
        if place is not None and self.definition.takes_out(event.name, event.properties, event.at):
            self.seen.append(Foreseen(event.contact_id, event.at, place.step, "left", {"event": event.name}))
            del self.inside[event.contact_id]
        elif event.begins or self.definition.trigger.check(event.name, event.properties, event.at):
            if place is not None:
                self._push(place, event.at)
            elif self._may_enter(event):
                self._enter(event)

    def _may_enter(self, event: Scripted) -> bool:
        last, again = self.last_entry.get(event.contact_id), self.definition.again_after
        return last is None or (again is not None and event.at - last >= again)

    def _enter(self, event: Scripted) -> None:
        self.last_entry[event.contact_id] = event.at
        trigger = {"name": event.name, "at": event.at.isoformat(), "properties": dict(event.properties)}
        place = _Place(event.contact_id, self.definition.first, event.at, trigger)
        self.inside[event.contact_id] = place
        self._arrive(place, self.definition.first, event.at)

    def _push(self, place: _Place, at: datetime) -> None:
        due_at = self.definition.nodes[place.step].step.due(at)
        if self.definition.restart and due_at is not None and self.definition.is_first_wait(place.step):
            self._wait(place, max(due_at, place.due_at))

    def _arrive(self, place: _Place, step: str, at: datetime) -> None:
        place.step = step
        self._wait(place, self.definition.nodes[step].step.due(at) or at)

    def _wait(self, place: _Place, due_at: datetime) -> None:
        place.due_at = due_at
        place.turn = next(self.order)
        heapq.heappush(self.due, (due_at, place.turn, place.contact_id))

    def _move(self, *, before: datetime) -> None:
        """Let everybody go who is due before that moment."""
        while self.due and self.due[0][0] < before:
            now = self.due[0][0]
            groups: dict[str, list[_Place]] = {}
            while self.due and self.due[0][0] == now:
                _at, turn, contact_id = heapq.heappop(self.due)
                place = self.inside.get(contact_id)
                if place is not None and place.turn == turn:
                    groups.setdefault(place.step, []).append(place)
            for step, places in groups.items():
                for start in range(0, len(places), AT_ONCE):
                    self._pass(step, places[start : start + AT_ONCE], now)

    def _pass(self, step: str, places: Sequence[_Place], now: datetime) -> None:
        node = self.definition.nodes[step]
        cohort = Cohort(
            journey_id=0,
            journey_key=self.key,
            version=self.version,
            step_id=step,
            people=tuple(Traveller(one.contact_id, one.contact_id, now, UUID(int=0), one.trigger) for one in places),
        )
        outcomes = node.step.foresee(cohort, now=now)
        for place in places:
            outcome = outcomes[place.contact_id]
            self.seen.append(Foreseen(place.contact_id, now, step, outcome.result, outcome.data))
            following = None if outcome.way == OUT else node.ways[outcome.way]
            if following is None:
                del self.inside[place.contact_id]
            else:
                self._arrive(place, following, now)
