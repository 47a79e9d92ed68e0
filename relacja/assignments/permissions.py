from django.utils.translation import gettext_lazy as _

from relacja.staff.access import Role, declare

declare("assignments.edit", _("Make rules that assign new people"), Role.MANAGER)
