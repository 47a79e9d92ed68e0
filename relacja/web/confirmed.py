"""A mailbox has answered."""

from datetime import datetime

from relacja.contacts.models import ConsentEntry
from relacja.messaging.confirmations import on_confirmed
from relacja.web import sign_ups


@on_confirmed
def join(given: ConsentEntry, *, asked: ConsentEntry, now: datetime) -> None:
    sign_ups.prove(asked, now=now)
