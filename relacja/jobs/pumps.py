"""Work without an end: functions called for ever, each by one process at a time.

A pump's step does a bounded piece of work and says whether there is more. A lease in the records keeps it to one
process; the process that stops renewing it is replaced after `LEASE`.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import DatabaseError, close_old_connections
from django.db.models import Q
from django.utils import timezone

from relacja.jobs import apart
from relacja.jobs.models import Lease
from relacja.lib.bell import Bell
from relacja.lib.errors import Unavailable

log = logging.getLogger("relacja.pumps")
LEASE = timedelta(seconds=15)
LONGEST_PAUSE = 30.0
LONGEST_STAND = 60.0
clock = time.monotonic


class Step(Protocol):
    def __call__(self, *, now: datetime) -> bool:
        """Do a bounded piece of work. True when there is more to do at once."""


@dataclass(frozen=True, slots=True)
class Pump:
    """A step, and how often to call it when nothing rings.

    `gather` is the shortest pause after a step that has done everything: a bell that rings a thousand times a second
    is then answered by one step for many rings. A patient one stands still while work goes on beside this process, but
    for a step every `LONGEST_STAND` seconds.
    """

    name: str
    step: Step
    every: float
    bell: Bell | None = None
    gather: float = 0.0
    label: Any = ""
    is_patient: bool = False


_pumps: dict[str, Pump] = {}


def pump(name: str, *, every: float, label: Any = "", bell: Bell | None = None) -> Callable[[Step], Step]:
    """Register a function as a pump that runs every `every` seconds, and at once when `bell` rings."""

    def register(step: Step) -> Step:
        add(Pump(name, step, every, bell, label=label))
        return step

    return register


def add(new: Pump) -> None:
    _pumps[new.name] = new


def label_of(name: str) -> str:
    """What a pump is called in front of people; one that no longer exists keeps its name."""
    found = _pumps.get(name)
    return str(found.label or name) if found else name


def pumps() -> list[Pump]:
    return list(_pumps.values())


def run(pump: Pump, stop: threading.Event, *, owner: str) -> None:
    """Call the step until `stop`, as long as the lease is ours. Runs in a thread of its own."""
    held_until = timezone.now()
    failures = 0
    up_to_date = stepped = clock()
    while not stop.is_set():
        heard = pump.bell.heard() if pump.bell else 0
        close_old_connections()
        more = False
        try:
            now = timezone.now()
            if now > held_until - LEASE / 2:
                if not hold(pump.name, owner=owner, now=now):
                    stop.wait(LEASE.total_seconds() / 5)
                    continue
                held_until = now + LEASE
            started = clock()
            if pump.is_patient and apart.is_at_work() and started - stepped < LONGEST_STAND:
                stop.wait(1.0)
                continue
            more = pump.step(now=now)
            stepped = clock()
            up_to_date = up_to_date if more else started
            apart.give_way(stepped - started, stop, behind=stepped - up_to_date)
            if failures:
                Lease.objects.filter(pk=pump.name).update(error="")
            failures = 0
        except (Unavailable, DatabaseError) as error:
            failures += 1
            log.warning("%s waits: %s", pump.name, error)
            _note(pump.name, str(error))
        except Exception as error:
            failures += 1
            log.exception("%s failed", pump.name)
            _note(pump.name, repr(error))
        if failures:
            stop.wait(min(0.5 * 2**failures, LONGEST_PAUSE))
        elif not more:
            _rest(pump, stop, heard)
    _let_go(pump.name, owner=owner)


def hold(name: str, *, owner: str, now: datetime) -> bool:
    """Take or renew the lease `name`; False while somebody else has it."""
    Lease.objects.get_or_create(name=name)
    free = Q(owner=owner) | Q(owner="") | Q(until__lt=now)
    return Lease.objects.filter(free, name=name).update(owner=owner, until=now + LEASE, ran_at=now) == 1


@contextmanager
def resting(name: str, *, owner: str) -> Iterator[Callable[[], None]]:
    """Nobody runs the pump `name` meanwhile, in whatever process. Waits until the lease of who runs it has ended.

    The block calls what it is given at least every `LEASE`, or the pump goes on.
    """
    now = timezone.now()
    lease, _ = Lease.objects.get_or_create(name=name)
    until = lease.until if lease.owner and lease.until and lease.until > now else now
    Lease.objects.filter(pk=name).update(owner=owner, until=until + LEASE)
    time.sleep((until - now).total_seconds())

    def keep() -> None:
        if not hold(name, owner=owner, now=timezone.now()):
            raise Unavailable(f"{name} was taken over")

    try:
        keep()
        yield keep
    finally:
        _let_go(name, owner=owner)


def owner_here(*, alone: bool) -> str:
    """This process's name on leases. One that is alone by nature keeps its name over restarts, and so its leases."""
    return "alone" if alone else f"{socket.gethostname()[:40]}:{os.getpid()}"


def _rest(pump: Pump, stop: threading.Event, heard: int) -> None:
    if pump.bell:
        if pump.gather:
            stop.wait(pump.gather)
        pump.bell.wait(heard, pump.every)
    else:
        stop.wait(pump.every)


def _note(name: str, error: str) -> None:
    try:
        Lease.objects.filter(pk=name).update(error=error[:500])
    except DatabaseError:
        log.warning("%s: the records do not answer", name)


def _let_go(name: str, *, owner: str) -> None:
    try:
        Lease.objects.filter(pk=name, owner=owner).update(owner="")
    except DatabaseError:
        log.warning("%s: the records do not answer", name)
