"""Conditions on visits and on where they came from."""

from relacja.web.segment_rules import came, visit

__all__ = ["came", "visit"]
