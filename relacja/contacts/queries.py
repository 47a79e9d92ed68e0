"""Questions about companies and their people."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from relacja.clickhouse import facts
from relacja.contacts import fields, tags
from relacja.contacts.fields import Known
from relacja.contacts.models import Company, Contact, Document, Position, Record
from relacja.lib.errors import Refused, Unavailable
from relacja.lib.text import folded

PAGE = 50
PEOPLE_SHOWN = 20


class BrokenPlace(Refused):
    """The place in the list that was asked for cannot be read."""


@dataclass(frozen=True, slots=True)
class Companies:
    """Some companies by name; `after` goes on with the next, empty at the end."""

    companies: Sequence[Company]
    after: str


@dataclass(frozen=True, slots=True)
class Firms:
    """What narrows the list of companies: `text` is a fragment of a name, `tag_keys` all keys of one tag."""

    text: str = ""
    vat_id: str = ""
    owner: int | None = None
    parent: int | None = None
    archived: bool = False
    tag_keys: tuple[str, ...] = ()
    vip: bool = False


def companies(firms: Firms, *, after: str = "", limit: int = PAGE) -> Companies:
    """Companies by name, with how many people each has (`people_count`). One query. Raises `BrokenPlace`."""
    people = Contact.objects.active().filter(company=OuterRef("pk")).order_by()
    counted = people.values("company").annotate(n=Count("pk")).values("n")
    found = Company.objects.filter(archived_at__isnull=not firms.archived)
    found = found.select_related("owner", "parent").annotate(people_count=Coalesce(Subquery(counted), 0))
    if firms.text:
        found = found.filter(name_key__contains=folded(firms.text))
    for name in ("vat_id", "owner", "parent"):
        if wanted := getattr(firms, name):
            found = found.filter(**{name: wanted})
    if firms.tag_keys:
        found = found.filter(holding_tag(firms.tag_keys))
    if firms.vip:
        found = found.filter(attributes__has_key=fields.VIP)
    if after:
        name, pk = _place(after)
        found = found.filter(Q(name_key__gte=name), Q(name_key__gt=name) | Q(pk__gt=pk))
    rows = list(found.order_by("name_key", "pk")[: limit + 1])
    last = rows[limit - 1] if len(rows) > limit else None
    return Companies(rows[:limit], f"{last.name_key}~{last.pk}" if last else "")


def holding_tag(keys: Collection[str]) -> Q:
    """The condition that a record holds one of these keys of tags."""
    return reduce(or_, [Q(**{f"attributes__{tags.KEY}__icontains": json.dumps(key)}) for key in keys])


def _place(text: str) -> tuple[str, int]:
    name, separator, pk = text.rpartition("~")
    if not separator or not pk.isascii() or not pk.isdigit() or len(pk) > 18:
        raise BrokenPlace(_("This place in the list cannot be found. Start from the first page."))
    return name, int(pk)


def people_of(company: Company) -> QuerySet[Contact]:
    """The active contacts who work at a company or do something else for it."""
    others = Position.objects.filter(company=company).values("contact")
    return Contact.objects.active().filter(Q(company=company) | Q(pk__in=others))


def positions_at(company: Company, contacts: Iterable[Contact]) -> dict[int, Position]:
    """What those of the contacts do for a company who work elsewhere. One query."""
    found = Position.objects.filter(company=company, contact__in=list(contacts))
    return {position.contact_id: position for position in found}


def filled_in(known: Known) -> int | None:
    """How many records hold a value in an own field; None when nobody can say now. One question to the facts."""
    if known.of == Record.COMPANY:
        return Company.objects.filter(attributes__has_key=known.key).count()
    try:
        return int(facts.rows("contacts", "filled_in", path=known.key)[0]["people"])
    except Unavailable:
        return None


def tagged(tag_keys: Collection[str]) -> int | None:
    """How many people have a tag, given all keys that mean it; None when nobody can say now. One question."""
    try:
        return int(facts.rows("contacts", "tagged", keys=list(tag_keys))[0]["people"])
    except Unavailable:
        return None


def people_by_tag(leads: Mapping[str, str]) -> dict[str, int]:
    """How many people have each tag, by its key; nothing when nobody can say now. One question to the facts."""
    try:
        rows = facts.rows("contacts", "people_by_tag", keys=list(leads), meant=list(leads.values())) if leads else []
    except Unavailable:
        rows = []
    return {row["tag"]: int(row["people"]) for row in rows}


def documents(text: str = "", *, before: int | None = None) -> QuerySet[Document]:
    """Documents, newest first, whose name contains `text`. One query; looks at every name until enough are found."""
    found = Document.objects.there().filter(Q(contact=None) | Q(contact__trashed_at=None))
    if text:
        found = found.filter(name_key__contains=folded(text))
    if before is not None:
        found = found.filter(pk__lt=before)
    return found.select_related("contact", "company", "added_by").order_by("-pk")
