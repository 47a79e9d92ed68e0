"""Changes to rules of assignment, and giving people to whom they say."""

from relacja.assignments.actions.giving import assign_new, give
from relacja.assignments.actions.ruling import archive_rule, change_rule, make_rule, move_rule

__all__ = ["archive_rule", "assign_new", "change_rule", "give", "make_rule", "move_rule"]
