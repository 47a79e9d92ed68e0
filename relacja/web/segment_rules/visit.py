"""A condition on visits: how many, within what time, to which pages, from where, with what."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from relacja.segments import comparisons
from relacja.segments.binder import Binder, Passing
from relacja.segments.blanks import Choice, Input, Unfit
from relacja.segments.comparisons import Column
from relacja.segments.rules import Evidence, Happened, Leaf, Person, Start, leaf
from relacja.segments.segment_rules.event import (
    COUNTS,
    EPOCH,
    EVIDENCE,
    Filter,
    Filters,
    Times,
    counted,
    counted_sql,
    window_words,
)
from relacja.segments.segment_rules.orders import within_blank
from relacja.web import visits
from relacja.web.arrivals import DIRECT
from relacja.web.visits import KNOWN, OF_ARRIVALS, OF_PAGES

MOST_VISITS = 1_000
FIRST_FIELD = 4  # the place of the first field in a page of `visits_sql`
OF_PAGE = frozenset({"is", "contains", "starts_with", "in"})
DENYING = frozenset({"is_not", "empty"})


@dataclass(frozen=True, slots=True)
class Tellings(Filters):
    """What is known of a visit; all of it must hold."""

    def read(self, value: Any) -> tuple[Filter, ...]:
        found = super(Tellings, self).read(value)
        for one in found:
            if one.name not in KNOWN:
                sentence = _("“{value}” cannot be chosen for “{field}”.")
                raise Unfit(sentence.format(value=one.name, field="property"))
            comparisons.read(one.op, one.value, allowed=_allowed(one.name))
        return found

    def _named(self, asked: Input, typed: Mapping[str, str]) -> Input:
        return replace(asked, kind="select", options=[(name, known.label) for name, known in KNOWN.items()])

    def _operators(self, name: str) -> list[tuple[str, Any]]:
        return [(code, label) for code, label in comparisons.operators() if code in _allowed(name)]

    def _right(self, asked: Input, name: str) -> Input:
        known = KNOWN.get(name)
        return (
            replace(asked, kind="suggested", options=list(known.choices.items())) if known and known.choices else asked
        )


def _allowed(name: str) -> frozenset[str]:
    """How something can be compared: of pages there are many in a visit, so none of them is not something."""
    return OF_PAGE if name in OF_PAGES else comparisons.TEXTUAL


@leaf("visit")
@dataclass(frozen=True, slots=True)
class Visited(Leaf):
    op: str
    times: int
    within: int | None = None
    where: tuple[Filter, ...] = ()

    label = gettext_lazy("Visits")
    icon = "footprints"
    also = pgettext_lazy("found by", "session, website, utm, referrer, landing page")
    blanks = (
        Choice("op", gettext_lazy("how often"), lambda: list(COUNTS.items())),
        Times(
            "times",
            gettext_lazy("number of visits"),
            0,
            MOST_VISITS,
            words=lambda number: ngettext("visit", "visits", number),
        ),
        within_blank(),
        Tellings("where", gettext_lazy("where"), fold="where"),
    )
    folds: ClassVar[Mapping[str, Any]] = {
        "within": pgettext_lazy("fold", "in the last…"),
        "where": pgettext_lazy("fold", "where…"),
    }

    @classmethod
    def starts(cls) -> list[Start]:
        once = {"op": "at_least", "times": "1", "open": "where"}
        return [
            Start(gettext_lazy("Number of visits"), {"op": "at_least", "times": "2", "within": "30"}),
            Start(gettext_lazy("Visit to a page"), {**once, "where-0-property": "page", "where-0-op": "contains"}),
            Start(gettext_lazy("Visit from a source"), {**once, "where-0-property": "source", "where-0-op": "is"}),
            Start(gettext_lazy("Visit by a medium"), {**once, "where-0-property": "medium", "where-0-op": "is"}),
            Start(gettext_lazy("Visit by a campaign"), {**once, "where-0-property": "campaign", "where-0-op": "is"}),
        ]

    def refuse_nonsense(self) -> None:
        if self.op == "at_least" and self.times == 0:
            raise Unfit(_("Everybody has at least 0. Ask for at least 1."), field="times")

    @property
    def ages(self) -> bool:
        return self.within is not None

    @property
    def event_names(self) -> frozenset[str]:
        return frozenset(visits.PAGES)

    def passed(self, bind: Passing) -> bool:
        if self.within is not None:
            bind.events(f"{visits.rows_sql(bind)} AND {bind.within('at', self._window(bind))}")
        return True

    def sql(self, bind: Binder) -> str:
        return counted_sql(self.op, self.times, lambda sign, times: self._counted(bind, sign, times))

    def words(self) -> str:
        if self.times == 0:
            said = _("no visit")
        else:
            patterns = {
                "at_least": ngettext("at least one visit", "at least {number} visits", self.times),
                "at_most": ngettext("at most one visit", "at most {number} visits", self.times),
                "exactly": ngettext("exactly one visit", "exactly {number} visits", self.times),
            }
            said = patterns[self.op].format(number=self.times)
        parts = [said]
        if self.within is not None:
            parts.append(window_words(self.within, "days"))
        if self.where:
            filters = ", ".join(_words(one) for one in self.where)
            parts.append(_("where {filters}").format(filters=filters))
        return " ".join(parts)

    def check(self, person: Person) -> bool:
        return counted(self.op, self.times, len(self._found(person)))

    def evidence(self, person: Person) -> Evidence:
        found = self._found(person)
        said = ngettext("{number} visit", "{number} visits", len(found)).format(number=len(found))
        return Evidence(said, tuple(visit[0] for visit in found[::-1][:EVIDENCE]))

    def _counted(self, bind: Binder, sign: str, times: int) -> str:
        """Whether the visits that count are `sign` `times` in number; `times` is 1 or more.

        Without a look at the order of pages where that gives the same: an arrival is a visit, and so is any page.
        """
        rows = visits.rows_sql(bind)
        if self.within is not None:
            rows = f"{rows} AND at >= {bind.now} - {self._window(bind)}"
        if sign == ">=" and times == 1:
            if not self.where:
                return bind.happened(rows)
            if self._is_told_by_one_page:
                began = [] if self._is_of_pages else [visits.came_sql(bind)]
                return bind.happened(" AND ".join([rows, *began, *(_page_sql(one, bind) for one in self.where)]))
        fields = [_field_sql(one, bind) for one in self.where]
        found = visits.visits_sql(bind, rows, *fields)
        if self.where:
            tests = " AND ".join(f"({_test_sql(one, place, bind)})" for place, one in enumerate(self.where))
            found = f"arrayFilter(visit -> {tests}, {found})"
        return bind.happened(rows, f"length({found}) {sign} {bind(times, 'UInt32')}")

    @property
    def _is_told_by_one_page(self) -> bool:
        """Whether one page alone tells that a visit counts."""
        return self._is_of_pages or all(_is_of_arrival(one) for one in self.where)

    @property
    def _is_of_pages(self) -> bool:
        return len(self.where) == 1 and self.where[0].name in OF_PAGES

    def _window(self, bind: Binder) -> str:
        return f"toIntervalDay({bind(self.within, 'UInt32')})"

    def _found(self, person: Person) -> list[list[Happened]]:
        """The visits that count, the oldest first."""
        since = person.now - timedelta(days=self.within) if self.within is not None else EPOCH
        found = visits.visits_of(one for one in person.events if one.at >= since)
        return [visit for visit in found if all(_holds(one, visit, person) for one in self.where)]


def _words(one: Filter) -> str:
    known = KNOWN[one.name]
    return one.test.words(str(known.label), known.choices)


def _is_of_arrival(one: Filter) -> bool:
    """Whether it can only hold where somebody came from somewhere."""
    if one.name not in OF_ARRIVALS or one.op in DENYING:
        return False
    return one.name != "medium" or not one.test.check(DIRECT, EPOCH)


def _page_sql(one: Filter, bind: Binder) -> str:
    """Whether one page meets it."""
    told = KNOWN[one.name].sql(bind)
    texts = visits.shapes_sql(told) if one.name == visits.PAGE else [told]
    return f"({' OR '.join(one.test.sql(Column.of_text(text, bind), bind) for text in texts)})"


def _field_sql(one: Filter, bind: Binder) -> str:
    """What has to be known of each page: whether it meets a condition on pages, else the text itself."""
    return _page_sql(one, bind) if one.name in OF_PAGES else KNOWN[one.name].sql(bind)


def _test_sql(one: Filter, place: int, bind: Binder) -> str:
    if one.name in OF_PAGES:
        return f"arrayExists(page -> page.{FIRST_FIELD + place}, visit)"
    return one.test.sql(Column.of_text(f"visit[1].{FIRST_FIELD + place}", bind), bind)


def _holds(one: Filter, visit: list[Happened], person: Person) -> bool:
    known = KNOWN[one.name]
    if one.name not in OF_PAGES:
        return one.test.check(known.of(visit[0]), person.now)
    shapes = visits.shapes if one.name == visits.PAGE else lambda text: [text]
    return any(one.test.check(text, person.now) for page in visit for text in shapes(known.of(page)))
