from django.utils.translation import gettext_lazy as _

from relacja.ui.navigation import DATA, STAFF, SYSTEM, Entry, add, add_setting

add(Entry(_("Home"), "house", "staff:home", "staff.home", group=0, order=0, key="h"))

add_setting(Entry(_("People"), "users", "staff:people", "staff.people", order=10, group=STAFF))
add_setting(Entry(_("Teams"), "users-round", "staff:teams", "staff.teams", order=15, group=STAFF))
add_setting(Entry(_("API keys"), "key-round", "staff:keys", "staff.keys", order=20, group=DATA))
add_setting(Entry(_("Changes"), "history", "staff:changes", "staff.changes", order=90, group=STAFF))
add_setting(Entry(_("Components"), "blocks", "staff:catalogue", "staff.catalogue", order=95, group=SYSTEM))
