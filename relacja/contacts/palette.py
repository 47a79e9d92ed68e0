"""People in the palette: found by any fragment, and what can be done on their pages."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.contacts import searching
from relacja.ui.palette import Hit, add
from relacja.ui.people import Person

AT_MOST = 6


class People:
    title = gettext_lazy("Contacts")
    order = 10

    def search(self, user: Person, text: str) -> Iterable[Hit]:
        """The last added people who contain `text`."""
        if not user.may("contacts.view"):
            return
        for contact in searching.found(text).select_related("company")[:AT_MOST]:
            detail = contact.email or (contact.company.name if contact.company else contact.city)
            yield Hit(str(contact), detail, reverse("contacts:contact", args=[contact.pk]), "user")

    def commands(self, user: Person, path: str) -> Iterable[Hit]:
        """Adding somebody is possible everywhere."""
        if user.may("contacts.edit"):
            yield Hit(_("Add a contact"), "", reverse("contacts:new"), "user-plus")


add(People())
