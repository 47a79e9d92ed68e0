"""What waits for somebody who may send: messages in doubt, and a channel that stands still."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from relacja.messaging import queries
from relacja.messaging.models import State
from relacja.staff import reach
from relacja.ui.attention import Need, add
from relacja.ui.people import Person


def doubts(user: Person, now: datetime) -> Iterator[Need]:
    """Two queries, bounded."""
    count = queries.count_of(State.UNCONFIRMED, reach.owners(user))
    if count:
        sentence = ngettext(
            "%(count)d message may or may not have arrived. Send it again?",
            "%(count)d messages may or may not have arrived. Send them again?",
            count,
        )
        href = f"{reverse('messaging:outbox')}?state={State.UNCONFIRMED}"
        yield Need(sentence % {"count": count}, href, "mail-question", tone="amber")
    for rest in queries.resting_channels(now):
        sentence = _("Sending rests: %(reason)s Messages wait, none is lost.") % {"reason": rest.reason}
        yield Need(sentence, reverse("messaging:outbox"), "circle-pause", tone="amber")


add("messaging.send", doubts)
