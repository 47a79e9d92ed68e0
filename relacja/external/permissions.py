from django.utils.translation import gettext_lazy as _

from relacja.staff.access import Role, declare

declare(
    "external.edit",
    _("Bring in external data about people, and say how it is refreshed"),
    Role.MANAGER,
    concerns_all=True,
)
declare("external.connect", _("Connect databases that external data comes from"), concerns_all=True)
