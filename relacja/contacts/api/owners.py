"""Who takes care of contacts and companies, for programs."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Status

from relacja.contacts import actions
from relacja.contacts.api import asking, companies, contacts
from relacja.contacts.api.asking import Id, Number
from relacja.staff.api import Problem, Request, Strict, once, scope
from relacja.staff.models import User

router = Router(tags=["owners"])


class NewOwner(Strict):
    """Who takes care from now on, by number; null for nobody."""

    owner: Number | None


@router.put("/contacts/{contact_id}/owner", auth=scope("contacts.assign"), response=contacts.ContactOut)
@once
def own_contact(request: Request, contact_id: Id, payload: NewOwner) -> Status[dict[str, Any]]:
    """Give a contact to somebody who works here, or to nobody."""
    contact = asking.load(contact_id)
    actions.assign(contact, _person(payload.owner), by=request.auth, now=timezone.now())
    return Status(200, contacts.shown(asking.load(contact_id)))


@router.put("/companies/{company_id}/owner", auth=scope("contacts.assign"), response=companies.CompanyOut)
@once
def own_company(request: Request, company_id: Id, payload: NewOwner) -> Status[dict[str, Any]]:
    """Give a company to somebody who works here, or to nobody."""
    firm, owner = companies.load(company_id), _person(payload.owner)
    values = {"owner": owner.pk if owner else None}
    actions.edit_company(firm, values=values, channel="api", by=request.auth, now=timezone.now())
    return Status(200, companies.shown(companies.load(company_id)))


def _person(number: int | None) -> User | None:
    if number is None:
        return None
    found = User.objects.filter(pk=number, is_active=True).first()
    if found is None:
        sentence = _("Nobody of that number works here.")
        raise Problem(422, sentence, errors={"owner": sentence})
    return found
