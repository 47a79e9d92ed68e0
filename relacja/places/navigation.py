from django.utils.translation import gettext_lazy as _

from relacja.ui.navigation import DATA, Entry, add_setting

add_setting(Entry(_("Places"), "map-pin", "places:places", "places.edit", order=40, group=DATA))
