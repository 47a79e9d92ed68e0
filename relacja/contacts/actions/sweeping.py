"""Looking through everybody for duplicates, a bounded piece at a time: it may be killed anywhere and goes on."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Max
from django.utils.translation import gettext as _

from relacja.contacts import suspects
from relacja.contacts.actions import suspecting
from relacja.contacts.models import Contact, Finder, MatchKey, Sweep
from relacja.lib import live
from relacja.lib.errors import Refused
from relacja.staff.models import User

PEOPLE_AT_ONCE = 1_000
KEYS_AT_ONCE = 1_000
PAIRS_AT_ONCE = 5_000
LOWEST_KEY = -(1 << 63)
KEYING = 40  # percent of the work, as measured


class SweepRuns(Refused):
    """Two sweeps would only do the same."""


def begin(*, by: User | None, now: datetime) -> Sweep:
    """A sweep that has still to be done. Refused while another one runs."""
    try:
        with transaction.atomic():
            return Sweep.objects.create(started_at=now, started_by=by)
    except IntegrityError as error:
        raise SweepRuns(_("Somebody is looking for duplicates already. Wait for the end, or stop it.")) from error


def stop(sweep: Sweep, *, now: datetime) -> None:
    """Nobody goes on with it; what it found stays."""
    Sweep.objects.filter(pk=sweep.pk, ended_at=None).update(ended_at=now, is_stopped=True)
    live.publish(suspecting.TOPIC)


def step(sweep: Sweep, *, now: datetime) -> bool:
    """Do the next piece, and keep together with it how far it is. False when nothing is left to do."""
    sweep.refresh_from_db()
    if sweep.ended_at is not None:
        return False
    if sweep.is_keyed:
        _compare(sweep, now=now)
    else:
        _key(sweep)
    if sweep.percent == 100:
        Sweep.objects.filter(pk=sweep.pk, ended_at=None).update(ended_at=now)
    live.publish(suspecting.TOPIC)
    return sweep.percent < 100


def _key(sweep: Sweep) -> None:
    """The next contacts by id have the keys they must have."""
    rows = Contact.objects.filter(pk__gt=sweep.position).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:PEOPLE_AT_ONCE])
    persons = suspects.as_people(ids)
    with transaction.atomic():
        suspecting.write_keys(persons, gone=set(ids) - persons.keys())
        if not ids:
            _move(sweep, is_keyed=True, position=LOWEST_KEY, percent=KEYING)
            return
        last = Contact.objects.aggregate(last=Max("pk"))["last"] or ids[-1]
        _move(sweep, position=ids[-1], percent=KEYING * ids[-1] // max(last, 1), people=F("people") + len(persons))


def _compare(sweep: Sweep, *, now: datetime) -> None:
    """Those who share one of the next keys are compared. Keys that nobody or too many share are passed over."""
    shared = MatchKey.objects.filter(key__gt=sweep.position).values("key").annotate(people=Count("pk"))
    shared = shared.filter(people__gt=1, people__lte=suspects.MOST_OF_A_KEY).order_by("key")
    keys = list(shared.values_list("key", flat=True)[:KEYS_AT_ONCE])
    blocks = suspects.of_keys(keys)
    pairs: set[suspecting.Pair] = set()
    done = 0
    for done, key in enumerate(keys, start=1):  # noqa: B007 - how many keys were taken is used after the loop
        block = blocks.get(key, [])
        pairs.update((one, other) for one in block for other in block if one < other)
        if len(pairs) >= PAIRS_AT_ONCE:
            break
    persons = suspects.as_people({pk for pair in pairs for pk in pair})
    found = suspecting.compare_pairs(pairs, persons, found_by=Finder.SWEEP, now=now)
    is_over = done == len(keys) and len(keys) < KEYS_AT_ONCE
    with transaction.atomic():
        new = suspecting.keep(found)
        position = keys[done - 1] if keys else sweep.position
        reached = KEYING + (99 - KEYING) * (position - LOWEST_KEY) // (1 << 64)
        _move(
            sweep,
            position=position,
            percent=100 if is_over else reached,
            compared=F("compared") + len(pairs),
            found=F("found") + len(new),
        )


def _move(sweep: Sweep, **changes: object) -> None:
    Sweep.objects.filter(pk=sweep.pk).update(**changes)
    sweep.refresh_from_db()
