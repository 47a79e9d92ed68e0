from django.utils.translation import gettext_lazy as _

from relacja.ui.navigation import DATA, Entry, add_setting

add_setting(Entry(_("Sources"), "radio-tower", "web:sources", "staff.settings", order=30, group=DATA))
add_setting(Entry(_("Intake"), "inbox", "web:intake", "staff.operations", order=35, group=DATA))
