from django.utils.translation import gettext_lazy as _

from relacja.ui.navigation import Entry, add

add(Entry(_("Data quality"), "list-checks", "quality:quality", "contacts.view", group=2, order=45))
