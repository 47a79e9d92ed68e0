"""What assignment hears: that somebody came."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from relacja.assignments import actions
from relacja.events.event import Event
from relacja.events.queries import contacts_of
from relacja.events.subscriptions import subscriber


@subscriber(
    "assignments",
    label=_("gives new people to whoever takes care of them"),
    after=("facts", "contact-profiles"),
    names={"Contact Created"},
    external=True,
    is_patient=True,
)
def assign(events: list[Event], *, now: datetime) -> None:
    """Give whoever came without an owner to whom the rules say. After their copy in the facts, which are asked."""
    people = contacts_of(event.profile_id for event in events)
    came = {people[event.profile_id]: event.received_at for event in events if event.profile_id in people}
    if came:
        actions.assign_new(came, now=now)
