"""The list of companies: the same pages as those of people, asked of the records alone.

By name and by date an index leads. Every other order, and every condition, is a pass over the companies; `make bench`
measures it at 100,000 of them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, FloatField, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, NullIf
from pyroaring import BitMap64

from relacja.contacts import conditions, fields, queries
from relacja.contacts.comparing import Lowered
from relacja.contacts.conditions import Condition
from relacja.contacts.fields import Known
from relacja.contacts.listing import cursors
from relacja.contacts.listing.cursors import Cursor
from relacja.contacts.listing.shapes import PAGE, Page
from relacja.contacts.models import Company, Contact
from relacja.lib.text import folded

OWN = "firms:"
BY_NAME = "name"
INDEXED = frozenset({"name", "created"})
VALUE = "_sorted"
NUMBERS = frozenset({"number", "money"})
Firms = QuerySet[Company]


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows the list of companies: conditions that are all true, a fragment of the name, all keys of one tag."""

    conditions: tuple[Condition, ...] = ()
    text: str = ""
    owners: tuple[int, ...] | None = None
    archived: bool = False
    tag_keys: tuple[str, ...] = ()
    vip: bool = False


def page(
    filters: Filters,
    *,
    now: datetime,
    sort: str = BY_NAME,
    known: Known | None = None,
    after: str = "",
    before: str = "",
    limit: int = PAGE,
) -> Page[Company]:
    """One page, after or before a row of it, with the owner and parent of each. Three queries.

    `known` is the field of one's own by which it is sorted, if it is one.
    """
    named = sort if sort.removeprefix("-") in INDEXED else OWN + sort
    cursor = cursors.at(after or before, named)
    backwards = cursor is not None and not after
    firms = ordered(left(filters, now=now), sort, known, cursor, backwards=backwards)
    rows = _read(firms, named, limit + 1)
    more = len(rows) > limit
    rows = rows[:limit][::-1] if backwards else rows[:limit]
    if backwards and not more:
        return page(filters, now=now, sort=sort, known=known, limit=limit)
    first, last = (str(_cursor(named, one)) for one in (rows[0], rows[-1])) if rows else ("", "")
    return Page(
        rows,
        sort,
        left(filters, now=now).count(),
        before=first if cursor is not None else "",
        after=last if more or backwards else "",
        is_exact=True,
    )


def _read(firms: Firms, named: str, most: int) -> list[Company]:
    """The first of the companies. Ids are put in order, not whole rows: those are read for one page alone."""
    own = named.startswith(OWN)
    places = [(row[0], row[-1]) for row in firms.values_list(*(["pk", VALUE] if own else ["pk"]))[:most]]
    found = Company.objects.select_related("owner", "parent").in_bulk([pk for pk, _value in places])
    for pk, value in places:
        if own and pk in found:
            setattr(found[pk], VALUE, value)
    return [found[pk] for pk, _value in places if pk in found]


def everybody(filters: Filters, *, now: datetime) -> BitMap64:
    """The ids of all companies that the filters leave. One pass over them."""
    return BitMap64(left(filters, now=now).order_by().values_list("pk", flat=True).iterator(chunk_size=10_000))


def left(filters: Filters, *, now: datetime) -> Firms:
    """The companies that the filters leave, in no order."""
    found = Company.objects.filter(archived_at__isnull=not filters.archived)
    if filters.text:
        found = found.filter(Q(name_key__contains=folded(filters.text)) | Q(vat_id__contains=filters.text.strip()))
    if filters.owners is not None:
        nobody = Q(owner=None) if 0 in filters.owners else Q()
        found = found.filter(Q(owner__in=filters.owners) | nobody)
    if filters.tag_keys:
        found = found.filter(queries.holding_tag(filters.tag_keys))
    if filters.vip:
        found = found.filter(attributes__has_key=fields.VIP)
    narrowed: Firms = conditions.narrowed(found, filters.conditions, now)
    return narrowed


def ordered(firms: Firms, sort: str, known: Known | None, cursor: Cursor | None, *, backwards: bool) -> Firms:
    """In order, from the cursor on; those without a value come last, whichever way the order goes."""
    if sort.removeprefix("-") in INDEXED:
        return cursors.ordered(firms, sort, cursor, backwards=backwards)
    descending = sort.startswith("-") != backwards
    firms = firms.annotate(**{VALUE: _value(sort.removeprefix("-"), known)})
    if cursor is not None:
        firms = firms.filter(_beyond(cursor, descending=descending, backwards=backwards))
    value = F(VALUE).desc if descending else F(VALUE).asc
    placed = value(nulls_first=True) if backwards else value(nulls_last=True)
    return firms.order_by(placed, "-pk" if descending else "pk")


def _beyond(cursor: Cursor, *, descending: bool, backwards: bool) -> Q:
    than = "lt" if descending else "gt"
    further, empty = Q(**{f"pk__{than}": cursor.id}), Q(**{f"{VALUE}__isnull": True})
    if cursor.value is None:
        return ~empty | (empty & further) if backwards else empty & further
    rest = Q(**{f"{VALUE}__{than}": cursor.value}) | (Q(**{VALUE: cursor.value}) & further)
    return rest if backwards else empty | rest


def _value(sort: str, known: Known | None) -> Any:
    """What the list is sorted by; NULL for nothing."""
    if sort == conditions.PEOPLE:
        return conditions.people_count()
    if sort == "owner":
        return NullIf(Lowered(F("owner__name")), Value(""))
    if sort == "parent":
        return F("parent__name_key")
    if known is None or known.field is None:
        return NullIf(Lowered(F(sort)), Value(""))
    inside = known.kind.at
    text = KeyTextTransform(inside or known.key, KeyTransform(known.key, "attributes") if inside else "attributes")
    if known.kind.code in NUMBERS:
        return Cast(NullIf(text, Value("", output_field=TextField())), FloatField())
    return NullIf(Lowered(text, output_field=TextField()), Value("", output_field=TextField()))


def _cursor(named: str, company: Company) -> Cursor:
    if named.startswith(OWN):
        return Cursor(named, getattr(company, VALUE), company.pk)
    return cursors.of(named, company)


def count_people(companies: list[Company]) -> None:
    """Say on each company how many active people work there (`people_count`). One query."""
    people = Contact.objects.active().filter(company__in=companies).order_by().values_list("company")
    counted = dict(people.annotate(n=Count("pk")))
    for company in companies:
        company.people_count = counted.get(company.pk, 0)  # type: ignore[attr-defined]
