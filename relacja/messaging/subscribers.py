"""What messaging hears: a withdrawn consent reaches what waits, however it was withdrawn."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from relacja.events.event import Event
from relacja.events.queries import contacts_of
from relacja.events.subscriptions import subscriber
from relacja.messaging.actions.leaving import forget_queued


@subscriber("withdrawals", label=_("stops letters whose consent was withdrawn"), names={"Consent Withdrawn"})
def forget(events: list[Event], *, now: datetime) -> None:
    """Messages that rest on a withdrawn consent are refused; those of people who agreed again meanwhile stay."""
    people = contacts_of(event.profile_id for event in events)
    for event in events:
        forget_queued(
            people[event.profile_id],
            purpose=str(event.properties["purpose"]),
            channel=str(event.properties["channel"]),
            now=now,
        )
