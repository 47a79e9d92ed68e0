"""How one begins."""

from django.utils.translation import gettext_lazy as _

from relacja.ui.home import FirstStep, begin

begin(
    FirstStep(
        _("Connect your site or shop"),
        _("Visits and orders arrive by themselves from then on."),
        "radio-tower",
        "web:sources",
        "staff.settings",
        order=20,
    )
)
