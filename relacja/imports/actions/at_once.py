"""A whole import in one go, for the command line."""

from datetime import datetime
from typing import Any

from relacja.imports import queries
from relacja.imports.actions.checking import check, start_check
from relacja.imports.actions.preparing import choose
from relacja.imports.actions.running import run, start
from relacja.imports.models import Import


def import_at_once(one: Import, *, is_run: bool, now: datetime) -> dict[str, Any]:
    """Check a file with its columns as they were guessed, and then run it if asked to. Returns the forecast."""
    choose(one, columns=one.columns, options=queries.options_of(one), now=now)
    start_check(one)
    check(one, now=now)
    one.refresh_from_db()
    forecast: dict[str, Any] = one.forecast or {}
    if is_run:
        start(one, now=now)
        one.refresh_from_db()
        run(one, now=now)
        one.refresh_from_db()
    return forecast
