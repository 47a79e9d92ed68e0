"""What contacts hear: their copy in the facts is kept fresh, and an order makes a customer."""

from datetime import datetime

from relacja.contacts import actions, copying
from relacja.contacts.models import Stage
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
