from django.utils.translation import gettext_lazy as _

from relacja.staff.access import Role, declare

declare("imports.run", _("Import contacts from files, and take imports back"), Role.MANAGER, Role.MARKETING)
