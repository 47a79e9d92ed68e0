"""How contacts and companies are told in the history of changes, and put back as they were."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from relacja.contacts import plain
from relacja.contacts.actions import restoring
from relacja.contacts.actions.record import COMPANY, CONTACT
from relacja.contacts.models import Company, Contact, Stage
from relacja.contacts.vocabulary import field_label
from relacja.lib import phones
from relacja.staff import changes
from relacja.staff.changes import Restored, Wanted
from relacja.staff.models import User
from relacja.ui import written


class Contacts:
    """People."""

    key = CONTACT
    view, edit, removal = "contacts.view", "contacts.edit", "contacts.archive"

    def restore(self, wanted: Sequence[Wanted], *, by: User | None, now: datetime) -> Restored:
        return restoring.restore_contacts(wanted, by=by, now=now)

    def names(self, record_ids: Sequence[int]) -> Mapping[int, str]:
        return {pk: str(contact) for pk, contact in Contact.objects.in_bulk(record_ids).items()}

    def href(self, record_id: int) -> str:
        return reverse("contacts:contact", args=[record_id])

    def label(self, field: str) -> Any:
        return _("In the archive since") if field == plain.PUT_AWAY else field_label(field).capitalize()

    def reader(self, values: Iterable[tuple[str, Any]]) -> Callable[[str, Any], str]:
        pairs = [(field, value) for field, value in values if value]
        firms = Company.objects.in_bulk({value for field, value in pairs if field == "company"})
        people = User.objects.in_bulk({value for field, value in pairs if field == "owner"})

        def read(field: str, value: Any) -> str:
            if value in (None, ""):
                return ""
            if field in {"company", "owner"}:
                return str((firms if field == "company" else people).get(value, f"#{value}"))
            return _shown(field, value)

        return read


class Companies:
    """Companies."""

    key = COMPANY
    view, edit, removal = "contacts.view", "contacts.edit", "contacts.archive"

    def restore(self, wanted: Sequence[Wanted], *, by: User | None, now: datetime) -> Restored:
        return restoring.restore_companies(wanted, by=by, now=now)

    def names(self, record_ids: Sequence[int]) -> Mapping[int, str]:
        return {pk: str(company) for pk, company in Company.objects.in_bulk(record_ids).items()}

    def href(self, record_id: int) -> str:
        return reverse("contacts:company", args=[record_id])

    def label(self, field: str) -> Any:
        labels = {one.name: one.verbose_name for one in Company._meta.fields}
        return _("People there") if field == restoring.PEOPLE else str(labels.get(field, field)).capitalize()

    def reader(self, values: Iterable[tuple[str, Any]]) -> Callable[[str, Any], str]:
        return _plain


def _plain(field: str, value: Any) -> str:
    return "" if value is None else str(value)


def _shown(field: str, value: Any) -> str:
    if field == "phone":
        return phones.shown(value)
    if field == "stage":
        return str(Stage(value).label)
    if field == plain.PUT_AWAY and (at := parse_datetime(value)):
        return written.moment(at)
    return str(value)


changes.register(Contacts())
changes.register(Companies())
changes.words("contacts.added", ngettext_lazy("%(n)d record was added", "%(n)d records were added", "n"))
changes.words("contacts.edited", ngettext_lazy("%(n)d record was changed", "%(n)d records were changed", "n"))
changes.words("contacts.archived", ngettext_lazy("%(n)d person was archived", "%(n)d people were archived", "n"))
changes.words("contacts.restored", ngettext_lazy("%(n)d person came back", "%(n)d people came back", "n"))
changes.words(
    "contacts.assigned", ngettext_lazy("%(n)d person got another owner", "%(n)d people got another owner", "n")
)
changes.words("companies.edited", ngettext_lazy("%(n)d company was changed", "%(n)d companies were changed", "n"))
