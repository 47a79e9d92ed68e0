"""A condition on whether somebody can be reached on a channel, as far as their address goes."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from relacja.segments.binder import Binder
from relacja.segments.blanks import Choice
from relacja.segments.comparisons import Column
from relacja.segments.rules import Evidence, Leaf, Person, Start, leaf
from relacja.segments.segment_rules.attribute import at_path
from relacja.segments.segment_rules.consent import CHANNELS
from relacja.segments.values import as_text

ADDRESSES = {"email": "email", "sms": "phone", "phone": "phone"}
YES, NO_ADDRESS = "yes", "no_address"
STOPS: dict[str, Any] = {
    "bounced": pgettext_lazy("address", "messages come back"),
    "complained": pgettext_lazy("address", "reported as spam"),
    "blocked": pgettext_lazy("address", "on the do-not-write list"),
    "unsubscribed": pgettext_lazy("address", "unsubscribed"),
}
STATES: dict[str, Any] = {
    YES: pgettext_lazy("address", "can be written to"),
    NO_ADDRESS: pgettext_lazy("address", "no address"),
    **STOPS,
}


@leaf("writable")
@dataclass(frozen=True, slots=True)
class Writable(Leaf):
    """`stop.<channel>` among the attributes says why messages to the address are stopped (`messaging/profile.py`)."""

    channel: str
    state: str

    label = gettext_lazy("Address")
    icon = "mail"
    also = pgettext_lazy("found by", "reachable, deliverable, bounce, spam, unsubscribed, suppression")
    blanks = (
        Choice("channel", gettext_lazy("channel"), lambda: list(CHANNELS.items())),
        Choice("state", gettext_lazy("state"), lambda: list(STATES.items())),
    )

    @classmethod
    def starts(cls) -> list[Start]:
        return [Start(cls.label, {"channel": "email", "state": YES})]

    def hears(self, names: frozenset[str]) -> bool:
        return any(name.startswith("Email ") or name == "Unsubscribed" for name in names)

    def sql(self, bind: Binder) -> str:
        address = ADDRESSES[self.channel]
        if self.state == NO_ADDRESS:
            return f"{address} = ''"
        stop = Column.of_json("attributes", self._path, bind).text
        return f"({address} != '' AND {stop} = {bind('' if self.state == YES else self.state, 'String')})"

    def words(self) -> str:
        return _("address ({channel}): {state}").format(channel=CHANNELS[self.channel], state=STATES[self.state])

    def check(self, person: Person) -> bool:
        return self._found(person) == self.state

    def evidence(self, person: Person) -> Evidence:
        found = self._found(person)
        return Evidence(str(STATES.get(found, found)))

    @property
    def _path(self) -> str:
        return f"stop.{self.channel}"

    def _found(self, person: Person) -> str:
        if not person.columns.get(ADDRESSES[self.channel]):
            return NO_ADDRESS
        return as_text(at_path(person.attributes, self._path)) or YES
