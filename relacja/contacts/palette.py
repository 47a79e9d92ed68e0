"""People and companies in the palette: found by any fragment, and what can be done on their pages."""

import re
from collections.abc import Callable, Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.contacts import queries, reach, searching, taking
from relacja.contacts.listing import firms
from relacja.contacts.models import Company, Contact
from relacja.staff.models import User
from relacja.ui.palette import Hit, add
from relacja.ui.people import Person

AT_MOST = 6
_PAGE = re.compile(r"/contacts/([0-9]{1,18})/", re.ASCII)
_FIRM = re.compile(r"/companies/([0-9]{1,18})/", re.ASCII)


class People:
    title = gettext_lazy("Contacts")
    order = 10

    def search(self, user: Person, text: str) -> Iterable[Hit]:
        """The last added people who contain `text`."""
        if not user.may("contacts.view"):
            return
        found = reach.among_people(searching.found(text), reach.owners(user))
        for contact in found.select_related("company")[:AT_MOST]:
            detail = contact.email or (contact.company.name if contact.company else contact.city)
            yield Hit(str(contact), detail, reverse("contacts:contact", args=[contact.pk]), "user")

    def commands(self, user: Person, path: str) -> Iterable[Hit]:
        """Adding somebody is possible everywhere."""
        if user.may("contacts.edit"):
            yield Hit(_("Add a contact"), "", reverse("contacts:new"), "user-plus")


class ThisContact:
    """What can be done with the contact whose page is open."""

    title = gettext_lazy("This contact")
    order = 1

    def search(self, user: Person, text: str) -> Iterable[Hit]:
        """Nothing: only what is open."""
        return ()

    def commands(self, user: Person, path: str) -> Iterator[Hit]:
        """One query on the pages of a contact, none elsewhere."""
        contact = _opened(user, path)
        if contact is None:
            return

        def there(name: str, *more: str) -> str:
            return reverse(f"contacts:{name}", args=[contact.pk, *more])

        if user.may("contacts.edit") and not contact.archived_at:
            yield Hit(_("Change the name"), "", there("fact", "name"), "pencil", ("E",))
            yield Hit(_("Write a note"), "", f"{there('contact')}#id_text", "pencil-line", ("N",))
            if isinstance(user, User) and taking.may(contact, user):
                yield Hit(_("Assign to me"), "", there("contact-owner"), "user-check", is_sent=True)
        if contact.email:
            yield Hit(_("Copy the e-mail"), contact.email, "", "copy", copies=contact.email)
        if contact.phone:
            yield Hit(_("Copy the phone"), contact.phone, "", "copy", copies=contact.phone)
        if user.may("contacts.merge") and not contact.archived_at:
            yield Hit(_("Merge with…"), "", there("merge-with"), "merge")
        if user.may("contacts.archive"):
            yield from _standing(contact, lambda step: there(f"contact-{step}"))


class Companies:
    title = gettext_lazy("Companies")
    order = 20

    def search(self, user: Person, text: str) -> Iterable[Hit]:
        """Companies whose name or VAT id contains `text`, by name."""
        if not user.may("contacts.view"):
            return
        for firm in firms.left(firms.Filters(text=text, seen=reach.owners(user))).order_by("name_key", "pk")[:AT_MOST]:
            yield Hit(firm.name, firm.city, reverse("contacts:company", args=[firm.pk]), "building-2")

    def commands(self, user: Person, path: str) -> Iterable[Hit]:
        """Adding one is possible everywhere."""
        if user.may("contacts.edit"):
            yield Hit(_("Add a company"), "", reverse("contacts:new-company"), "building-2")


class ThisCompany:
    """What can be done with the company whose page is open."""

    title = gettext_lazy("This company")
    order = 1

    def search(self, user: Person, text: str) -> Iterable[Hit]:
        """Nothing: only what is open."""
        return ()

    def commands(self, user: Person, path: str) -> Iterator[Hit]:
        """One query on the pages of a company, none elsewhere."""
        found = _FIRM.match(path)
        firm = reach.firms(user).filter(pk=int(found[1])).first() if found and user.may("contacts.view") else None
        if firm is None:
            return

        def there(name: str, *more: str) -> str:
            return reverse(f"contacts:company-{name}", args=[firm.pk, *more])

        if user.may("contacts.edit") and not firm.archived_at:
            yield Hit(_("Change the name"), "", there("fact", "name"), "pencil", ("E",))
            if isinstance(user, User) and taking.may(firm, user):
                yield Hit(_("Assign to me"), "", there("owner"), "user-check", is_sent=True)
        if firm.vat_id:
            yield Hit(_("Copy the VAT id"), firm.vat_id, "", "copy", copies=firm.vat_id)
        if user.may("contacts.archive"):
            yield from _standing(firm, there)


def _standing(record: Contact | Company, there: Callable[[str], str]) -> Iterator[Hit]:
    """How the record is put away, or comes back."""
    if record.trashed_at:
        yield Hit(_("Take out of the trash"), "", there("retrieval"), "undo-2", is_sent=True)
    elif record.archived_at:
        yield Hit(_("Take back from the archive"), "", there("restoration"), "archive-restore", is_sent=True)
    else:
        yield Hit(_("Archive"), "", there("archive"), "archive", is_sent=True)
        yield Hit(_("Delete"), "", there("trash"), "trash-2", is_sent=True)


def _opened(user: Person, path: str) -> Contact | None:
    """The contact whose page this is, if it is one."""
    found = _PAGE.match(path)
    return reach.people(user).filter(pk=int(found[1])).first() if found and user.may("contacts.view") else None


class Documents:
    title = gettext_lazy("Documents")
    order = 30

    def search(self, user: Person, text: str) -> Iterable[Hit]:
        """The last added documents whose name contains `text`."""
        if not user.may("contacts.view"):
            return
        for found in queries.documents(text, seen=reach.owners(user))[:AT_MOST]:
            yield Hit(found.name, str(found.record), reverse("contacts:document", args=[found.pk]), "file-text")

    def commands(self, user: Person, path: str) -> Iterable[Hit]:
        """All of them, in one place."""
        if user.may("contacts.view"):
            yield Hit(_("Documents"), "", reverse("contacts:documents"), "files")


add(People())
add(Documents())
add(Companies())
add(ThisContact())
add(ThisCompany())
