"""External data forgets people: their rows, what was noted of them, and files in which they stand."""

from relacja.contacts.forgetting import forgets
from relacja.external.actions import forgetting

forgets(forgetting.forget)
