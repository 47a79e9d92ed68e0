from django.utils.translation import gettext_lazy as _

from relacja.staff.access import declare

declare("places.edit", _("Load lists of postcodes"))
