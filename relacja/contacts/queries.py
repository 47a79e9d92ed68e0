"""Questions about companies and their people."""

import json
from collections.abc import Collection, Iterable, Mapping
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from relacja.clickhouse import facts
from relacja.contacts import reach, tags
from relacja.contacts.fields import Known
from relacja.contacts.models import Company, Contact, Document, Position, Record
from relacja.lib.errors import Unavailable
from relacja.lib.text import folded
from relacja.staff.reach import Owners

PAGE = 50
PEOPLE_SHOWN = 20
LONGEST_LINE = 20
MOST_BELOW = 500


def holding_tag(keys: Collection[str]) -> Q:
    """The condition that a record holds one of these keys of tags."""
    return reduce(or_, [Q(**{f"attributes__{tags.KEY}__icontains": json.dumps(key)}) for key in keys])


def people_of(*company_ids: int, seen: Owners = None) -> QuerySet[Contact]:
    """The active contacts who work at one of the companies or do something else for it, of these owners."""
    others = Position.objects.filter(company__in=company_ids).values("contact")
    there = Contact.objects.active().filter(Q(company__in=company_ids) | Q(pk__in=others))
    return reach.among_people(there, seen)


def above(company: Company) -> list[Company]:
    """What a company belongs to, the nearest first. A query for each."""
    found: list[Company] = []
    while company.parent is not None and len(found) < LONGEST_LINE:
        company = company.parent
        found.append(company)
    return found


def below(company: Company) -> list[int]:
    """The ids of the live companies that belong to it, at whatever remove. A query for each generation."""
    found: list[int] = []
    generation = [company.pk]
    while generation and len(found) < MOST_BELOW:
        children = Company.objects.active().filter(parent__in=generation).exclude(pk__in=found)
        generation = list(children.order_by("pk").values_list("pk", flat=True)[:MOST_BELOW])
        found += generation
    return found[:MOST_BELOW]


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


def tagged(tag_keys: Collection[str], seen: Owners = None) -> int | None:
    """How many people of these owners have a tag, by all keys that mean it; None when nobody can say. One question."""
    try:
        return int(facts.rows("contacts", "tagged", keys=list(tag_keys), **reach.parameters(seen))[0]["people"])
    except Unavailable:
        return None


def people_by_tag(leads: Mapping[str, str], seen: Owners = None) -> dict[str, int]:
    """How many people of these owners have each tag, by its key; nothing when nobody can say now. One question."""
    if not leads:
        return {}
    asked = {"keys": list(leads), "meant": list(leads.values()), **reach.parameters(seen)}
    try:
        rows = facts.rows("contacts", "people_by_tag", **asked)
    except Unavailable:
        rows = []
    return {row["tag"]: int(row["people"]) for row in rows}


def documents(text: str = "", *, before: int | None = None, seen: Owners = None) -> QuerySet[Document]:
    """Documents, newest first, whose name contains `text`. One query; looks at every name until enough are found."""
    found = reach.among_documents(Document.objects.there(), seen).filter(Q(contact=None) | Q(contact__trashed_at=None))
    if text:
        found = found.filter(name_key__contains=folded(text))
    if before is not None:
        found = found.filter(pk__lt=before)
    return found.select_related("contact", "company", "added_by").order_by("-pk")
