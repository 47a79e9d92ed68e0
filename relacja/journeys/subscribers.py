"""What journeys hear: everything, because what matters is written in the journeys themselves."""

from datetime import datetime

from relacja.events.event import Event
from relacja.events.subscriptions import subscriber
from relacja.journeys import actions

NAME = "journeys"


@subscriber(NAME, after=("facts", "contact-profiles"))
def lead(events: list[Event], *, now: datetime) -> None:
    """Let people in, push their first wait, take them out."""
    actions.react(events, now=now)
