"""Changes to external data: where it comes from, what it is, and that it is read anew."""

from relacja.external.actions.beginning import begin, begin_anew, begin_due
from relacja.external.actions.connecting import change as change_connection
from relacja.external.actions.connecting import connect, disconnect, look
from relacja.external.actions.defining import (
    Wanted,
    archive,
    choose,
    discard,
    from_folder,
    from_table,
    put_in_use,
    reload,
    restore,
    set_rhythm,
    upload,
)

__all__ = [
    "Wanted",
    "archive",
    "begin",
    "begin_anew",
    "begin_due",
    "change_connection",
    "choose",
    "connect",
    "discard",
    "disconnect",
    "from_folder",
    "from_table",
    "look",
    "put_in_use",
    "reload",
    "restore",
    "set_rhythm",
    "upload",
]
