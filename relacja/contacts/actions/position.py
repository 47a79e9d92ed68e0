"""What people do for companies besides the one they work at."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.contacts import merging
from relacja.contacts.actions.record import touch
from relacja.contacts.models import Company, Contact, Position
from relacja.lib import live
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned


@transaction.atomic
def appoint(contact: Contact, company: Company, *, role: str, now: datetime) -> Position:
    """From now on the contact does `role` for the company; what they did for it before is replaced."""
    role = " ".join(cleaned(role).split())[:120]
    if not role:
        raise Refused(_("Say what they do there."), field="role")
    if contact.company_id == company.pk:
        raise Refused(_("{person} works here already.").format(person=contact), field="person")
    position, _made = Position.objects.update_or_create(
        contact=contact, company=company, defaults={"role": role}, create_defaults={"role": role, "since": now}
    )
    touch([contact.pk])
    live.publish(f"contact:{contact.pk}")
    return position


@transaction.atomic
def dismiss(position: Position) -> None:
    """The contact does nothing for the company any more."""
    position.delete()
    touch([position.contact_id])
    live.publish(f"contact:{position.contact_id}")


class Positions:
    """What somebody does for companies goes along, but for a company the winner does something for already."""

    key = "positions"
    label = gettext_lazy("Links to companies")
    order = 15
    tables = (Position,)

    def counts(self, contact_ids: list[int]) -> Mapping[int, int]:
        return merging.counted(Position.objects.filter(contact__in=contact_ids))

    def move(self, *, loser: int, winner: int, now: datetime) -> list[int]:
        taken = Position.objects.filter(contact=winner).values("company")
        moved = list(Position.objects.filter(contact=loser).exclude(company__in=taken).values_list("pk", flat=True))
        Position.objects.filter(pk__in=moved).update(contact=winner)
        return moved

    def put_back(self, kept: list[int], *, loser: int, winner: int, now: datetime) -> None:
        Position.objects.filter(pk__in=kept, contact=winner).update(contact=loser)


merging.add(Positions())
