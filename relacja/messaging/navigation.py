from django.utils.translation import gettext_lazy as _

from relacja.ui.navigation import Entry, add

add(Entry(_("Templates"), "file-text", "messaging:templates", "messaging.view", group=2, order=40, key="t"))
add(Entry(_("Outbox"), "send", "messaging:outbox", "messaging.view", group=2, order=50, key="o"))
