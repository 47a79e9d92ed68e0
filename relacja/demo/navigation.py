from django.utils.translation import gettext_lazy as _

from relacja.ui.navigation import SYSTEM, Entry, add_setting

add_setting(Entry(_("Demo data"), "shapes", "demo:data", "demo.manage", order=70, group=SYSTEM))
