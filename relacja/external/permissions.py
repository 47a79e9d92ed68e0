from django.utils.translation import gettext_lazy as _

from relacja.staff.access import Role, declare

declare("external.edit", _("Bring in external data about people, and say how it is refreshed"), Role.MANAGER)
declare("external.connect", _("Connect databases that external data comes from"))
