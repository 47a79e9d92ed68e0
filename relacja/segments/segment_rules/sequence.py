"""A condition on what followed what: somebody looked and then bought within three days, or did not."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from relacja.events import vocabulary
from relacja.segments.binder import Binder, Passing
from relacja.segments.blanks import Choice, Number
from relacja.segments.rules import Evidence, Happened, Leaf, Person, Start, leaf
from relacja.segments.segment_rules.event import EPOCH, EVIDENCE, event_names, window_words

MOST_DAYS = 3650
DAY = 86_400_000
FOLLOWED: dict[str, Any] = {
    "did": pgettext_lazy("sequence", "and then"),
    "did_not": pgettext_lazy("sequence", "and then not"),
}


@leaf("sequence")
@dataclass(frozen=True, slots=True)
class Followed(Leaf):
    """`first` in the last `within` days, and `then` after it within `days`; or none of it, once they are over."""

    first: str
    op: str
    then: str
    days: int
    within: int | None = None

    label = gettext_lazy("What followed what")
    icon = "route"
    also = pgettext_lazy("found by", "then, afterwards, funnel, order of events")
    blanks = (
        Choice("first", gettext_lazy("first"), event_names, open=True),
        Choice("op", gettext_lazy("whether it followed"), lambda: list(FOLLOWED.items())),
        Choice("then", gettext_lazy("then"), event_names, open=True),
        Number(
            "days",
            gettext_lazy("within days"),
            1,
            MOST_DAYS,
            before=pgettext_lazy("sequence", "within"),
            after=pgettext_lazy("unit", "days"),
        ),
        Number(
            "within",
            gettext_lazy("in the last"),
            1,
            MOST_DAYS,
            needed=False,
            before=gettext_lazy("in the last"),
            after=pgettext_lazy("unit", "days"),
            fold="within",
        ),
    )
    folds: ClassVar[Any] = {"within": pgettext_lazy("fold", "in the last…")}

    @classmethod
    def starts(cls) -> list[Start]:
        return [Start(cls.label, {"op": "did", "days": "3"})]

    @property
    def ages(self) -> bool:
        return self.within is not None or self.op == "did_not"

    @property
    def event_names(self) -> frozenset[str]:
        return frozenset({self.first, self.then})

    def sql(self, bind: Binder) -> str:
        """In order of time, at one time what may follow before what comes first; each looks at its last `first`.

        A moment is twice its milliseconds, and one more where it is of what comes first: numbers are sorted in half the
        time that pairs take.
        """
        first, then = (f"name = {bind(name, 'String')}" for name in (self.first, self.then))
        rows = f"({first} OR {then}){self._since(bind)}"
        moment = "toUnixTimestamp64Milli(at) * 2"
        firsts = f"groupArrayIf({moment} + 1, {first}{self._since(bind)})"
        thens = f"groupArrayIf({moment}, {then}{self._since(bind)})"
        marked, days = f"arraySort(arrayConcat({thens}, {firsts}))", bind(self.days * DAY * 2, "Int64")
        if self.op == "did":
            found = (
                f"arrayExists((one, last) -> one % 2 = 0 AND last % 2 = 1 AND one < last + {days},"
                f" {marked}, arrayFill(one -> one % 2 = 1, {marked}))"
            )
        else:
            over = f"toUnixTimestamp64Milli({bind.now}) * 2 + 1 - {days}"
            found = (
                f"arrayExists((one, next) -> one % 2 = 1 AND one <= {over}"
                f" AND (next % 2 = 1 OR next > one + {days}),"
                f" {marked}, arrayReverseFill(one -> one % 2 = 0, {marked}))"
            )
        return bind.happened(rows, found)

    def passed(self, bind: Passing) -> bool:
        first = f"name = {bind(self.first, 'String')}"
        ends = [self.within] if self.within is not None else []
        for days in [*ends, *([self.days] if self.op == "did_not" else [])]:
            ago = f"toIntervalDay({bind(days, 'UInt32')})"
            bind.events(f"{first} AND {bind.within('at', ago)}")
        return True

    def words(self) -> str:
        first, then = (vocabulary.of(name).label for name in (self.first, self.then))
        if self.op == "did":
            sentence = ngettext(
                "“{first}”, and then “{then}” within a day",
                "“{first}”, and then “{then}” within {number} days",
                self.days,
            )
        else:
            sentence = ngettext(
                "“{first}”, and then no “{then}” for a day",
                "“{first}”, and then no “{then}” for {number} days",
                self.days,
            )
        said = sentence.format(first=first, then=then, number=self.days)
        return said if self.within is None else f"{said} {window_words(self.within, 'days')}"

    def check(self, person: Person) -> bool:
        return bool(self._found(person))

    def evidence(self, person: Person) -> Evidence:
        found = self._found(person)
        said = ngettext("{number} time", "{number} times", len(found)).format(number=len(found))
        told = [event for pair in found for event in reversed(pair)]
        return Evidence(said, tuple(told[:EVIDENCE]))

    def _since(self, bind: Binder) -> str:
        if self.within is None:
            return ""
        return f" AND at >= {bind.now} - toIntervalDay({bind(self.within, 'UInt32')})"

    def _found(self, person: Person) -> list[tuple[Happened, ...]]:
        """Each `first` that counts, with what followed it, newest first."""
        since = person.now - timedelta(days=self.within) if self.within is not None else EPOCH
        events = sorted((one for one in person.events if one.at >= since), key=lambda one: one.at)
        thens = [one for one in events if one.name == self.then]
        times, days = [one.at for one in thens], timedelta(days=self.days)
        found: list[tuple[Happened, ...]] = []
        for first in (one for one in events if one.name == self.first):
            at = bisect_right(times, first.at)
            follows = at < len(times) and times[at] <= first.at + days
            if follows and self.op == "did":
                found.append((first, thens[at]))
            if not follows and self.op == "did_not" and first.at <= person.now - days:
                found.append((first,))
        return found[::-1]
