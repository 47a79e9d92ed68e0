"""The list of contacts: narrowed, ordered, and paged by the last row seen, so that every page costs the same.

What a rule narrows, and an order that no index has, is asked of the facts (`narrowing`); all else of the records.

How rows are reached is decided here and not left to the database's guess. What narrows to few people is gathered by its
index and then sorted; what many people have in common is checked while walking an index that is already in order.
"""

import base64
import binascii
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import isfinite
from typing import Any

from django.db.models import BigIntegerField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.db.models.lookups import Exact
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from pyroaring import BitMap64

from relacja.contacts import consents, narrowing, searching
from relacja.contacts.models import Company, Consent, ConsentAct, Contact, Merge, Stage
from relacja.contacts.narrowing import Asked, Place
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned, folded

FEW = searching.FEW
FEW_OF_SEVERAL = 20_000
PAGE = 50
NONE = "none"
SORTS = {"created": "created_at", "changed": "changed_at", "name": "name_key"}
NEWEST = "-created"
LAST_ADDED = "-id"
OF_FACTS = "facts:"
LONGEST_COUNT = 10.0
_FIELDS = {**SORTS, "id": "id"}

People = QuerySet[Contact]


class BrokenCursor(Refused):
    """The place in the list that was asked for cannot be read."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows the list. `consent` is how things stand with the newsletter by e-mail, or `none`."""

    rule: narrowing.Rule | None = None
    text: str = ""
    stage: str = ""
    consent: str = ""
    owner: int | None = None
    company: int | None = None
    archived: bool = False
    trashed: bool = False

    @property
    def is_away(self) -> bool:
        """Whether it is about people who are put away: archived, or in the trash."""
        return self.archived or self.trashed


