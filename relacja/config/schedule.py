"""Everything that happens by the clock, on one screen."""

from datetime import datetime, time, timedelta

from django.utils.translation import gettext_lazy as _

from relacja.config import upkeep
from relacja.contacts import tasks as contacts
from relacja.external import tasks as external
from relacja.imports import tasks as imports
from relacja.jobs import schedule
from relacja.jobs.pumps import pump
from relacja.jobs.schedule import Daily, Entry, Every
from relacja.places import tasks as places
from relacja.segments import tasks as segments
from relacja.staff import tasks as staff
from relacja.web import tasks as web

ENTRIES: list[Entry] = [
    Every(timedelta(minutes=10), upkeep.archive_log),
    Every(timedelta(minutes=10), segments.note_sizes),
    Every(timedelta(minutes=1), segments.set_first_scale),
    Every(timedelta(minutes=1), external.begin_due),
    Every(timedelta(hours=1), segments.set_scale),
    Every(timedelta(minutes=1), places.load_supplied),
    Daily(time(3, 10), upkeep.forget_receipts),
    Daily(time(3, 20), upkeep.tidy_jobs),
    Daily(time(3, 30), upkeep.tidy_sessions),
    Daily(time(3, 40), upkeep.forget_answers),
    Daily(time(3, 50), web.forget),
    Daily(time(4, 30), contacts.sweep_now_and_then),
    Daily(time(4, 0), staff.forget_changes),
    Daily(time(4, 10), upkeep.empty_trash),
    Daily(time(4, 20), imports.forget_rows),
    Daily(time(4, 22), external.sweep),
    Daily(time(4, 25), contacts.forget_exports),
    Daily(time(4, 35), contacts.forget_views),
    Daily(time(4, 40), contacts.forget_documents),
    Daily(time(4, 45), contacts.forget_noted),
]


@pump("schedule", every=5, label=_("the clock: what is due by day and hour"))
def turn(*, now: datetime) -> bool:
    schedule.tick(ENTRIES, now=now)
    return False
