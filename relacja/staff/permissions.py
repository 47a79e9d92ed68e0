from django.utils.translation import gettext_lazy as _

from relacja.staff.access import Role, declare

declare("staff.home", _("Open the application"), *Role)
declare("staff.people", _("Invite people, change their roles, let them go"))
declare("staff.teams", _("Make teams, say who is in them and who is away"), Role.MANAGER)
declare("staff.keys", _("Give programs keys and take them back"))
declare("staff.settings", _("Change settings of the installation"))
declare("staff.changes", _("See what everybody changed"), Role.MANAGER)
declare(
    "staff.operations",
    _("See how the installation works: jobs, deliveries, intake"),
    Role.MANAGER,
    concerns_all=True,
)
declare("staff.catalogue", _("See the catalogue of components"))
