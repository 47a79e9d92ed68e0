from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.journeys.steps import BadStep, Cohort, Outcome, Step, step
from relacja.journeys.trees import Tree
from relacja.segments import queries, rules
from relacja.segments.blanks import Choice
from relacja.segments.models import Segment

AT_ONCE = 500


def _segments() -> list[tuple[str, str]]:
    return list(Segment.objects.live().order_by("name").values_list("key", "name"))


@step("condition")
@dataclass(frozen=True, slots=True)
class Condition(Step):
    """The way parts: those who meet a rule, or a segment's rule as it stands then, go one way, the others another."""

    segment: str
    rule: rules.Rule | None

    label = gettext_lazy("Condition")
    icon = "split"
    order = 20
    tone = "amber"
    blanks = (
        Choice("segment", gettext_lazy("in the segment"), _segments, open=True, needed=False),
        Tree("rule", gettext_lazy("or meets this rule")),
    )
    branches = {"yes": gettext_lazy("Yes"), "no": gettext_lazy("No")}
    example = {"rule": {"all": [{"kind": "consent", "purpose": "newsletter", "channel": "email", "state": "given"}]}}

    def refuse_nonsense(self) -> None:
        if bool(self.segment) == (self.rule is not None):
            raise BadStep(_("A condition needs a segment or a rule: one of the two."))

    def refuse_unready(self) -> None:
        if self.segment:
            self._rule()

    def words(self) -> str:
        if self.segment:
            name = dict(_segments()).get(self.segment, self.segment)
            return _("Is in the segment “{segment}”?").format(segment=name)
        return _("If {condition}").format(condition=self._rule().words())

    def run(self, cohort: Cohort, *, now: datetime) -> Mapping[int, Outcome]:
        rule = self._rule()
        ids = cohort.contact_ids
        parts = (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
        meet = {contact for part in parts for contact in queries.holding([rule], part, now)[0]}
        return {
            person.enrolment_id: Outcome(answer, answer)
            for person in cohort.people
            for answer in ("yes" if person.contact_id in meet else "no",)
        }

    def told(self, result: str, data: Mapping[str, Any]) -> str:
        return _("The condition is met") if result == "yes" else _("The condition is not met")

    def _rule(self) -> rules.Rule:
        if self.rule is not None:
            return self.rule
        segment = Segment.objects.live().filter(key=self.segment).first()
        if segment is None:
            raise BadStep(_("There is no segment “{segment}” (any more).").format(segment=self.segment))
        return rules.read(segment.rule)
