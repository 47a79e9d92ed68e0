"""A condition on how somebody took the last letters we sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from relacja.segments.binder import Binder
from relacja.segments.blanks import Choice, Number
from relacja.segments.rules import Evidence, Happened, Leaf, Person, Start, leaf
from relacja.segments.segment_rules.event import EVIDENCE
from relacja.segments.values import as_text

SENT, OPENED, CLICKED = "Email Sent", "Email Opened", "Email Link Clicked"
MOST_LETTERS = 50
REACTED: dict[str, Any] = {
    "opened": pgettext_lazy("letters", "opened any of"),
    "clicked": pgettext_lazy("letters", "followed a link in any of"),
    "ignored": pgettext_lazy("letters", "took no notice of"),
}
ANSWERS: Mapping[str, tuple[str, ...]] = {"opened": (OPENED,), "clicked": (CLICKED,), "ignored": (OPENED, CLICKED)}


@leaf("letters")
@dataclass(frozen=True, slots=True)
class Reacted(Leaf):
    """A reaction belongs to its letter by the id of the message. Who got fewer letters has not ignored so many."""

    op: str
    letters: int

    label = gettext_lazy("Reaction to the last letters")
    icon = "mail-open"
    also = pgettext_lazy("found by", "e-mail, opened, clicked, ignored, engagement")
    blanks = (
        Choice("op", gettext_lazy("reaction"), lambda: list(REACTED.items())),
        Number(
            "letters",
            gettext_lazy("number of letters"),
            1,
            MOST_LETTERS,
            before=pgettext_lazy("letters", "the last"),
            after=pgettext_lazy("letters", "letters"),
        ),
    )

    @classmethod
    def starts(cls) -> list[Start]:
        return [Start(cls.label, {"op": "opened", "letters": "3"})]

    @property
    def event_names(self) -> frozenset[str]:
        return frozenset({SENT, *ANSWERS[self.op]})

    def sql(self, bind: Binder) -> str:
        sent = f"name = {bind(SENT, 'String')} AND letter != 0"
        answered = f"name IN {bind(list(ANSWERS[self.op]), 'Array(String)')} AND letter != 0"
        letters = f"groupUniqArrayIf((at, toString(id), letter), {sent})"
        last = f"arraySlice(arrayReverseSort({letters}), 1, {bind(self.letters, 'UInt32')})"
        taken = f"hasAny(arrayMap(one -> one.3, {last}), groupUniqArrayIf(letter, {answered}))"
        rows = f"({sent}) OR ({answered})"
        if self.op == "ignored":
            return bind.happened(rows, f"length({last}) = {bind(self.letters, 'UInt32')} AND NOT {taken}")
        return bind.happened(rows, taken)

    def words(self) -> str:
        patterns = {
            "opened": ngettext("opened the last letter", "opened any of the last {number} letters", self.letters),
            "clicked": ngettext(
                "followed a link in the last letter",
                "followed a link in any of the last {number} letters",
                self.letters,
            ),
            "ignored": ngettext(
                "took no notice of the last letter", "took no notice of the last {number} letters", self.letters
            ),
        }
        return patterns[self.op].format(number=self.letters)

    def check(self, person: Person) -> bool:
        letters, taken = self._last(person), self._taken(person)
        if self.op == "ignored":
            return len(letters) == self.letters and not taken
        return bool(taken)

    def evidence(self, person: Person) -> Evidence:
        letters, taken = self._last(person), self._taken(person)
        said = _("Of the last letters: sent {sent}, reacted to {taken}").format(
            sent=len(letters), taken=len({_message(event) for event in taken})
        )
        return Evidence(said, tuple((taken or letters)[:EVIDENCE]))

    def _last(self, person: Person) -> list[Happened]:
        sent = {event.id: event for event in person.events if event.name == SENT and _message(event)}
        return sorted(sent.values(), key=lambda event: (event.at, event.id.int), reverse=True)[: self.letters]

    def _taken(self, person: Person) -> list[Happened]:
        """Reactions to these letters, newest first."""
        messages, answers = {_message(event) for event in self._last(person)}, ANSWERS[self.op]
        found = {event.id: event for event in person.events if event.name in answers and _message(event) in messages}
        return sorted(found.values(), key=lambda event: (event.at, event.id.int), reverse=True)


def _message(event: Happened) -> str:
    return as_text(event.properties.get("message"))
