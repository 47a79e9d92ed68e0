from django.utils.translation import gettext_lazy as _

from relacja.ui.navigation import Entry, add

add(Entry(_("Journeys"), "route", "journeys:journeys", "journeys.view", group=2, order=30, key="j"))
