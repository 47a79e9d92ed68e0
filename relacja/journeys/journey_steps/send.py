from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.contacts import consents
from relacja.journeys.steps import BadStep, Cohort, Outcome, Step, Traveller, step
from relacja.messaging import actions
from relacja.messaging.models import Kind, Reason, Template
from relacja.segments.blanks import Choice

STALE = timedelta(hours=24)
RESULTS = {
    "queued": gettext_lazy("written to"),
    "refused": gettext_lazy("not allowed to write to"),
    "too_late": gettext_lazy("too late"),
}


def _templates() -> list[tuple[str, str]]:
    return list(Template.objects.order_by("name").values_list("key", "name"))


@step("send")
@dataclass(frozen=True, slots=True)
class Send(Step):
    """Everybody gets a message, if they may: that is decided, and written down, in the transaction that moves them.

    Marketing that is more than a day late, because nothing ran or the journey was paused, is not sent.
    """

    template: str
    message: str
    purpose: str

    label = gettext_lazy("Send a message")
    icon = "mail"
    order = 30
    tone = "baltic"
    writes = True
    blanks = (
        Choice("template", gettext_lazy("template"), _templates, open=True),
        Choice("message", gettext_lazy("kind"), lambda: Kind.choices),
        Choice("purpose", gettext_lazy("purpose"), lambda: list(consents.LABELS.items()), open=True, needed=False),
    )
    example = {"template": "abandoned-cart", "message": "marketing", "purpose": "newsletter"}

    def refuse_nonsense(self) -> None:
        if self.message == Kind.MARKETING and not self.purpose:
            raise BadStep(_("Marketing needs a purpose that people agreed to."))

    def refuse_unready(self) -> None:
        template = Template.objects.filter(key=self.template).first()
        if template is None:
            raise BadStep(_("There is no template “{template}” (any more).").format(template=self.template))
        if template.kind == Kind.MARKETING and self.message != Kind.MARKETING:
            raise BadStep(_("“{template}” is marketing and cannot be sent as anything else.").format(template=template))
        if not template.versions.exists():
            raise BadStep(_("The template “{template}” has no words yet.").format(template=template))

    def words(self) -> str:
        return _("Send “{template}”").format(template=dict(_templates()).get(self.template, self.template))

    def run(self, cohort: Cohort, *, now: datetime) -> Mapping[int, Outcome]:
        outcomes = self._too_late(cohort, now=now)
        people = [person for person in cohort.people if person.enrolment_id not in outcomes]
        decided = actions.queue(
            contact_ids=[person.contact_id for person in people],
            template=self.template,
            what=f"journey:{cohort.journey_id}:{cohort.step_id}",
            occurrence={person.contact_id: str(person.enrolment_id) for person in people},
            kind=self.message,
            purpose=self.purpose,
            context={"journey": cohort.journey_key},
            contexts={person.contact_id: {"event": dict(person.trigger)} for person in people},
            now=now,
        )
        return outcomes | {person.enrolment_id: _outcome(decided.get(person.contact_id)) for person in people}

    def foresee(self, cohort: Cohort, *, now: datetime) -> Mapping[int, Outcome]:
        """As consents stand today; what else may stand in the way is decided on the day."""
        late = self._too_late(cohort, now=now)
        return {person.enrolment_id: Outcome("queued") for person in cohort.people} | self._without_basis(cohort) | late

    def _without_basis(self, cohort: Cohort) -> dict[int, Outcome]:
        if self.message != Kind.MARKETING:
            return {}
        template = Template.objects.filter(key=self.template).first()
        channel = template.channel if template else consents.EMAIL
        given = consents.basis_for(cohort.contact_ids, purpose=self.purpose, channel=channel)
        refused = Outcome("refused", data={"reason": str(Reason.NO_CONSENT)})
        return {person.enrolment_id: refused for person in cohort.people if person.contact_id not in given}

    def result_words(self, result: str) -> str:
        return str(RESULTS.get(result, ""))

    def told(self, result: str, data: Mapping[str, Any]) -> str:
        if result == "refused":
            reason = data.get("reason", "")
            sentence = str(Reason(reason).label) if reason in Reason.values else str(reason)
            return _("Not sent: {reason}").format(reason=sentence)
        if result == "too_late":
            return _("Not sent: it would have come more than a day late")
        return _("The message is written")

    def _too_late(self, cohort: Cohort, *, now: datetime) -> dict[int, Outcome]:
        if self.message != Kind.MARKETING:
            return {}
        return {
            person.enrolment_id: Outcome("too_late", data={"due_at": person.due_at.isoformat()})
            for person in cohort.people
            if _is_stale(person, now)
        }


def _is_stale(person: Traveller, now: datetime) -> bool:
    return now - person.due_at > STALE


def _outcome(decided: actions.Queued | None) -> Outcome:
    if decided is None:
        return Outcome("refused", data={"reason": Reason.ARCHIVED})
    data: dict[str, Any] = {"message": decided.message_id}
    if decided.reason:
        return Outcome("refused", data={**data, "reason": decided.reason})
    return Outcome("queued", data=data)
