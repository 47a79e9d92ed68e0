"""What contacts hear: their copy in the facts is kept fresh, an order makes a customer, duplicates are looked for."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from relacja.contacts import actions, copying
from relacja.contacts.actions import suspecting
from relacja.contacts.models import Contact, Finder, Stage
from relacja.events.event import Event
from relacja.events.queries import contacts_of
from relacja.events.subscriptions import subscriber
from relacja.lib import live

NEWS = timedelta(days=30)


@subscriber(
    "contact-profiles",
    label=_("copies changed contacts into the facts"),
    after=("facts",),
    external=True,
    blind=True,
)
def copy_profiles(events: list[Event], *, now: datetime) -> None:
    """Whoever reads after this one finds in the facts what a contact was when the event happened, or newer."""
    copying.copy_changed()


@subscriber("customers", label=_("makes customers of those who order"), names={"Order Completed"})
def become_customers(events: list[Event], *, now: datetime) -> None:
    """Who orders is a customer, and who had been given up is won back. One query, and one change for each who moves."""
    people = contacts_of(event.profile_id for event in events)
    stages = dict(Contact.objects.filter(pk__in=set(people.values())).values_list("pk", "stage"))
    for event in events:
        contact_id = people.get(event.profile_id, 0)
        before = stages.get(contact_id, Stage.CUSTOMER)
        after = _stage_after_an_order(Stage(before), is_news=event.received_at - event.at <= NEWS)
        if after != before:
            stages[contact_id] = after
            actions.set_stage(contact_id, after, now=now, at=event.at)


def _stage_after_an_order(stage: Stage, *, is_news: bool) -> Stage:
    """An old order that is heard of only now, as from an import, tells nothing about somebody who left since."""
    if stage in (Stage.LEAD, Stage.PROSPECT):
        return Stage.CUSTOMER
    if stage in (Stage.DORMANT, Stage.LOST) and is_news:
        return Stage.WON_BACK
    return Stage.CUSTOMER if stage == Stage.WON_BACK and is_news else stage


@subscriber("live", label=_("tells open pages what is new"), after=("facts",), external=True)
def tell_pages(events: list[Event], *, now: datetime) -> None:
    """Pages that show a contact, or a company, ask again when something new can be seen on the timeline."""
    if not live.is_anybody_there("contact") and not live.is_anybody_there("company"):
        return
    people = set(contacts_of(event.profile_id for event in events).values())
    for contact_id in people:
        live.publish(f"contact:{contact_id}")
    if live.is_anybody_there("company"):
        firms = Contact.objects.filter(pk__in=people, company__isnull=False).values_list("company", flat=True)
        for company_id in set(firms):
            live.publish(f"company:{company_id}")


@subscriber(
    "duplicates",
    label=_("looks for duplicates of those who changed"),
    names={
        "Contact Created",
        "Contact Updated",
        "Contact Archived",
        "Contact Restored",
        "Contacts Merged",
        "Merge Taken Apart",
    },
    external=True,
    is_patient=True,
)
def suspect(events: list[Event], *, now: datetime) -> None:
    """Whoever is new or changed is compared with those they may be. In transactions of its own, some hundred at a time.

    Five thousand at once, as an import brings them, would keep everybody else from writing.
    """
    people = contacts_of(event.profile_id for event in events)
    suspecting.look(people.values(), found_by=Finder.CHANGE, now=now)
