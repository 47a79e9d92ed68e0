"""Importing, from everywhere."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.ui.palette import Hit, add
from relacja.ui.people import Person


class Importing:
    title = gettext_lazy("Imports")
    order = 45

    def search(self, user: Person, text: str) -> Iterable[Hit]:
        """Imports are found on their page."""
        return ()

    def commands(self, user: Person, path: str) -> Iterable[Hit]:
        if user.may("imports.run"):
            yield Hit(_("Import contacts from a file"), "", reverse("imports:imports"), "file-down")


add(Importing())
