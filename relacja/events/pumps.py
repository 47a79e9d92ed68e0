"""The dispatcher: each subscriber reads the log at its own pace."""

from datetime import datetime
from functools import partial

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from relacja.clickhouse import facts
from relacja.events import bell, subscriptions
from relacja.jobs.pumps import Pump, add

# In one process the bell says when there is something to read, and a look now and then finds what another process,
# such as a command, has written. Between machines nothing rings.
PAUSE_ALONE, PAUSE_AMONG_OTHERS = 1.5, 0.25


# Events come one by one. Readers that ran for each of them would leave the thread that takes them no time.
GATHER = 0.2


def start() -> None:
    """Give every subscriber its pump. Called once all apps have registered theirs."""
    pause = PAUSE_ALONE if facts.is_embedded() else PAUSE_AMONG_OTHERS
    for name in subscriptions.names():
        found = subscriptions.of(name)
        label = format_lazy(_("reader of the log: {reader}"), reader=found.label)
        step, patient = partial(_read, name), found.is_patient
        add(Pump(f"events.{name}", step, pause, bell.log, gather=GATHER, label=label, is_patient=patient))


def _read(name: str, *, now: datetime) -> bool:
    return subscriptions.step(name, now=now)


start()
