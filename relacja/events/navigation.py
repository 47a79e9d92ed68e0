from django.utils.translation import gettext_lazy as _

from relacja.ui.navigation import SYSTEM, Entry, add_setting

add_setting(Entry(_("Operations"), "activity", "events:operations", "staff.operations", order=60, group=SYSTEM))
