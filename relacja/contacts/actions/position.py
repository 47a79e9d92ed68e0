"""What people do for companies besides the one they work at."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.contacts import merging
from relacja.contacts.actions.record import source_of, touch
from relacja.contacts.models import Company, Contact, Position
from relacja.lib import live
from relacja.lib.errors import Refused
from relacja.lib.text import cleaned
from relacja.staff.changes import Kept, Note, Recorder, Restored, Wanted, one_set
from relacja.staff.models import Author

ROLES = "roles of people in companies"


@transaction.atomic
def appoint(
    contact: Contact,
    company: Company,
    *,
    role: str,
    now: datetime,
    by: Author | None = None,
    into: Recorder | None = None,
) -> Position:
    """From now on the contact does `role` for the company; what they did for it before is replaced."""
    role = " ".join(cleaned(role).split())[:120]
    if not role:
        raise Refused(_("Say what they do there."), field="role")
    if contact.company_id == company.pk:
        raise Refused(_("{person} works here already.").format(person=contact), field="person")
    _set_role(contact.pk, company.pk, role, now=now, by=by, into=into, label="contacts.appointed")
    return Position.objects.get(contact=contact, company=company)


def dismiss(position: Position, *, now: datetime, by: Author | None = None, into: Recorder | None = None) -> None:
    """The contact does nothing for the company any more."""
    contact, company = position.contact_id, position.company_id
    _set_role(contact, company, None, now=now, by=by, into=into, label="contacts.dismissed")


@transaction.atomic
def _set_role(
    contact: int, company: int, role: str | None, *, now: datetime, by: Author | None, into: Recorder | None, label: str
) -> None:
    before = _role(contact, company)
    if before == role:
        return
    with one_set(label, by=by, source=source_of(by), now=now, into=into) as made:
        _put(contact, company, role, now=now)
        made.note(ROLES, company, before={str(contact): before}, after={str(contact): role})


def restore_roles(wanted: Sequence[Wanted], *, now: datetime) -> Restored:
    """Roles that are still what a change made of them are as they were before. In the caller's transaction."""
    done = Restored([], [])
    there = Company.objects.in_bulk([one.record_id for one in wanted])
    for one in wanted:
        for person, expected in (one.expected or {}).items():
            present, to = _role(int(person), one.record_id), (one.to or {}).get(person)
            is_there = one.record_id in there and Contact.objects.filter(pk=int(person)).exists()
            if not is_there or present != expected:
                done.kept.append(Kept(one.record_id, person, present, expected))
            else:
                _put(int(person), one.record_id, to, now=now)
                done.made.append(Note(one.record_id, before={person: present}, after={person: to}))
    return done


def _role(contact: int, company: int) -> str | None:
    return Position.objects.filter(contact=contact, company=company).values_list("role", flat=True).first()


def _put(contact: int, company: int, role: str | None, *, now: datetime) -> None:
    if role is None:
        Position.objects.filter(contact=contact, company=company).delete()
    else:
        Position.objects.update_or_create(
            contact_id=contact,
            company_id=company,
            defaults={"role": role},
            create_defaults={"role": role, "since": now},
        )
    touch([contact])
    live.publish(f"contact:{contact}")


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
