"""Changing what is known about a company."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from relacja.contacts import fields, plain, reach, rules, taking
from relacja.contacts.actions.record import COMPANY
from relacja.contacts.actions.writing import refuse_overwriting, write
from relacja.contacts.models import Company, Contact, Record
from relacja.lib import live, rows
from relacja.lib.errors import Conflict, Refused
from relacja.lib.text import cleaned, folded
from relacja.staff.changes import Recorder, one_set
from relacja.staff.models import Author, User

LONGEST_LINE = 20
LINES = "lines of companies"


class CompanyTaken(Conflict):
    """Another company has this name or VAT id; `company_id` says which."""

    def __init__(self, message: str, company_id: int, *, field: str) -> None:
        super().__init__(message, field=field, company_id=company_id)
        self.company_id = company_id


@transaction.atomic
def create_company(
    *,
    values: Mapping[str, Any],
    now: datetime,
    by: Author | None = None,
    channel: str = "staff",
    into: Recorder | None = None,
) -> Company:
    """A new company. `values` are normal forms by path, as `fields` has them; refused like `edit_company`."""
    company = Company(created_at=now, changed_at=now, attributes=fields.defaults(Record.COMPANY))
    wanted = _checked(company, {"name": "", **values})
    with one_set("companies.added", by=by, source=channel, now=now, into=into) as made:
        plain.put(company, wanted)
        company.name_key = folded(company.name)[:200]
        with refusing_shared_id(company):
            company.save()
        made.note(COMPANY, company.pk, before=None, after=plain.filled(company))
    live.publish("companies")
    return company


@transaction.atomic
def edit_company(
    company: Company,
    *,
    values: Mapping[str, Any],
    now: datetime,
    by: Author | None = None,
    channel: str = "staff",
    version: int | None = None,
    into: Recorder | None = None,
) -> None:
    """Change a company; its people are found by its new name. `values` are normal forms by path, as `fields` has them.

    `version` is the one the change was decided on, as for contacts. Refused when the name or the VAT id is another
    company's, or when it would belong to itself in the end.
    """
    held = Company.objects.get(pk=company.pk)
    before, after = plain.changed(held, _checked(held, values))
    if "owner" in after:
        taking.refuse(held, User.objects.filter(pk=after["owner"]).first() if after["owner"] else None, by=by)
    if after:
        if version is not None:
            refuse_overwriting(held, _in_words(before, after), version)
        with one_set("companies.edited", by=by, source=channel, now=now, into=into) as made:
            put(held, after, by=by, now=now)
            made.note(COMPANY, held.pk, before=before, after=after)
    company.refresh_from_db()


def refuse_taken(company: Company) -> None:
    """Raise `CompanyTaken` when another company has its name or VAT id."""
    _checked(company, {"name": company.name, "vat_id": company.vat_id})


@contextmanager
def refusing_shared_id(company: Company) -> Iterator[None]:
    """What stores the company: of two that come by one VAT id at the same moment, the second is refused."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        _refuse_taken_id(company, company.vat_id)
        raise


def hand_on(vat_id: str) -> None:
    """Somebody gave up this VAT id: if it is one company's alone now, that one has it like any other."""
    if vat_id:
        named = list(Company.objects.active().filter(vat_id=vat_id)[:2])
        if len(named) == 1:
            Company.objects.filter(pk=named[0].pk).update(doubled_at=None)


def _checked(company: Company, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the company shall be, as it is stored."""
    wanted = dict(values)
    if "name" in wanted:
        wanted["name"] = _free_name(company, wanted["name"])
    if wanted.get("vat_id") and not (company.doubled_at and wanted["vat_id"] == company.vat_id):
        _refuse_taken_id(company, wanted["vat_id"])
    if wanted.get("parent") and company.pk:
        refuse_cycle(company, wanted["parent"])
    return {name: _stored(name, value) for name, value in wanted.items()}


def refuse_cycle(company: Company, parent_id: int) -> None:
    """Raise `Refused` when `parent_id` belongs to the company already, at whatever remove, or is the company itself.

    Until the transaction ends nobody else puts companies under one another: two halves of a ring would not see each
    other.
    """
    rows.one_at_a_time(LINES)
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
    other = Company.objects.active().filter(name_key=key).exclude(pk=company.pk).first()
    if other is not None:
        raise CompanyTaken(_("There is a company of that name already."), other.pk, field="name")
    return text


def _refuse_taken_id(company: Company, vat_id: str) -> None:
    other = Company.objects.active().filter(vat_id=vat_id).exclude(pk=company.pk).first()
    if other is not None:
        raise CompanyTaken(
            _("This VAT id is that of {company}.").format(company=reach.called(other)), other.pk, field="vat_id"
        )


def _stored(name: str, value: Any) -> Any:
    """Nothing is an empty text in a column of text."""
    is_text = not name.startswith(plain.ATTRIBUTE) and name not in ("parent", "owner")
    return "" if value is None and is_text else value


def _in_words(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """What is changed, as text. One query for own fields, one for each sort of record they point to."""
    known = fields.everything(Record.COMPANY)
    names = fields.named((known[name], value) for given in (before, after) for name, value in given.items())
    return {name: (known[name].show(before[name], names), known[name].show(after[name], names)) for name in after}


def put(company: Company, values: Mapping[str, Any], *, by: Author | None, now: datetime) -> None:
    """Store these fields of a company just read; its people are found by its new name."""
    given_up = company.vat_id if values.get("vat_id", company.vat_id) != company.vat_id else ""
    plain.put(company, values)
    company.name_key = folded(company.name)[:200]
    columns = {*map(plain.column, values), "name_key"}
    if "vat_id" in values:
        company.doubled_at = None
        columns.add("doubled_at")
    with refusing_shared_id(company):
        write(company, columns, changed=values, by=by, now=now)
    hand_on(given_up)
    if "name" in values:
        _describe_people(company)
    live.publish(f"company:{company.pk}")


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
