"""Changing what is known about a company."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from relacja.contacts import fields, plain, rules, taking
from relacja.contacts.actions.record import COMPANY
from relacja.contacts.models import Company, Contact, Record
from relacja.lib.errors import Conflict, Refused
from relacja.lib.text import cleaned, folded
from relacja.staff.changes import Recorder, one_set
from relacja.staff.models import Author, User

LONGEST_LINE = 20


class CompanyTaken(Conflict):
    """Another company has this name or VAT id; `company_id` says which."""

    def __init__(self, message: str, company_id: int, *, field: str) -> None:
        super().__init__(message, field=field, company_id=company_id)
        self.company_id = company_id


@transaction.atomic
def create_company(
    *, values: Mapping[str, Any], now: datetime, by: Author | None = None, channel: str = "staff"
) -> Company:
    """A new company. `values` are normal forms by path, as `fields` has them; refused like `edit_company`."""
    company = Company(created_at=now, attributes=fields.defaults(Record.COMPANY))
    wanted = _checked(company, {"name": "", **values})
    with one_set("companies.added", by=by, source=channel, now=now) as made:
        plain.put(company, wanted)
        company.name_key = folded(company.name)[:200]
        company.save()
        made.note(COMPANY, company.pk, before=None, after=plain.filled(company))
    return company


@transaction.atomic
def edit_company(
    company: Company,
    *,
    values: Mapping[str, Any],
    now: datetime,
    by: Author | None = None,
    channel: str = "staff",
    into: Recorder | None = None,
) -> None:
    """Change a company; its people are found by its new name. `values` are normal forms by path, as `fields` has them.

    Refused when the name or the VAT id is another company's, or when it would belong to itself in the end.
    """
    held = Company.objects.get(pk=company.pk)
    before, after = plain.changed(held, _checked(held, values))
    if "owner" in after:
        taking.refuse(held, User.objects.filter(pk=after["owner"]).first() if after["owner"] else None, by=by)
    if after:
        with one_set("companies.edited", by=by, source=channel, now=now, into=into) as made:
            put(held, after)
            made.note(COMPANY, held.pk, before=before, after=after)
    company.refresh_from_db()


@transaction.atomic
def archive_company(
    company: Company,
    *,
    now: datetime,
    by: Author | None = None,
    channel: str = "api",
    into: Recorder | None = None,
) -> None:
    """Put the company away: found no more, kept with its history. Refused while people work there."""
    people = Contact.objects.active().filter(company=company).count()
    if people:
        sentence = ngettext(
            "{number} person still works at {company}. Move them first.",
            "{number} people still work at {company}. Move them first.",
            people,
        )
        raise Refused(sentence.format(number=people, company=company))
    with one_set("companies.archived", by=by, source=channel, now=now, into=into) as made:
        if Company.objects.filter(pk=company.pk, archived_at=None).update(archived_at=now):
            made.note(COMPANY, company.pk, before={plain.PUT_AWAY: None}, after=None)
    company.refresh_from_db()


@transaction.atomic
def restore_company(
    company: Company,
    *,
    now: datetime,
    by: Author | None = None,
    channel: str = "api",
    into: Recorder | None = None,
) -> None:
    """Take an archived company back. Refused when another one has its name or VAT id by now."""
    if company.archived_at is None:
        return
    _checked(company, {"name": company.name, "vat_id": company.vat_id})
    with one_set("companies.restored", by=by, source=channel, now=now, into=into) as made:
        if Company.objects.filter(pk=company.pk).exclude(archived_at=None).update(archived_at=None):
            made.note(COMPANY, company.pk, before=None, after={plain.PUT_AWAY: None})
    company.refresh_from_db()


def _checked(company: Company, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the company shall be, as it is stored."""
    wanted = dict(values)
    if "name" in wanted:
        wanted["name"] = _free_name(company, wanted["name"])
    if wanted.get("vat_id"):
        _refuse_taken_id(company, wanted["vat_id"])
    if wanted.get("parent") and company.pk:
        refuse_cycle(company, wanted["parent"])
    return {name: _stored(name, value) for name, value in wanted.items()}


def refuse_cycle(company: Company, parent_id: int) -> None:
    """Raise `Refused` when `parent_id` belongs to the company already, at whatever remove, or is the company itself."""
    above: int | None = parent_id
    for _step in range(LONGEST_LINE):
        if above is None:
            return
        if above == company.pk:
            raise Refused(_("That company belongs to this one already."), field="parent")
        above = Company.objects.filter(pk=above).values_list("parent_id", flat=True).first()
    raise Refused(_("Companies belong to one another in too long a line."), field="parent")


def _free_name(company: Company, name: Any) -> str:
    text: str = cleaned(name or "")[:200]
    key = folded(text)[:200]
    if not key:
        raise Refused(_("A company needs a name."), field="name")
    other = Company.objects.filter(name_key=key, archived_at=None).exclude(pk=company.pk).first()
    if other is not None:
        raise CompanyTaken(_("There is a company of that name already."), other.pk, field="name")
    return text


def _refuse_taken_id(company: Company, vat_id: str) -> None:
    other = Company.objects.filter(vat_id=vat_id, archived_at=None).exclude(pk=company.pk).first()
    if other is not None:
        raise CompanyTaken(_("This VAT id is that of {company}.").format(company=other), other.pk, field="vat_id")


def _stored(name: str, value: Any) -> Any:
    """Nothing is an empty text in a column of text."""
    is_text = not name.startswith(plain.ATTRIBUTE) and name not in ("parent", "owner")
    return "" if value is None and is_text else value


def put(company: Company, values: Mapping[str, Any]) -> None:
    """Store these fields of a company just read; its people are found by its new name."""
    plain.put(company, values)
    company.name_key = folded(company.name)[:200]
    company.save(update_fields={*map(plain.column, values), "name_key"})
    if "name" in values:
        _describe_people(company)


def _describe_people(company: Company) -> None:
    for contact in Contact.objects.active().filter(company=company).iterator():
        text = rules.search_text(
            first_name=contact.first_name,
            last_name=contact.last_name,
            email=contact.email,
            phone=contact.phone,
            company=company.name,
        )
        Contact.objects.filter(pk=contact.pk).update(search_text=text, version=F("version") + 1)
