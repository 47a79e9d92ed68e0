"""What can be done with many records at once. A new deed is a new class under `@deed`, in the `deeds.py` of an app."""

from relacja.contacts.deeds import companies as companies
from relacja.contacts.deeds import people as people
from relacja.contacts.deeds.deed import EXPORT, Act, ActOnMany, Deed, changeable, deed, of

__all__ = ["EXPORT", "Act", "ActOnMany", "Deed", "changeable", "deed", "of"]
