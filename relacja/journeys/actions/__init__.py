"""Changes to journeys and to who is inside them."""

from relacja.journeys.actions.editing import (
    archive,
    create,
    ensure_ready_made,
    go_on,
    publish,
    redraft,
    restore,
    save_draft,
)
from relacja.journeys.actions.enrolling import react
from relacja.journeys.actions.moving import move_next

__all__ = [
    "archive",
    "create",
    "ensure_ready_made",
    "go_on",
    "move_next",
    "publish",
    "react",
    "redraft",
    "restore",
    "save_draft",
]
