"""Companies that may be the same under another name."""

from itertools import islice

from django.db.models import Q

from relacja.contacts import reach
from relacja.contacts.matching.firms import core
from relacja.contacts.models import Company
from relacja.staff.reach import Owners

SHOWN = 5


def to(name: str, *, vat_id: str = "", seen: Owners = None) -> list[Company]:
    """Live companies called the same but for the legal form and signs, or of that VAT id. One query by the index."""
    wanted = core(name)
    if not wanted:
        return []
    first = wanted.split()[0]
    near = Company.objects.active().filter(Q(name_key__startswith=first) | (Q(vat_id=vat_id) & ~Q(vat_id="")))
    shown = reach.among_firms(near, seen)
    found = (one for one in shown.order_by("name_key", "pk")[:2_000] if _is(one, wanted, vat_id))
    return list(islice(found, SHOWN))


def _is(company: Company, wanted: str, vat_id: str) -> bool:
    return core(company.name) == wanted or bool(vat_id and company.vat_id == vat_id)
