from django.utils.translation import gettext_lazy as _

from relacja.ui.navigation import Entry, add

add(Entry(_("Segments"), "circle-dot-dashed", "segments:segments", "segments.view", group=2, order=40, key="s"))
