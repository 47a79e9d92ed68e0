"""Changes the demonstration makes: orders in its shop, and its data coming and going."""

from relacja.demo.actions.loading import AlreadyLoaded, load
from relacja.demo.actions.ordering import place_order
from relacja.demo.actions.removing import remove

__all__ = ["AlreadyLoaded", "load", "place_order", "remove"]
