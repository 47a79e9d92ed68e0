from django.utils.translation import gettext_lazy as _

from relacja.staff.access import declare

declare("demo.manage", _("Load and remove demo data"))
