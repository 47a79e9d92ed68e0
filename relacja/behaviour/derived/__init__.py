"""What this app derives itself. Another app brings its own in its `derived.py`."""

from relacja.behaviour.derived import habits, orders

__all__ = ["habits", "orders"]
