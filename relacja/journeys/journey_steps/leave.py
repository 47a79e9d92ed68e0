from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.journeys.steps import OUT, Cohort, Outcome, Step, step


@step("exit")
@dataclass(frozen=True, slots=True)
class Leave(Step):
    """The way of these people ends here."""

    label = gettext_lazy("Leave")
    icon = "flag"
    order = 90
    ends = True

    def words(self) -> str:
        return _("Leave the journey")

    def run(self, cohort: Cohort, *, now: datetime) -> Mapping[int, Outcome]:
        return {person.enrolment_id: Outcome("left", OUT) for person in cohort.people}

    def told(self, result: str, data: Mapping[str, Any]) -> str:
        return _("Leaves here, as the journey says")
