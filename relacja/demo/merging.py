"""Orders of the demonstration shop go with whom they are of."""

from django.utils.translation import gettext_lazy as _

from relacja.contacts import merging
from relacja.demo.models import Order

merging.add(merging.Rows("orders", _("Orders"), Order, order=10))
