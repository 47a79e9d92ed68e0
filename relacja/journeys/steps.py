"""What a journey is made of: step classes, found in `<app>/journey_steps` of every app.

A step is a frozen dataclass whose fields are named by its `blanks`. It says itself in words, knows when somebody who
arrives is due, and decides for a whole cohort at once.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Self, TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from relacja.lib.errors import Refused
from relacja.segments.blanks import Blank

ONWARD = "onward"
OUT = "out"


class BadStep(Refused):
    """The data is not a step; the sentence names the field at fault."""


@dataclass(frozen=True, slots=True)
class Traveller:
    """One person at a step. `due_at` is when they should have come to it; later means that they were held up."""

    enrolment_id: int
    contact_id: int
    due_at: datetime
    trigger_event_id: UUID
    trigger: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cohort:
    """People at the same step of the same version, about to be moved together."""

    journey_id: int
    journey_key: str
    version: int
    step_id: str
    people: tuple[Traveller, ...]

    @property
    def contact_ids(self) -> list[int]:
        """Each person is in a journey once, so these are distinct."""
        return [person.contact_id for person in self.people]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step decided about one person. `way` is ONWARD, OUT, or the name of one of the step's branches."""

    result: str
    way: str = ONWARD
    data: Mapping[str, Any] = field(default_factory=dict)


class Step(ABC):
    """One step. `writes` says that `run` changes the records and so belongs into the transaction that moves."""

    __slots__ = ()

    do_not_call_in_templates: ClassVar[bool] = True
    kind: ClassVar[str]
    label: ClassVar[Any]
    icon: ClassVar[str]
    tone: ClassVar[str] = ""
    blanks: ClassVar[tuple[Blank, ...]] = ()
    branches: ClassVar[Mapping[str, Any]] = {}
    writes: ClassVar[bool] = False
    ends: ClassVar[bool] = False
    order: ClassVar[int] = 50
    example: ClassVar[Mapping[str, Any]] = {}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The step that `data` describes. Raises `Refused` naming a field that is unknown, missing or wrong."""
        known = {blank.name for blank in cls.blanks} | {"id", "kind", *cls.branches}
        for key in data:
            if key not in known:
                raise BadStep(_("“{field}” is not a field of this step.").format(field=str(key)[:80]))
        made = cls(**{blank.name: blank.read(data.get(blank.name)) for blank in cls.blanks})
        made.refuse_nonsense()
        return made

    def to_json(self) -> dict[str, Any]:
        found = {blank.name: blank.write(getattr(self, blank.name)) for blank in self.blanks}
        return {"kind": self.kind, **{name: value for name, value in found.items() if value is not None}}

    def refuse_nonsense(self) -> None:  # noqa: B027
        """Raise `Refused` when fields that are right one by one do not fit together."""

    def refuse_unready(self) -> None:  # noqa: B027
        """Raise `Refused` when something the step names does not exist. Asked before a version is published."""

    @abstractmethod
    def words(self) -> str:
        """The step as a short sentence, in the reader's language."""

    def due(self, arrived_at: datetime) -> datetime | None:
        """When somebody who arrives at `arrived_at` is done waiting here; None where there is nothing to wait for."""
        return None

    @abstractmethod
    def run(self, cohort: Cohort, *, now: datetime) -> Mapping[int, Outcome]:
        """An outcome for every enrolment of the cohort. A bounded number of questions, whatever its size."""

    def foresee(self, cohort: Cohort, *, now: datetime) -> Mapping[int, Outcome]:
        """The outcomes that `run` would have, without changing anything. A step that writes must say so itself."""
        return self.run(cohort, now=now)

    def result_words(self, result: str) -> str:
        """What an outcome is called where people are counted by it; empty where counting them says nothing."""
        return str(self.branches.get(result, ""))

    @abstractmethod
    def told(self, result: str, data: Mapping[str, Any]) -> str:
        """What the step did with one person, in words."""


_kinds: dict[str, type[Step]] = {}
Class = TypeVar("Class", bound=type[Step])


def step(kind: str) -> Callable[[Class], Class]:
    """Register a step under the name by which definitions call it."""

    def register(cls: Class) -> Class:
        if kind in _kinds and _kinds[kind].__qualname__ != cls.__qualname__:
            raise ValueError(f"{kind} is registered twice")
        if cls.writes and cls.foresee is Step.foresee:
            raise ValueError(f"{kind} writes, so it must say what it foresees without writing")
        for branch in cls.branches:
            if branch in {ONWARD, OUT, "id", "kind"}:
                raise ValueError(f"{kind} cannot have a branch called {branch}")
        cls.kind = kind
        _kinds[kind] = cls
        return cls

    return register


def kinds() -> dict[str, type[Step]]:
    """Every registered step by its kind, in the order in which a person chooses among them."""
    return dict(sorted(_kinds.items(), key=lambda pair: (pair[1].order, pair[0])))


def read(data: Any) -> Step:
    """The step that plain JSON describes, without what its branches hold. Raises `Refused`."""
    if not isinstance(data, dict):
        raise BadStep(_("A step is an object with an “id” and a “kind”."))
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in _kinds:
        raise BadStep(_("“{kind}” is not a kind of step.").format(kind=str(kind)[:80]))
    return _kinds[kind].from_json(data)
