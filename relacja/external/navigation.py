from django.utils.translation import gettext_lazy as _

from relacja.ui.navigation import DATA, Entry, add_setting

add_setting(Entry(_("External data"), "database", "external:sources", "external.edit", order=36, group=DATA))
