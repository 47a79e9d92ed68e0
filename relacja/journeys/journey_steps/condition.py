from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.journeys import trees
from relacja.journeys.steps import BadStep, Cohort, Outcome, Step, step
from relacja.journeys.trees import Tree
from relacja.segments import queries, rules

AT_ONCE = 500


@step("condition")
@dataclass(frozen=True, slots=True)
class Condition(Step):
    """The way parts: those whom an audience means as it stands then go one way, the others another."""

    rule: rules.Rule | None

    label = gettext_lazy("Condition")
    icon = "split"
    order = 20
    tone = "amber"
    blanks = (Tree("rule", gettext_lazy("who")),)
    branches = {"yes": gettext_lazy("Yes"), "no": gettext_lazy("No")}
    example = {"rule": {"all": [{"kind": "consent", "purpose": "newsletter", "channel": "email", "state": "given"}]}}

    def refuse_nonsense(self) -> None:
        if self.rule is None:
            raise BadStep(_("Choose who goes the way “Yes”."))

    def refuse_unready(self) -> None:
        trees.refuse_unready(self._rule.to_json())

    def words(self) -> str:
        return _("If {condition}").format(condition=self._rule.words())

    def run(self, cohort: Cohort, *, now: datetime) -> Mapping[int, Outcome]:
        trees.refuse_gone(self._rule.to_json())
        ids = cohort.contact_ids
        parts = (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
        meet = {contact for part in parts for contact in queries.holding([self._rule], part, now)[0]}
        return {
            person.enrolment_id: Outcome(answer, answer)
            for person in cohort.people
            for answer in ("yes" if person.contact_id in meet else "no",)
        }

    def told(self, result: str, data: Mapping[str, Any]) -> str:
        return _("The condition is met") if result == "yes" else _("The condition is not met")

    @property
    def _rule(self) -> rules.Rule:
        return self.rule or rules.Every()
