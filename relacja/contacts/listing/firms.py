"""The list of companies: the same pages as those of people, asked of the records alone.

By name and by date an index leads. Every other order, and every condition, is a pass over the companies, of which there
are a tenth as many. The order by how many people work there is kept for a moment for those who see everybody.
`make bench` measures it at 100,000.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, F, FloatField, Func, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, NullIf
from pyroaring import BitMap64

from relacja.contacts import comparing, conditions, fields, narrowing, queries, reach
from relacja.contacts.dates import NEXT
from relacja.contacts.fields import Known
from relacja.contacts.listing import cursors, headcounts
from relacja.contacts.listing.cursors import Cursor
from relacja.contacts.listing.keeping import Kept
from relacja.contacts.listing.shapes import FEW, PAGE, Page
from relacja.contacts.models import Company, Contact
from relacja.contacts.plain import ATTRIBUTE
from relacja.lib.text import folded
from relacja.staff.reach import Owners

OWN = "firms:"
BY_NAME = "name"
PEOPLE = conditions.PEOPLE
INDEXED = frozenset({"name", "created", "changed"})
VALUE = "_sorted"
NUMBERS = frozenset({"number", "money"})
LOOKED_THROUGH = 300
Firms = QuerySet[Company]
_counts: Kept[int] = Kept()


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows the list of companies: a rule, a fragment of the name or VAT id, all keys of one tag.

    `seen` are the owners whose customers whoever asks sees; None for everybody's.
    """

    rule: narrowing.Rule | None = None
    text: str = ""
    vat_id: str = ""
    owners: tuple[int, ...] | None = None
    parent: int | None = None
    archived: bool = False
    trashed: bool = False
    tag_keys: tuple[str, ...] = ()
    vip: bool = False
    seen: Owners = None

    @property
    def is_away(self) -> bool:
        """Whether it is about companies that are put away: archived, or in the trash."""
        return self.archived or self.trashed


