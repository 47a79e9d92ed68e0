from django.utils.translation import gettext_lazy as _

from relacja.ui.navigation import CUSTOMERS, Entry, add_setting

add_setting(Entry(_("Assignment"), "list-ordered", "assignments:rules", "assignments.edit", order=16, group=CUSTOMERS))
