"""Sources that could not be refreshed, and since when."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from relacja.external.models import Source
from relacja.ui import written
from relacja.ui.attention import Need, add
from relacja.ui.people import Person


def troubled(user: Person, now: datetime) -> Iterator[Need]:
    """One query."""
    for source in Source.objects.live().exclude(trouble="").order_by("troubled_at"):
        sentence = _("“{source}” could not be refreshed: {trouble}").format(source=source, trouble=source.trouble)
        if source.taken_at:
            kept = _("Its values of {when} stay in use.").format(when=written.moment(source.taken_at))
            sentence = f"{sentence} {kept}"
        where = reverse("external:source", args=[source.pk])
        yield Need(sentence, where, "database", since=source.troubled_at, tone="amber")


add("external.edit", troubled)
