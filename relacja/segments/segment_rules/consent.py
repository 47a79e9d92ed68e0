"""A condition on what somebody agreed to."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from relacja.contacts import consents
from relacja.contacts.models import ConsentAct, ConsentEntry
from relacja.segments import blanks
from relacja.segments.binder import Binder
from relacja.segments.blanks import Choice
from relacja.segments.comparisons import Column
from relacja.segments.rules import Evidence, Leaf, Person, Start, leaf
from relacja.segments.segment_rules.attribute import at_path
from relacja.segments.values import as_text
from relacja.ui import written

NEVER = "never"
CHANNELS: dict[str, Any] = {"email": gettext_lazy("e-mail"), "sms": gettext_lazy("SMS"), "phone": gettext_lazy("phone")}
STATES: dict[str, Any] = {
    str(ConsentAct.GIVEN): pgettext_lazy("consent", "given"),
    str(ConsentAct.ASKED): pgettext_lazy("consent", "asked for, not confirmed"),
    str(ConsentAct.WITHDRAWN): pgettext_lazy("consent", "withdrawn"),
    NEVER: pgettext_lazy("consent", "never asked for"),
}


@leaf("consent")
@dataclass(frozen=True, slots=True)
class Agreed(Leaf):
    purpose: str
    channel: str
    state: str

    label = gettext_lazy("Consent")
    icon = "shield-check"
    also = pgettext_lazy("found by", "agreement, permission, GDPR, opt-in")
    blanks = (
        Choice("purpose", gettext_lazy("purpose"), lambda: list(consents.LABELS.items()), open=True),
        Choice("channel", gettext_lazy("channel"), lambda: list(CHANNELS.items())),
        Choice("state", gettext_lazy("state"), lambda: list(STATES.items())),
    )

    @classmethod
    def starts(cls) -> list[Start]:
        given = {"channel": "email", "state": str(ConsentAct.GIVEN)}
        return [Start(label, {"purpose": purpose, **given}) for purpose, label in consents.LABELS.items()]

    def refuse_nonsense(self) -> None:
        blanks.path(self.purpose, "purpose")

    def sql(self, bind: Binder) -> str:
        found = Column.of_json("attributes", self._path, bind).text
        return f"{found} = {bind('' if self.state == NEVER else self.state, 'String')}"

    def words(self) -> str:
        return _("consent to “{purpose}” by {channel} is {state}").format(
            purpose=consents.label(self.purpose), channel=CHANNELS[self.channel], state=STATES[self.state]
        )

    def check(self, person: Person) -> bool:
        return self._found(person) == self.state

    def evidence(self, person: Person) -> Evidence:
        found = self._found(person)
        said = _("Consent: {state}").format(state=STATES.get(found, found))
        entries = ConsentEntry.objects.filter(contact_id=person.id, purpose=self.purpose, channel=self.channel)
        if entry := entries.order_by("-id").first():
            source = consents.SOURCES.get(entry.source, entry.source)
            said = f"{said}, {written.moment(entry.at)}, {source}"
        return Evidence(said)

    @property
    def _path(self) -> str:
        return f"consent.{self.purpose}.{self.channel}"

    def _found(self, person: Person) -> str:
        return as_text(at_path(person.attributes, self._path)) or NEVER
