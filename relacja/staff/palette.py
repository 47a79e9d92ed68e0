"""What the palette offers about oneself and the people who work here."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from relacja.ui.palette import Hit, add
from relacja.ui.people import Person


class Yourself:
    title = _("You and the team")
    order = 90

    def search(self, user: Person, text: str) -> Iterator[Hit]:
        """Nothing: people who work here are a short list on a page of its own."""
        yield from ()

    def commands(self, user: Person, path: str) -> Iterator[Hit]:
        """One's own pages from everywhere, and those of the team for whoever may open them."""
        yield Hit(_("Your profile"), "", reverse("staff:profile"), "user")
        yield Hit(_("Change password"), "", reverse("staff:password"), "key-round")
        yield Hit(_("What you changed"), "", reverse("staff:changes"), "history")
        if user.may("staff.people"):
            yield Hit(_("Invite somebody"), _("People"), reverse("staff:people"), "user-plus")
        if user.may("staff.keys"):
            yield Hit(_("Make a key"), _("API keys"), reverse("staff:keys"), "key-round")


add(Yourself())
