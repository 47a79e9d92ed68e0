from django.utils.translation import gettext_lazy as _

from relacja.contacts import duplicates, reach
from relacja.ui.navigation import CUSTOMERS, Entry, add, add_setting


def _waiting() -> int:
    """How many pairs wait for whoever looks."""
    return duplicates.waiting_count(reach.reader())


add(Entry(_("Contacts"), "users", "contacts:contacts", "contacts.view", group=2, order=10, key="c"))
add(Entry(_("Companies"), "building-2", "contacts:companies", "contacts.view", group=2, order=20, key="f"))
add(Entry(_("Documents"), "files", "contacts:documents", "contacts.view", group=2, order=25, in_more=True))
add(
    Entry(
        _("Duplicates"),
        "users-round",
        "contacts:duplicates",
        "contacts.view",
        group=2,
        order=15,
        counter=_waiting,
        in_more=True,
    )
)
add_setting(Entry(_("Taking over"), "user-check", "contacts:taking", "contacts.taking", order=17, group=CUSTOMERS))
add_setting(Entry(_("Fields"), "text-cursor-input", "contacts:fields", "contacts.fields", order=30, group=CUSTOMERS))
add_setting(Entry(_("Tags"), "tag", "contacts:tags", "contacts.tags", order=31, group=CUSTOMERS))
