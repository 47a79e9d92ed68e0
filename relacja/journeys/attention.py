"""What stands still until somebody who may let journeys go on looks at it."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from relacja.journeys import watching
from relacja.journeys.models import Journey
from relacja.ui.attention import Need, add
from relacja.ui.people import Person


def jumped_clock(user: Person, now: datetime) -> Iterator[Need]:
    """One query."""
    if hold := watching.held():
        sentence = _("The clock jumped and journeys stand still. Say whether the time is right.")
        yield Need(sentence, reverse("journeys:journeys"), "clock-alert", since=hold.held_at, tone="amber")


def journeys_in_trouble(user: Person, now: datetime) -> Iterator[Need]:
    """Journeys that paused themselves. One query."""
    for journey in Journey.objects.kept().exclude(trouble=""):
        sentence = _("“{journey}” has paused itself: {trouble}").format(journey=journey, trouble=journey.trouble)
        where = reverse("journeys:journey", args=[journey.key])
        yield Need(sentence, where, "route", since=journey.paused_at, tone="raspberry")


add("journeys.publish", jumped_clock)
add("journeys.publish", journeys_in_trouble)
