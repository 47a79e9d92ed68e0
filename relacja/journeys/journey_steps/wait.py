import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from relacja.journeys import waiting
from relacja.journeys.steps import BadStep, Cohort, Outcome, Step, step
from relacja.segments.blanks import Blank, Input, Number

LONGEST_DAYS = 400


@dataclass(frozen=True, slots=True)
class WallTime(Blank):
    """A time of day in the company's zone, as 09:30; None where it is left empty."""

    def read(self, value: Any) -> time | None:
        if value is None:
            return None
        if not isinstance(value, str) or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
            raise BadStep(_("Write the time of day as hours and minutes, such as 09:30."))
        return time.fromisoformat(value)

    def write(self, value: time | None) -> str | None:
        return value.strftime("%H:%M") if value else None

    def inputs(self, typed: Mapping[str, str]) -> list[Input]:
        return [Input(self.name, self.label, "time", typed.get(self.name, "")[:5], optional=True)]


@step("wait")
@dataclass(frozen=True, slots=True)
class Wait(Step):
    """People stay here for a length of time, then until a time of day if one is given."""

    days: int
    hours: int
    minutes: int
    until: time | None

    label = gettext_lazy("Wait")
    icon = "clock"
    order = 10
    blanks = (
        Number("days", gettext_lazy("days"), 0, LONGEST_DAYS, needed=False),
        Number("hours", gettext_lazy("hours"), 0, 10_000, needed=False),
        Number("minutes", gettext_lazy("minutes"), 0, 100_000, needed=False),
        WallTime("until", gettext_lazy("until this time of day")),
    )
    example = {"minutes": 60}

    def __post_init__(self) -> None:
        for name in ("days", "hours", "minutes"):
            object.__setattr__(self, name, getattr(self, name) or 0)

    def refuse_nonsense(self) -> None:
        if not (self.days or self.hours or self.minutes or self.until):
            raise BadStep(_("Say how long to wait, or until what time of day."))

    def due(self, arrived_at: datetime) -> datetime:
        over = waiting.after_days(arrived_at, self.days) + timedelta(hours=self.hours, minutes=self.minutes)
        return waiting.next_at(over, self.until) if self.until else over

    def words(self) -> str:
        parts = []
        if self.days:
            parts.append(ngettext("%(number)d day", "%(number)d days", self.days) % {"number": self.days})
        if self.hours:
            parts.append(ngettext("%(number)d hour", "%(number)d hours", self.hours) % {"number": self.hours})
        if self.minutes:
            parts.append(ngettext("%(number)d minute", "%(number)d minutes", self.minutes) % {"number": self.minutes})
        length = " ".join(parts)
        if self.until and length:
            return _("Wait {length}, then until {time}").format(length=length, time=f"{self.until:%H:%M}")
        if self.until:
            return _("Wait until {time}").format(time=f"{self.until:%H:%M}")
        return _("Wait {length}").format(length=length)

    def run(self, cohort: Cohort, *, now: datetime) -> Mapping[int, Outcome]:
        return {person.enrolment_id: Outcome("waited") for person in cohort.people}

    def told(self, result: str, data: Mapping[str, Any]) -> str:
        return _("The wait is over")
