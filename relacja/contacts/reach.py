"""Which contacts and companies somebody sees, by who takes care of them: all that pages read is read through here.

Whom one does not see is nowhere: not loaded, not listed, not found, not counted, not called by name. A contact is seen
by whoever sees the customers of their owner; a company likewise, or because one of its active people is seen. Questions
to the facts take the same owners as parameters. Where everybody is seen, nothing is added to a query.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from pyroaring import BitMap64

from relacja.contacts.models import Company, Contact, Document, Position, Record
from relacja.contacts.models.document import DocumentQuerySet
from relacja.staff import reach
from relacja.staff.models import User
from relacja.staff.reach import NOBODY, Owners
from relacja.ui.people import Person

owners, within, parameters = reach.owners, reach.within, reach.parameters
read_by, reader = reach.read_by, reach.reader


def people(user: Person) -> QuerySet[Contact]:
    """Whom this person sees, put away or not."""
    return among_people(Contact.objects.all(), owners(user))


def firms(user: Person) -> QuerySet[Company]:
    """Which companies this person sees, put away or not."""
    return among_firms(Company.objects.all(), owners(user))


def documents(user: Person) -> DocumentQuerySet:
    """The documents of whom and what this person sees."""
    return among_documents(Document.objects.all(), owners(user))


def among_people(contacts: QuerySet[Contact], seen: Owners) -> QuerySet[Contact]:
    """Those of the contacts who are of one of these owners."""
    return contacts if seen is None else contacts.filter(owned(seen))


def among_firms(companies: QuerySet[Company], seen: Owners) -> QuerySet[Company]:
    """Those of the companies that are of one of these owners, or one of whose active people is."""
    if seen is None:
        return companies
    there = Contact.objects.active().filter(owned(seen))
    others = Position.objects.filter(owned(seen, "contact__"), contact__archived_at=None)
    return companies.filter(
        owned(seen)
        | Q(pk__in=there.filter(company__isnull=False).order_by().values("company"))
        | Q(pk__in=others.values("company"))
    )


def among_documents(found: DocumentQuerySet, seen: Owners) -> DocumentQuerySet:
    """Those of the documents whose contact or company is seen."""
    if seen is None:
        return found
    companies = among_firms(Company.objects.all(), seen)
    return found.filter(owned(seen, "contact__") & Q(contact__isnull=False) | Q(company__in=companies.values("pk")))


def owned(seen: tuple[int, ...], path: str = "") -> Q:
    """The condition that a record, or the one at the end of `path`, is of one of these owners."""
    of_somebody = Q(**{f"{path}owner__in": [pk for pk in seen if pk != NOBODY]})
    return of_somebody | Q(**{f"{path}owner": None}) if NOBODY in seen else of_somebody


def keeper(user: User) -> User | None:
    """Who takes care of whom this person adds: they themselves, if they would not see them otherwise."""
    return None if reach.sees(user, None) else user


def sees(user: Person, record: Contact | Company) -> bool:
    """Whether this person sees a record that was loaded otherwise. Two queries for a company of somebody else."""
    seen = owners(user)
    if seen is None or reach.sees(user, record.owner_id):
        return True
    if isinstance(record, Contact):
        return False
    there = Contact.objects.active().filter(owned(seen), company=record)
    others = Position.objects.filter(owned(seen, "contact__"), company=record, contact__archived_at=None)
    return there.exists() or others.exists()


def seen_ids(ids: Iterable[int], of: str, seen: Owners) -> BitMap64:
    """Those of these ids of contacts, or of companies, that are seen. One query for some thousands, none for all."""
    if seen is None:
        return BitMap64(ids)
    asked, found = list(ids), BitMap64()
    for start in range(0, len(asked), 5_000):
        some = asked[start : start + 5_000]
        if of == Record.COMPANY:
            found |= BitMap64(among_firms(Company.objects.filter(pk__in=some), seen).values_list("pk", flat=True))
        else:
            found |= BitMap64(among_people(Contact.objects.filter(pk__in=some), seen).values_list("pk", flat=True))
    return found


def called(record: Contact | Company) -> str:
    """What a record is called to whoever reads; in words that name nobody if they do not see it."""
    seen = reader()
    if seen is None or seen_ids([record.pk], Record.CONTACT if isinstance(record, Contact) else Record.COMPANY, seen):
        return str(record)
    return _("somebody you do not see") if isinstance(record, Contact) else _("a company you do not see")


def named(of: str, ids: Collection[int]) -> dict[int, str]:
    """What the records of these ids are called, without those that whoever reads does not see. One query."""
    found: Any = among_firms(Company.objects.all(), reader())
    if of != Record.COMPANY:
        found = among_people(Contact.objects.all(), reader())
    return {pk: str(record) for pk, record in found.in_bulk(ids).items()}


@reach.counts
def per_owner() -> Mapping[int, int]:
    """How many active contacts everybody who works here takes care of; by `NOBODY` those of nobody. One pass."""
    counted = Contact.objects.active().order_by().values_list("owner").annotate(n=Count("pk"))
    return {owner or NOBODY: n for owner, n in counted}
