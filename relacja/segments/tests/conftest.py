"""The people of `randomly`, in the store, for every test of segments that asks for them."""

from relacja.segments.tests.randomly import people

__all__ = ["people"]
