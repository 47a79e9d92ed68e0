"""How one begins."""

from django.utils.translation import gettext_lazy as _

from relacja.ui.home import FirstStep, begin

begin(
    FirstStep(
        _("Bring your people in"),
        _("From a file of the program you used so far. You see what would happen before it does."),
        "file-down",
        "imports:imports",
        "imports.run",
        order=10,
    )
)
