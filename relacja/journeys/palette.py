"""What the palette offers about journeys."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from relacja.journeys.models import Journey
from relacja.ui.palette import AT_MOST, Hit, add
from relacja.ui.people import Person


class Journeys:
    title = _("Journeys")
    order = 40

    def search(self, user: Person, text: str) -> Iterator[Hit]:
        """Journeys by a fragment of their name. One query."""
        if user.may("journeys.view"):
            for journey in Journey.objects.kept().filter(name__icontains=text).order_by("name")[:AT_MOST]:
                yield Hit(journey.name, "", reverse("journeys:journey", args=[journey.key]), "route")

    def commands(self, user: Person, path: str) -> Iterator[Hit]:
        """Nothing: a journey is begun on the page of journeys."""
        yield from ()


add(Journeys())