@dataclass(frozen=True, slots=True)
class Cursor:
    """A row of the list: the order it stands in, what it is sorted by, its id."""

    sort: str
    value: Any
    id: int

    def __str__(self) -> str:
        value = self.value.isoformat() if isinstance(self.value, datetime) else self.value
        text = json.dumps([self.sort, value, self.id], ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Page:
    """Some contacts in order. `found` counts all whom the filters leave, or is None; up to `FEW` it is exact."""

    contacts: list[Contact]
    sort: str
    found: int | None
    before: str = ""
    after: str = ""
    is_exact: bool = False

    @property
    def is_many(self) -> bool:
        """Whether there are more than were counted."""
        return self.found is not None and self.found > FEW and not self.is_exact


@dataclass(frozen=True, slots=True)
class Totals:
    """How many contacts there are, and how many came within a week."""

    active: int
    new: int


@dataclass(frozen=True, slots=True)
class _Narrowing:
    """One filter: `by_index` reaches its people, `by_look` checks somebody, `size` counts them up to a number."""

    by_index: Callable[[People], People]
    by_look: Callable[[People], People]
    size: Callable[[int], int]
    is_text: bool = False
    is_in_order: bool = False


@dataclass(slots=True)
class _Kept:
    totals: Totals | None = None
    until: float = field(default=0.0)


_kept = _Kept()
_counted: dict[tuple[Asked, str], tuple[float, int]] = {}


def page(filters: Filters, *, sort: str = NEWEST, after: str = "", before: str = "", limit: int = PAGE) -> Page:
    """One page of the list, after or before a row of it. Two to six queries, whatever the size of the list.

    A text that many people contain is answered in the order in which they were added, whatever `sort` says. A rule, or
    another order than those of `SORTS`, is one question to the facts and the same few queries.
    """
    if _is_of_facts(filters, sort):
        return _of_facts(filters, sort=sort, after=after, before=before, limit=limit)
    question = searching.Question([], []) if filters.is_away else searching.question(filters.text)
    narrowings = _narrowings(filters, question)
    enough = FEW if len(narrowings) < 2 or question.asked else FEW_OF_SEVERAL
    sizes = [narrowing.size(enough + 1) for narrowing in narrowings]
    few = bool(sizes) and min(sizes) <= enough
    streamed = bool(question.asked) and not few
    cursor = read(after or before) if after or before else None
    sort = LAST_ADDED if streamed else _known(sort)
    if cursor is not None and cursor.sort != sort:
        cursor = None
    backwards = cursor is not None and not after
    if streamed:
        contacts = searching.in_order(question, beyond=cursor.id if cursor else None, backwards=backwards)
        contacts = _checked(_never_asked(contacts, filters), narrowings[:-1])
    else:
        contacts = _gathered(filters, narrowings, sizes) if few else _walked(filters, narrowings, sort)
        contacts = _ordered(contacts, sort, cursor, backwards=backwards)
    rows = list(contacts.select_related("company", "owner").defer("search_text")[: limit + 1])
    more = len(rows) > limit
    rows = rows[:limit][::-1] if backwards else rows[:limit]
    if backwards and not more:  # the first page is whole, even when fewer rows stand before the one we came from
        return page(filters, sort=sort, limit=limit)
    first, last = (_cursor(sort, rows[0]), _cursor(sort, rows[-1])) if rows else ("", "")
    return Page(
        rows,
        sort,
        _found(filters, narrowings, sizes, few=few, is_exact=not question.looked_at),
        before=first if cursor is not None else "",
        after=last if more or backwards else "",
    )


def count(filters: Filters) -> int:
    """How many people the filters leave, exactly. One pass over them."""
    return len(everybody(filters)) if filters.rule else _all(filters).count()


def everybody(filters: Filters) -> BitMap64:
    """The ids of all whom the filters leave. One pass over them; a million ids are a few megabytes at most."""
    if filters.rule and not filters.trashed:
        trashed = Contact.objects.filter(trashed_at__isnull=False).values_list("pk", flat=True)
        return BitMap64(narrowing.answers().ids(_asked(filters))) - BitMap64(trashed)
    found = BitMap64()
    for pk in _all(filters).order_by().values_list("pk", flat=True).iterator(chunk_size=10_000):
        found.add(pk)
    return found


def sorts() -> set[str]:
    """By what the list can be sorted."""
    return {*SORTS, *narrowing.answers().sorts()}


def totals(*, now: datetime) -> Totals:
    """How many contacts there are. A count that takes long is kept for 200 times as long."""
    if _kept.totals is not None and time.monotonic() < _kept.until:
        return _kept.totals
    started = time.monotonic()
    active = Contact.objects.active()
    counted = Totals(active.count(), active.filter(created_at__gte=now - timedelta(days=7)).count())
    took = time.monotonic() - started
    _kept.totals, _kept.until = counted, time.monotonic() + 200 * max(0.0, took - 0.005)
    return counted


def read(text: str) -> Cursor:
    """The cursor that was written as `text`. Raises `BrokenCursor`."""
    try:
        sort, value, pk = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(pk, int) or not 0 <= pk < 1 << 63:
            raise ValueError(text)
        if sort.startswith(OF_FACTS):
            return Cursor(sort, _plain(value), pk)
        if sort not in _sorts():
            raise ValueError(text)
        name = sort.removeprefix("-")
        if name in {"created", "changed"}:
            value = parse_datetime(value)
            if value is None or value.tzinfo is None:
                raise ValueError(text)
        elif name == "name" and not isinstance(value, str):
            raise ValueError(text)
    except (ValueError, TypeError, AttributeError, binascii.Error) as error:
        raise BrokenCursor(_("This place in the list cannot be found. Start from the first page.")) from error
    return Cursor(sort, value, pk)


def _plain(value: Any) -> narrowing.Value:
    if value is not None and (isinstance(value, bool) or not isinstance(value, str | int | float)):
        raise ValueError(value)
    if (isinstance(value, int) and abs(value) >= 1 << 63) or (isinstance(value, float) and not isfinite(value)):
        raise ValueError(value)
    if isinstance(value, str):
        value.encode()
    return value


def _is_of_facts(filters: Filters, sort: str) -> bool:
    """The trash is short and has no rules; the facts tell it from the archive, and nothing else of it."""
    if filters.trashed:
        return False
    return filters.rule is not None or (sort.removeprefix("-") not in {*SORTS, "id"} and _is_known(sort))


def _is_known(sort: str) -> bool:
    return sort.removeprefix("-") in sorts()


def _of_facts(filters: Filters, *, sort: str, after: str, before: str, limit: int) -> Page:
    sort = sort if _is_known(sort) else NEWEST
    asked = _asked(filters)
    cursor = read(after or before) if after or before else None
    if cursor is not None and cursor.sort != OF_FACTS + sort:
        cursor = None
    backwards = cursor is not None and not after
    beyond = Place(cursor.value, cursor.id) if cursor else None
    places = narrowing.answers().places(asked, sort, beyond=beyond, backwards=backwards, limit=limit + 1)
    more = len(places) > limit
    if backwards and not more:
        return _of_facts(filters, sort=sort, after="", before="", limit=limit)
    places = places[:limit][::-1] if backwards else places[:limit]
    first, last = (_of_place(sort, places[0]), _of_place(sort, places[-1])) if places else ("", "")
    return Page(
        _in_order([place.id for place in places], archived=filters.archived),
        sort,
        _count_of_facts(asked),
        before=first if cursor is not None else "",
        after=last if more or backwards else "",
        is_exact=True,
    )


def _asked(filters: Filters) -> Asked:
    """The filters as the facts know them. Few people who contain a text are looked up in the records' index."""
    firm = Company.objects.filter(pk=filters.company).first() if filters.company is not None else None
    asked = Asked(
        filters.rule,
        filters.stage,
        filters.consent,
        filters.owner,
        firm.name if firm else "",
        filters.archived,
        tuple(searching.patterns_of(filters.text)),
    )
    if filters.company is not None and firm is None:
        return replace(asked, ids=())
    question = searching.question(filters.text)
    if question.asked and not filters.archived and searching.count_up_to(question, FEW + 1) <= FEW:
        found = searching.among(Contact.objects.active(), question).values_list("pk", flat=True)
        return replace(asked, patterns=(), ids=tuple(found))
    return asked


def _in_order(ids: list[int], *, archived: bool) -> list[Contact]:
    """The contacts of these ids, but for those archived or brought back so lately that the facts do not know it yet."""
    found = Contact.objects.select_related("company", "owner").defer("search_text").in_bulk(ids)
    here = (found[pk] for pk in ids if pk in found and found[pk].trashed_at is None)
    return [contact for contact in here if (contact.archived_at is not None) == archived]


def _count_of_facts(asked: Asked) -> int:
    """How many there are. A count is kept for twenty times as long as it took, for whoever turns the pages."""
    key = (replace(asked, rule=None), asked.rule.text if asked.rule else "")
    until, known = _counted.get(key, (0.0, 0))
    started = time.monotonic()
    if started < until:
        return known
    counted = narrowing.answers().count(asked)
    ended = time.monotonic()
    if len(_counted) > 200:
        _counted.clear()
    _counted[key] = (ended + min(LONGEST_COUNT, 20 * max(0.0, ended - started - 0.02)), counted)
    return counted


def _of_place(sort: str, place: Place) -> str:
    return str(Cursor(OF_FACTS + sort, place.value, place.id))


def _all(filters: Filters) -> People:
    """All whom the filters leave, in no order."""
    question = searching.Question([], []) if filters.is_away else searching.question(filters.text)
    return _checked(_everybody(filters), _narrowings(filters, question))


def _known(sort: str) -> str:
    return sort if sort.removeprefix("-") in SORTS else NEWEST


def _sorts() -> set[str]:
    return {sign + name for name in _FIELDS for sign in ("", "-")}


def _cursor(sort: str, contact: Contact) -> str:
    return str(Cursor(sort, getattr(contact, _FIELDS[sort.removeprefix("-")]), contact.pk))


def _narrowings(filters: Filters, question: searching.Question) -> list[_Narrowing]:
    found = []
    if filters.owner is not None:
        found.append(_with_owner(filters.owner))
    if filters.stage in Stage.values:
        found.append(_with_stage(filters.stage))
    if filters.company is not None:
        found.append(_of_company(filters.company))
    if filters.consent in ConsentAct.values:
        found.append(_with_consent(filters.consent))
    if question.asked:
        found.append(_with_text(question))
    return found


def _gathered(filters: Filters, narrowings: Sequence[_Narrowing], sizes: Sequence[int]) -> People:
    leader = min(range(len(sizes)), key=sizes.__getitem__)
    others = [narrowing for position, narrowing in enumerate(narrowings) if position != leader]
    return _checked(narrowings[leader].by_index(_everybody(filters)), others)


def _walked(filters: Filters, narrowings: Sequence[_Narrowing], sort: str) -> People:
    """Along an index in the order of the list: by creation there is one for each stage and each owner."""
    leader = next((narrowing for narrowing in narrowings if narrowing.is_in_order), None)
    if leader is None or sort.removeprefix("-") != "created" or filters.is_away:
        return _checked(_everybody(filters), narrowings)
    others = [narrowing for narrowing in narrowings if narrowing is not leader]
    return _checked(leader.by_index(_everybody(filters)), others)


def _checked(contacts: People, narrowings: Sequence[_Narrowing]) -> People:
    for one in narrowings:
        contacts = one.by_look(contacts)
    return contacts


def _everybody(filters: Filters) -> People:
    if not filters.is_away:
        return _never_asked(Contact.objects.active(), filters)
    merged = Merge.objects.standing().filter(loser=OuterRef("pk"))
    contacts = Contact.objects.filter(
        ~Exists(merged), archived_at__isnull=False, trashed_at__isnull=not filters.trashed
    )
    if text := folded(filters.text):
        contacts = contacts.filter(Q(name_key__contains=text) | Q(email__icontains=cleaned(filters.text)))
    return _never_asked(contacts, filters)


def _never_asked(contacts: People, filters: Filters) -> People:
    """The one filter that no index helps with. Cheap as long as there are enough such people."""
    if filters.consent == NONE:
        return contacts.filter(~Exists(_newsletter().filter(contact=OuterRef("pk"))))
    return contacts


def _ordered(contacts: People, sort: str, cursor: Cursor | None, *, backwards: bool) -> People:
    """In order, from the cursor on. Written so that an index on (column, id) is entered right at the cursor."""
    descending = sort.startswith("-") != backwards
    column = _FIELDS[sort.removeprefix("-")]
    if cursor is not None:
        than = "lt" if descending else "gt"
        beyond = Q(**{f"{column}__{than}": cursor.value}) | Q(**{f"id__{than}": cursor.id})
        contacts = contacts.filter(Q(**{f"{column}__{than}e": cursor.value}), beyond)
    sign = "-" if descending else ""
    return contacts.order_by(f"{sign}{column}", f"{sign}id")


def _found(
    filters: Filters, narrowings: Sequence[_Narrowing], sizes: Sequence[int], *, few: bool, is_exact: bool
) -> int | None:
    if len(sizes) == 1 and is_exact and filters.consent != NONE and not filters.is_away:
        return sizes[0]
    return _gathered(filters, narrowings, sizes).count() if few else None


def _with_stage(stage: str) -> _Narrowing:
    def size(most: int) -> int:
        return Contact.objects.active().filter(stage=stage)[:most].count()

    unindexed = Exact(Concat("stage", Value("")), stage)
    return _Narrowing(
        lambda people: people.filter(stage=stage), lambda people: people.filter(unindexed), size, is_in_order=True
    )


def _with_owner(owner: int) -> _Narrowing:
    def size(most: int) -> int:
        return Contact.objects.active().filter(owner=owner)[:most].count()

    unindexed = Exact(ExpressionWrapper(F("owner_id") + Value(0), output_field=BigIntegerField()), owner)
    return _Narrowing(
        lambda people: people.filter(owner=owner), lambda people: people.filter(unindexed), size, is_in_order=True
    )


def _of_company(company: int) -> _Narrowing:
    def size(most: int) -> int:
        return Contact.objects.filter(company=company)[:most].count()

    unindexed = Exact(ExpressionWrapper(F("company_id") + Value(0), output_field=BigIntegerField()), company)
    return _Narrowing(lambda people: people.filter(company=company), lambda people: people.filter(unindexed), size)


def _with_consent(act: str) -> _Narrowing:
    given = _newsletter().filter(act=act)
    return _Narrowing(
        lambda people: people.filter(pk__in=given.values("contact")),
        lambda people: people.filter(Exists(given.filter(contact=OuterRef("pk")))),
        lambda most: given[:most].count(),
    )


def _with_text(question: searching.Question) -> _Narrowing:
    return _Narrowing(
        lambda people: searching.among(people, question),
        lambda people: searching.containing(people, [*question.asked, *question.looked_at]),
        lambda most: searching.count_up_to(question, most),
        is_text=True,
    )


def _newsletter() -> QuerySet[Consent]:
    return Consent.objects.filter(purpose=consents.NEWSLETTER, channel=consents.EMAIL)
