from django.utils.translation import gettext_lazy as _

from relacja.ui.navigation import Entry, add_setting

add_setting(Entry(_("Sources"), "radio-tower", "web:sources", "staff.settings", order=30))
add_setting(Entry(_("Intake"), "inbox", "web:intake", "staff.operations", order=35))
