"""Conditions on the scores of buyers: recency, frequency and money, and the groups of the map.

A score is said in orders by the edges in force, so it is asked, aged and explained as conditions on orders are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from relacja.segments import scales
from relacja.segments.blanks import Choice, Number
from relacja.segments.models import RfmScale
from relacja.segments.rules import Every, Evidence, Not, Person, Rule, Some, Start, leaf
from relacja.segments.segment_rules.event import COUNTS
from relacja.segments.segment_rules.meant import Meant
from relacja.segments.segment_rules.orders import Ordered, before_blank

SCORES: dict[str, Any] = {
    "recency": pgettext_lazy("score", "recency"),
    "frequency": pgettext_lazy("score", "frequency"),
    "money": pgettext_lazy("score", "money"),
}
BOUGHT = Ordered("number", "at_least", 1, within=scales.YEAR)
NOBODY = Some(())


class Scored(Meant):
    """A condition that is said in orders once the edges are known, and may mean others tomorrow."""

    __slots__ = ()

    def meant(self, scale: RfmScale) -> Rule:
        """The same in orders."""
        raise NotImplementedError

    def rule(self) -> Rule:
        scale = scales.remembered()
        return self.meant(scale) if scale else NOBODY

    @property
    def lack(self) -> str:
        if scales.remembered() is not None:
            return ""
        return _("Buyers have no scores yet: nobody was found who bought within a year. Until then this means nobody.")

    @property
    def ages_by_day(self) -> bool:
        return True

    def evidence(self, person: Person) -> Evidence:
        found = BOUGHT.evidence(person)
        scale = scales.remembered()
        if scale is None or not BOUGHT.check(person):
            return found
        scores = {name: self._scored(name, scale, person) for name in SCORES}
        said = _("recency {recency}, frequency {frequency}, money {money}: {orders} in a year")
        return Evidence(said.format(**scores, orders=found.value), found.events)

    def _scored(self, name: str, scale: RfmScale, person: Person) -> int:
        return max(score for score in range(1, scales.BEST + 1) if _at_least(name, score, scale).check(person))


@leaf("rfm")
@dataclass(frozen=True, slots=True)
class Score(Scored):
    score: str
    op: str
    value: int

    label = gettext_lazy("Score of a buyer")
    icon = "gauge"
    also = pgettext_lazy("found by", "RFM, recency, frequency, value")
    blanks = (
        Choice("score", gettext_lazy("score"), lambda: list(SCORES.items())),
        Choice("op", gettext_lazy("how to compare"), lambda: list(COUNTS.items())),
        Number("value", gettext_lazy("value"), 1, scales.BEST, after=gettext_lazy("of 5")),
    )

    @classmethod
    def starts(cls) -> list[Start]:
        return [Start(label, {"score": code, "op": "at_least", "value": "4"}) for code, label in SCORES.items()]

    def meant(self, scale: RfmScale) -> Rule:
        least = _at_least(self.score, self.value, scale)
        if self.op == "at_least":
            return least
        more = Not(_at_least(self.score, self.value + 1, scale)) if self.value < scales.BEST else Every()
        return Every((BOUGHT if self.op == "at_most" else least, more))

    def words(self) -> str:
        words = _("score of {score} is {how} {value} of 5")
        return words.format(score=SCORES[self.score], how=COUNTS[self.op], value=self.value)


@leaf("rfm_group")
@dataclass(frozen=True, slots=True)
class InGroup(Scored):
    """`ago` asks for the group as it was so many days ago, by the edges of today."""

    group: str
    ago: int | None = None

    label = gettext_lazy("Group of buyers")
    icon = "grid-3x3"
    also = pgettext_lazy("found by", "RFM, best, lost")
    folds: ClassVar[Mapping[str, Any]] = {"ago": pgettext_lazy("fold", "as it was…")}
    blanks = (
        Choice("group", gettext_lazy("group"), lambda: [(one.key, one.name) for one in scales.GROUPS]),
        before_blank("ago"),
    )

    @classmethod
    def starts(cls) -> list[Start]:
        return [Start(one.name, {"group": one.key}) for one in scales.GROUPS]

    def meant(self, scale: RfmScale) -> Rule:
        group = self._group
        parts = [_between(name, getattr(group, name), scale, self.ago) for name in ("recency", "frequency")]
        return Every(tuple(parts))

    def words(self) -> str:
        if self.ago is None:
            return _("is among the buyers “{group}”").format(group=self._group.name)
        said = ngettext(
            "was among the buyers “{group}” {number} day ago",
            "was among the buyers “{group}” {number} days ago",
            self.ago,
        )
        return said.format(group=self._group.name, number=self.ago)

    @property
    def _group(self) -> scales.Group:
        return next(one for one in scales.GROUPS if one.key == self.group)


def bought(ago: int | None = None) -> Ordered:
    """Who had bought something within a year, so many days ago."""
    return replace(BOUGHT, before=ago)


def _between(name: str, scores: tuple[int, ...], scale: RfmScale, ago: int | None) -> Rule:
    least = _at_least(name, min(scores), scale, ago)
    if max(scores) == scales.BEST:
        return least
    return Every((least, Not(_at_least(name, max(scores) + 1, scale, ago))))


def _at_least(name: str, score: int, scale: RfmScale, ago: int | None = None) -> Rule:
    """Who has this score or a better one, in orders; or had it so many days ago."""
    if score == 1:
        return bought(ago)
    if name == "recency":
        return Ordered("days", "at_most", scale.recency[scales.BEST - score], within=scales.YEAR, before=ago)
    if name == "frequency":
        return Ordered("number", "at_least", scale.frequency[score - 2] + 1, within=scales.YEAR, before=ago)
    return Ordered("total", "at_least", (scale.money[score - 2] + 1) / 100, within=scales.YEAR, before=ago)
