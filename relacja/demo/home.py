"""How one begins."""

from django.utils.translation import gettext_lazy as _

from relacja.ui.home import FirstStep, begin

begin(
    FirstStep(
        _("Look around with made-up people"),
        _("2,000 customers with a year of history. One click takes them away again."),
        "shapes",
        "demo:data",
        "demo.manage",
        order=40,
    )
)
