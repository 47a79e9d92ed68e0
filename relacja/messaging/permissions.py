from django.utils.translation import gettext_lazy as _

from relacja.staff.access import Role, declare

declare("messaging.view", _("See messages and templates"), *Role)
declare("messaging.edit", _("Write templates"), Role.MANAGER, Role.MARKETING)
declare("messaging.send", _("Send a message again"), Role.MANAGER, Role.MARKETING)
declare("messaging.suppress", _("Change the do-not-write list"), Role.MANAGER, Role.MARKETING, Role.SERVICE)
