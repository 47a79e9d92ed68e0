"""Changes to segments and to who is in them."""

from relacja.segments.actions.defining import archive, change, create, ensure_ready_made, restore
from relacja.segments.actions.following import follow_audiences
from relacja.segments.actions.keeping import ask_again, ask_of, exchange, forget, recount
from relacja.segments.actions.measuring import note_sizes, set_scale
from relacja.segments.actions.passing import follow, refresh_next

__all__ = [
    "archive",
    "ask_again",
    "ask_of",
    "change",
    "create",
    "ensure_ready_made",
    "exchange",
    "follow",
    "follow_audiences",
    "forget",
    "note_sizes",
    "recount",
    "refresh_next",
    "restore",
    "set_scale",
]
