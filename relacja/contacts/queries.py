"""Questions about companies and their people."""

import json
from collections.abc import Collection, Iterable, Mapping
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from relacja.clickhouse import facts
from relacja.contacts import tags
from relacja.contacts.fields import Known
from relacja.contacts.models import Company, Contact, Document, Position, Record
from relacja.lib.errors import Unavailable
from relacja.lib.text import folded

PAGE = 50
PEOPLE_SHOWN = 20


def holding_tag(keys: Collection[str]) -> Q:
    """The condition that a record holds one of these keys of tags."""
    return reduce(or_, [Q(**{f"attributes__{tags.KEY}__icontains": json.dumps(key)}) for key in keys])


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
