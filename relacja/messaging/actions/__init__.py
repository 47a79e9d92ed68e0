"""What messaging does. Call them as `actions.queue`, `actions.unsubscribe` and so on."""

from relacja.messaging.actions.answering import clicked, opened
from relacja.messaging.actions.confirming import TooLate, confirm, send_confirmation
from relacja.messaging.actions.holding import go_on, hold
from relacja.messaging.actions.leaving import lift, unsubscribe, withdraw
from relacja.messaging.actions.queueing import Queued, queue, send_again
from relacja.messaging.actions.wording import add_template, check, ensure_ready_made, write_version
from relacja.messaging.sending import suppress

__all__ = [
    "Queued",
    "TooLate",
    "add_template",
    "check",
    "clicked",
    "confirm",
    "ensure_ready_made",
    "go_on",
    "hold",
    "lift",
    "opened",
    "queue",
    "send_again",
    "send_confirmation",
    "suppress",
    "unsubscribe",
    "withdraw",
    "write_version",
]
