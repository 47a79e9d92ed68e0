"""Changes to imports. `actions.receive`, `actions.check`, `actions.run`, `actions.undo` and so on."""

from relacja.imports.actions.at_once import import_at_once
from relacja.imports.actions.checking import check, start_check
from relacja.imports.actions.forgetting import forget
from relacja.imports.actions.mending import mend, mend_alike
from relacja.imports.actions.preparing import choose, forget_rows, receive, remove, reread
from relacja.imports.actions.running import go_on, pause, run, start, stop
from relacja.imports.actions.undoing import start_undo, undo

__all__ = [
    "check",
    "choose",
    "forget",
    "forget_rows",
    "go_on",
    "import_at_once",
    "mend",
    "mend_alike",
    "pause",
    "receive",
    "remove",
    "reread",
    "run",
    "start",
    "start_check",
    "start_undo",
    "stop",
    "undo",
]
