"""Loading lists of places, and letting go of them."""

from relacja.places.actions.loading import load_supplied, read_in, remove, take

__all__ = ["load_supplied", "read_in", "remove", "take"]
