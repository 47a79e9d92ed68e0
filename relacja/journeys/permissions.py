from django.utils.translation import gettext_lazy as _

from relacja.staff.access import Role, declare

declare("journeys.view", _("See journeys and who is inside them"), *Role)
declare("journeys.edit", _("Write and change drafts of journeys"), Role.MANAGER, Role.MARKETING)
declare("journeys.publish", _("Publish, pause and archive journeys"), Role.MANAGER, Role.MARKETING)
