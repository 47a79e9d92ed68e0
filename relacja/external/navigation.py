from django.utils.translation import gettext_lazy as _

from relacja.ui.navigation import Entry, add_setting

add_setting(Entry(_("External data"), "database", "external:sources", "external.edit", order=33))
