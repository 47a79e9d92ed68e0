"""What contacts hear: their copy in the facts is kept fresh, an order makes a customer, duplicates are looked for."""

from datetime import datetime

from relacja.contacts import actions, copying
from relacja.contacts.actions import suspecting
from relacja.contacts.models import Finder, Stage
from relacja.events.event import Event
from relacja.events.queries import contacts_of
from relacja.events.subscriptions import subscriber
from relacja.lib import live


@subscriber("contact-profiles", after=("facts",), external=True)
def copy_profiles(events: list[Event], *, now: datetime) -> None:
    """Whoever reads after this one finds in the facts what a contact was when the event happened, or newer."""
    copying.copy_changed()


@subscriber("customers", names={"Order Completed"})
def become_customers(events: list[Event], *, now: datetime) -> None:
    """Who orders is a customer."""
    people = contacts_of(event.profile_id for event in events)
    for event in events:
        if contact_id := people.get(event.profile_id):
            actions.set_stage(contact_id, Stage.CUSTOMER, now=now, at=event.at)


@subscriber("live", after=("facts",), external=True)
def tell_pages(events: list[Event], *, now: datetime) -> None:
    """Pages that show a contact ask again when something new can be seen on the timeline."""
    for contact_id in set(contacts_of(event.profile_id for event in events).values()):
        live.publish(f"contact:{contact_id}")


@subscriber(
    "duplicates",
    names={"Contact Created", "Contact Updated", "Contact Archived", "Contact Restored"},
    external=True,
)
def suspect(events: list[Event], *, now: datetime) -> None:
    """Whoever is new or changed is compared with those they may be. In transactions of its own, some hundred at a time.

    Five thousand at once, as an import brings them, would keep everybody else from writing.
    """
    people = contacts_of(event.profile_id for event in events)
    suspecting.look(people.values(), found_by=Finder.CHANGE, now=now)
