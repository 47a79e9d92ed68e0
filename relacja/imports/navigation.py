from django.utils.translation import gettext_lazy as _

from relacja.ui.navigation import DATA, Entry, add_setting

add_setting(Entry(_("Imports"), "file-down", "imports:imports", "imports.run", order=35, group=DATA))
