"""Questions about demonstration data."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count

from relacja.demo.models import Mark, MarkKind, Order
from relacja.events.models import Cursor, Entry
from relacja.jobs.models import Job, JobState


class Change(StrEnum):
    """What happens to the data right now."""

    NONE = ""
    LOADING = "loading"
    REMOVING = "removing"


@dataclass(frozen=True, slots=True)
class Loaded:
    """How much demonstration data there is, and whether it is about to change."""

    contacts: int
    visitors: int
    companies: int
    orders: int
    change: Change

    @property
    def is_there(self) -> bool:
        return self.contacts > 0


def loaded() -> Loaded:
    """Three queries, whatever the amount."""
    marks = dict(Mark.objects.values("kind").annotate(number=Count("pk")).values_list("kind", "number"))
    contacts = marks.get(MarkKind.CONTACT, 0)
    demo_contacts = Mark.objects.filter(kind=MarkKind.CONTACT).values("number")
    return Loaded(
        contacts=contacts,
        visitors=marks.get(MarkKind.PROFILE, 0) - contacts,
        companies=marks.get(MarkKind.COMPANY, 0),
        orders=Order.objects.filter(contact_id__in=demo_contacts).count(),
        change=_change(),
    )


def is_in_the_facts() -> bool:
    """Whether the facts have read everything the loading wrote. Two queries."""
    last = Mark.objects.filter(kind=MarkKind.LOG).values("number")
    entry = Entry.objects.filter(pk__in=last).first()
    if entry is None:
        return True
    reader = Cursor.objects.filter(pk="facts").first()
    return reader is not None and (entry.txid, entry.pk) <= (reader.txid, reader.entry_id)


def _change() -> Change:
    kinds = {"demo.load": Change.LOADING, "demo.remove": Change.REMOVING}
    waiting = Job.objects.filter(kind__in=kinds, state__in=[JobState.WAITING, JobState.RUNNING])
    kind = waiting.order_by("pk").values_list("kind", flat=True).first()
    return kinds[kind] if kind else Change.NONE
