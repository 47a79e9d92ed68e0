"""Changing what is known about a company."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from stdnum import exceptions
from stdnum.eu import vat
from stdnum.pl import nip

from relacja.contacts import plain, rules
from relacja.contacts.actions.record import COMPANY
from relacja.contacts.models import Company, Contact
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned, folded
from relacja.staff.changes import Recorder, one_set
from relacja.staff.models import Author


@transaction.atomic
def edit_company(
    company: Company,
    *,
    name: str,
    vat_id: str,
    city: str,
    now: datetime,
    attributes: Mapping[str, Any] | None = None,
    by: Author | None = None,
    into: Recorder | None = None,
) -> None:
    """Change a company; its people are found by its new name. Refused when the VAT id is none, or the name is taken."""
    name = cleaned(name)[:200]
    key = folded(name)[:200]
    if not key:
        raise Refused(_("A company needs a name."), field="name")
    if Company.objects.filter(name_key=key, archived_at=None).exclude(pk=company.pk).exists():
        raise Refused(_("There is a company of that name already."), field="name")
    held = Company.objects.get(pk=company.pk)
    wanted: dict[str, Any] = {"name": name, "vat_id": _vat_id(vat_id), "city": cleaned(city)}
    wanted |= {plain.ATTRIBUTE + key: value for key, value in (attributes or {}).items()}
    before, after = plain.changed(held, wanted)
    if after:
        with one_set("companies.edited", by=by, source="staff", now=now, into=into) as made:
            put(held, after)
            made.note(COMPANY, held.pk, before=before, after=after)
    company.refresh_from_db()


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


def _vat_id(text: str) -> str:
    """The id without its ornaments: a NIP as ten digits, another as the Union writes it."""
    text = cleaned(text)
    if not text:
        return ""
    for kind in (nip, vat):
        try:
            return str(kind.validate(text))
        except exceptions.ValidationError:
            continue
    raise Refused(_("“{text}” is no VAT id. Check the digits.").format(text=text[:20]), field="vat_id")
