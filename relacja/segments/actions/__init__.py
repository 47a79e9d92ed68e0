"""Changes to segments and to who is in them."""

from relacja.segments.actions.defining import archive, change, create, ensure_ready_made
from relacja.segments.actions.keeping import ask_again, exchange, forget, recount, refresh_next

__all__ = [
    "archive",
    "ask_again",
    "change",
    "create",
    "ensure_ready_made",
    "exchange",
    "forget",
    "recount",
    "refresh_next",
]
