from django.utils.translation import gettext_lazy as _

from relacja.staff.access import Role, declare

declare("segments.view", _("See segments and who is in them"), *Role)
declare("segments.edit", _("Create and change segments"), Role.MANAGER, Role.MARKETING)