@dataclass(frozen=True, slots=True)
class Order:
    """By what the list is sorted; `known` is the field of one's own, if it is one. Next is what comes from `today`."""

    sort: str = BY_NAME
    known: Known | None = None
    today: date | None = None

    @property
    def name(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def is_indexed(self) -> bool:
        return self.name in INDEXED

    @property
    def cursors(self) -> str:
        """What cursors call it."""
        return self.sort if self.is_indexed else OWN + self.sort

    def cursor(self, company: Company) -> Cursor:
        """Where a company stands that was read in this order."""
        if self.is_indexed:
            return cursors.of(self.sort, company)
        return Cursor(self.cursors, getattr(company, VALUE), company.pk)


def page(
    filters: Filters, order: Order = Order(), *, after: str = "", before: str = "", limit: int = PAGE
) -> Page[Company]:
    """One page, after or before a row of it, with the owner and parent of each. Three queries, on any page."""
    cursor, found = cursors.at(after or before, order.cursors), count(filters)
    backwards = cursor is not None and not after
    rows = _rows(filters, order, cursor, backwards=backwards, most=limit + 1, is_many=found > FEW) if found else []
    more = len(rows) > limit
    rows = rows[:limit][::-1] if backwards else rows[:limit]
    if backwards and not more:
        return page(filters, order, limit=limit)
    first, last = (str(order.cursor(one)) for one in (rows[0], rows[-1])) if rows else ("", "")
    return Page(
        rows,
        order.sort,
        found,
        before=first if cursor is not None else "",
        after=last if more or backwards else "",
        is_exact=True,
    )


def beside(filters: Filters, order: Order, company: Company) -> tuple[int | None, int | None]:
    """The ids of which stands before a company in the list and which after it, whether or not it is left itself."""
    here = company
    if not order.is_indexed:
        here = _read(_valued(Company.objects.filter(pk=company.pk), order, filters.seen), order, 1)[0]
    cursor, is_many = order.cursor(here), order.name == PEOPLE and count(filters) > FEW
    before, after = (
        next((one.pk for one in _rows(filters, order, cursor, backwards=backwards, most=1, is_many=is_many)), None)
        for backwards in (True, False)
    )
    return before, after


def count(filters: Filters) -> int:
    """How many companies the filters leave. A count that takes long is kept for a moment."""
    rule = (filters.rule.text, filters.rule.viewer) if filters.rule else None
    return _counts.answer((replace(filters, rule=None), rule), left(filters).count)


def everybody(filters: Filters) -> BitMap64:
    """The ids of all companies that the filters leave. One pass over them."""
    return BitMap64(left(filters).order_by().values_list("pk", flat=True).iterator(chunk_size=10_000))


def left(filters: Filters) -> Firms:
    """The companies that the filters leave, in no order."""
    found: Firms = Company.objects.active()
    if filters.is_away:
        found = Company.objects.filter(archived_at__isnull=False, trashed_at__isnull=not filters.trashed)
    found = reach.among_firms(found, filters.seen)
    if filters.text:
        found = found.filter(Q(name_key__contains=folded(filters.text)) | Q(vat_id__icontains=filters.text.strip()))
    if filters.owners is not None:
        found = found.filter(reach.owned(filters.owners))
    for name in ("vat_id", "parent"):
        if wanted := getattr(filters, name):
            found = found.filter(**{name: wanted})
    if filters.tag_keys:
        found = found.filter(queries.holding_tag(filters.tag_keys))
    if filters.vip:
        found = found.filter(attributes__has_key=fields.VIP)
    return narrowing.answers().companies(filters.rule, found, filters.seen) if filters.rule else found


def count_people(companies: list[Company], seen: Owners = None) -> None:
    """Say on each company how many active people of these owners work there (`people_count`). One query."""
    people = (
        reach.among_people(Contact.objects.active(), seen)
        .filter(company__in=companies)
        .order_by()
        .values_list("company")
    )
    counted = dict(people.annotate(n=Count("pk")))
    for company in companies:
        company.people_count = counted.get(company.pk, 0)  # type: ignore[attr-defined]


def _rows(
    filters: Filters, order: Order, cursor: Cursor | None, *, backwards: bool, most: int, is_many: bool
) -> list[Company]:
    """The first companies in order, from the cursor on; those without a value last, whichever way the order goes."""
    firms = left(filters)
    if order.is_indexed:
        return _read(cursors.ordered(firms, order.sort, cursor, backwards=backwards), order, most)
    descending = order.sort.startswith("-") != backwards
    if order.name == PEOPLE and not filters.is_away and is_many and filters.seen is None:
        return _by_headcount(firms, cursor, descending=descending, most=most)
    firms = _valued(firms, order, filters.seen)
    if cursor is not None:
        firms = firms.filter(_beyond(cursor, descending=descending, backwards=backwards))
    value = F(VALUE).desc if descending else F(VALUE).asc
    placed = value(nulls_first=True) if backwards else value(nulls_last=True)
    return _read(firms.order_by(placed, "-pk" if descending else "pk"), order, most)


def _by_headcount(firms: Firms, cursor: Cursor | None, *, descending: bool, most: int) -> list[Company]:
    """Walk the order that is kept, looking at some hundred at a time which of them the filters leave."""
    place = (int(cursor.value), cursor.id) if cursor else None
    ahead = headcounts.order().beyond(place, descending=descending)
    found: list[tuple[int, int]] = []
    for start in range(0, len(ahead), LOOKED_THROUGH):
        part = ahead[start : start + LOOKED_THROUGH]
        there = set(firms.filter(pk__in=[pk for _people, pk in part]).values_list("pk", flat=True))
        found += [(pk, people) for people, pk in part if pk in there]
        if len(found) >= most:
            break
    return _whole(found[:most])


def _read(firms: Firms, order: Order, most: int) -> list[Company]:
    """The first of the companies. Ids are put in order, not whole rows: those are read for one page alone."""
    if order.is_indexed:
        return _whole((pk, None) for pk in firms.values_list("pk", flat=True)[:most])
    return _whole(firms.values_list("pk", VALUE)[:most])


def _whole(places: Iterable[tuple[int, Any]]) -> list[Company]:
    places = list(places)
    found = Company.objects.select_related("owner", "parent").in_bulk([pk for pk, _value in places])
    for pk, value in places:
        if pk in found:
            setattr(found[pk], VALUE, value)
    return [found[pk] for pk, _value in places if pk in found]


def _valued(firms: Firms, order: Order, seen: Owners) -> Firms:
    return firms.annotate(**{VALUE: _value(order.name, order.known, order.today, seen)})


def _beyond(cursor: Cursor, *, descending: bool, backwards: bool) -> Q:
    than = "lt" if descending else "gt"
    further, empty = Q(**{f"pk__{than}": cursor.id}), Q(**{f"{VALUE}__isnull": True})
    if cursor.value is None:
        return ~empty | (empty & further) if backwards else empty & further
    rest = Q(**{f"{VALUE}__{than}": cursor.value}) | (Q(**{VALUE: cursor.value}) & further)
    return rest if backwards else empty | rest


class _Small(Func):
    """A text to sort by, whatever its case: of English letters in SQLite, of those of its locale in PostgreSQL."""

    function = "LOWER"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s COLLATE NOCASE)")


def _value(sort: str, known: Known | None, today: date | None, seen: Owners) -> Any:
    """What the list is sorted by; NULL for nothing."""
    if sort == PEOPLE:
        return conditions.people_count(seen)
    if sort.startswith(NEXT) and today:
        return comparing.next_return(KeyTextTransform(sort.removeprefix(NEXT + ATTRIBUTE), "attributes"), today)
    if sort == "parent":
        return F("parent__name_key")
    if known is None or known.field is None:
        return _Small(NullIf(F("owner__name" if sort == "owner" else sort), Value("")))
    inside = known.kind.at
    text = KeyTextTransform(inside or known.key, KeyTransform(known.key, "attributes") if inside else "attributes")
    filled = NullIf(text, Value("", output_field=TextField()))
    return Cast(filled, FloatField()) if known.kind.code in NUMBERS else _Small(filled, output_field=TextField())
