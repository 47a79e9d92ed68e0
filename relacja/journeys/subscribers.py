"""What journeys hear: everything, because what matters is written in the journeys themselves."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from relacja.events.event import Event
from relacja.events.subscriptions import subscriber
from relacja.journeys import actions

NAME = "journeys"


@subscriber(NAME, label=_("lets people into journeys and out"), after=("facts", "contact-profiles"))
def lead(events: list[Event], *, now: datetime) -> None:
    """Let people in, push their first wait, take them out."""
    actions.react(events, now=now)
