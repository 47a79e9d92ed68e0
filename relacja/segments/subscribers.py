"""What segments hear: anything that happens to somebody may move them in or out."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from relacja.events.event import Event
from relacja.events.queries import contacts_of
from relacja.events.subscriptions import subscriber
from relacja.segments import actions
from relacja.segments.vocabulary import ENTERED, LEFT


@subscriber("segments", label=_("keeps segments true"), after=("facts", "contact-profiles"), external=True)
def keep_true(events: list[Event], *, now: datetime) -> None:
    """Ask again for those to whom something happened. Segments' own events are left out: they would go round.

    Outside the records' transaction, because nobody may hold it while the facts are asked; the members and the events
    of entering are still written together, and asking twice changes nothing.
    """
    others = [event for event in events if event.name not in (ENTERED, LEFT)]
    touched = contacts_of(event.profile_id for event in others)
    if touched:
        actions.ask_again(touched.values(), now=now, after={event.name for event in others})
