"""What a letter may say about its reader: fields that apps contribute, looked up for many readers at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from relacja.contacts import dates
from relacja.contacts import fields as contact_fields
from relacja.contacts.dates import Coming, Important
from relacja.contacts.field_kinds import Names
from relacja.contacts.fields import Known
from relacja.contacts.models import Contact, Record
from relacja.lib import days
from relacja.messaging.liquids import Plain, plain
from relacja.ui import written

Words = Any  # str or a lazy translation


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody a letter is written to, and what the occasion of the letter brought along."""

    contact_id: int
    context: Mapping[str, Any]
    now: datetime


Lookup = Callable[[Sequence[Reader]], Mapping[int, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class MergeField:
    """Fields under one prefix. `function` answers for many readers at once, by contact id, in plain values.

    `fields` names them for the person who writes, `more` those that people here made themselves; `sample` stands in
    for a preview when a reader has none.
    """

    prefix: str
    label: Words
    function: Lookup
    fields: Mapping[str, Words] = field(default_factory=dict)
    sample: Mapping[str, Any] = field(default_factory=dict)
    more: Callable[[], Mapping[str, Words]] | None = None

    @property
    def written(self) -> list[tuple[str, Words]]:
        """Each field as it is written in a text, with its label."""
        return [(f"{{{{ {self.prefix}.{name} }}}}", label) for name, label in self._all().items()]

    def _all(self) -> Mapping[str, Words]:
        return {**self.fields, **(self.more() if self.more else {})}


_fields: dict[str, MergeField] = {}


def add(new: MergeField) -> None:
    """Contribute fields. Called by an app's `merge_fields.py`; a prefix belongs to one app."""
    if new.prefix in _fields:
        raise ValueError(f"{new.prefix} is contributed twice")
    _fields[new.prefix] = new


def registered() -> list[MergeField]:
    """Everything a letter may say, by prefix."""
    return [_fields[prefix] for prefix in sorted(_fields)]


def values_for(readers: Sequence[Reader], *, texts: str | None = None, preview: bool = False) -> list[Plain]:
    """The values of each reader, in order. One look-up per contribution, each contact at most once in it.

    With `texts`, what is to be filled in, only what these name is looked up.
    """
    if len({reader.contact_id for reader in readers}) < len(readers):
        return [values_for([reader], texts=texts, preview=preview)[0] for reader in readers]
    found: list[Plain] = [dict(plain(dict(reader.context))) for reader in readers]
    for contributed in registered():
        if texts is not None and contributed.prefix not in texts:
            continue
        answers = contributed.function(readers)
        for reader, values in zip(readers, found, strict=True):
            own = answers.get(reader.contact_id) or (contributed.sample if preview else {})
            values[contributed.prefix] = {**values.get(contributed.prefix, {}), **plain(dict(own))}
    return found


def _contact(readers: Sequence[Reader]) -> dict[int, Plain]:
    found = Contact.objects.select_related("company").in_bulk([reader.contact_id for reader in readers])
    own = contact_fields.own(Record.CONTACT)
    names = contact_fields.named((known, known.read(contact)) for contact in found.values() for known in own)
    return {
        contact.pk: {
            **_own(contact, own, names),
            "first_name": contact.first_name,
            "last_name": contact.last_name,
            "name": str(contact),
            "email": contact.email,
            "phone": contact.phone,
            "city": contact.city,
            "country": contact.country,
            "job_title": contact.job_title,
            "company": contact.company.name if contact.company else "",
            "language": contact.language,
        }
        for contact in found.values()
    }


def _own(contact: Contact, own: Sequence[Known], names: Names) -> dict[str, Any]:
    """Own fields as the reader reads them; yes, no and numbers stay what they are, so that a text can ask."""
    with translation.override(contact.language):
        return {known.key: _said(known, known.read(contact), names) for known in own}


def _said(known: Known, value: Any, names: Names) -> Any:
    return value if isinstance(value, bool | int | float) and not known.refers(value) else known.show(value, names)


def _own_labels() -> dict[str, Words]:
    return {known.key: known.label for known in contact_fields.own(Record.CONTACT)}


def _dates(readers: Sequence[Reader]) -> dict[int, Plain]:
    """What the important dates of readers are on the day of the letter."""
    found = Contact.objects.in_bulk([reader.contact_id for reader in readers])
    among = dates.important(Record.CONTACT)
    return {
        reader.contact_id: _dates_of(contact, among, timezone.localdate(reader.now))
        for reader in readers
        if (contact := found.get(reader.contact_id))
    }


def _dates_of(contact: Contact, among: Sequence[Important], today: date) -> Plain:
    comings = ((one, one.coming(contact, today)) for one in among)
    with translation.override(contact.language):
        return {one.key: _date(coming, today) for one, coming in comings if coming is not None}


def _date(coming: Coming, today: date) -> Plain:
    told = {"next": written.day(coming.on), "days": coming.days}
    if not coming.what.is_yearly:
        return told
    return {**told, "years": days.years_passed(coming.day, today), "next_years": coming.years}


def _dates_labels() -> dict[str, Words]:
    labels: dict[str, Words] = {}
    for one in dates.important(Record.CONTACT):
        labels[f"{one.key}.next"] = _("{date}: the day").format(date=one.label)
        labels[f"{one.key}.days"] = _("{date}: days until it").format(date=one.label)
        if one.is_yearly:
            labels[f"{one.key}.years"] = _("{date}: full years").format(date=one.label)
            labels[f"{one.key}.next_years"] = _("{date}: years when it comes").format(date=one.label)
    return labels


def _company(readers: Sequence[Reader]) -> dict[int, Plain]:
    ours = {"name": settings.COMPANY_NAME, "url": settings.BASE_URL}
    return {reader.contact_id: ours for reader in readers}


def _no_links(readers: Sequence[Reader]) -> dict[int, Plain]:
    """Links are signed for one message, so they are added when it is written; a preview shows samples."""
    return {}


add(
    MergeField(
        "contact",
        _("The reader"),
        _contact,
        {
            "first_name": _("First name"),
            "last_name": _("Last name"),
            "name": _("Full name"),
            "email": _("E-mail"),
            "phone": _("Phone"),
            "city": _("City"),
            "job_title": _("Job title"),
            "company": _("Company"),
        },
        more=_own_labels,
    )
)
add(MergeField("dates", _("Important dates"), _dates, more=_dates_labels))
add(MergeField("company", _("Our company"), _company, {"name": _("Name"), "url": _("Address on the web")}))
add(
    MergeField(
        "links",
        _("Links of the letter"),
        _no_links,
        {"unsubscribe": _("Unsubscribe"), "preferences": _("Consents")},
        {"unsubscribe": "#", "preferences": "#"},
    )
)
