"""What needs an administrator among the people: invitations nobody has followed."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from relacja.staff.models import User
from relacja.ui import written
from relacja.ui.attention import Need, add
from relacja.ui.people import Person


def unused_invitations(user: Person, now: datetime) -> Iterator[Need]:
    """People whose one-time password has run out, and so cannot come in. One query."""
    waiting = User.objects.filter(is_active=True, must_change_password=True, one_time_until__lt=now)
    for person in waiting.order_by("one_time_until"):
        assert person.one_time_until is not None
        sentence = _("%(person)s cannot sign in: the one-time password ended on %(day)s.") % {
            "person": person,
            "day": written.day(person.one_time_until),
        }
        yield Need(sentence, reverse("staff:people"), "key-round", since=person.one_time_until, tone="amber")


add("staff.people", unused_invitations)
