"""Blocks of an import: it stands still, goes on and stops between them, and each is handled once."""

import pytest

from relacja.contacts.models import (
    Contact,
)
from relacja.contacts.tests.people import make_contact
from relacja.imports import actions, queries
from relacja.imports.actions import running
from relacja.imports.models import Block, Import, State
from relacja.imports.tests.making import (
    HEAD,
    checked,
    counts,
    make_import,
    mixed,
    table,
)
from relacja.lib.errors import Refused

pytestmark = pytest.mark.django_db
EWA = ("EWA", "NOWAK", "Ewa@Poczta.example", "601 234 567", "GDAŃSK", "Żagle sp. z o.o.")


def test_an_import_can_pause_go_on_and_stop_between_blocks(now, monkeypatch):
    monkeypatch.setattr(queries.blocks, "__kwdefaults__", {"size": 10})
    one = make_import(mixed(100), now)
    checked(one, now)
    actions.start(one, now=now)
    one.refresh_from_db()
    seen = []

    def progress(percent: int) -> None:
        seen.append(percent)
        if len(seen) == 3:
            actions.pause(Import.objects.get(pk=one.pk))

    monkeypatch.setattr(running.runner, "progress", progress)
    actions.run(one, now=now)

    one.refresh_from_db()
    assert (one.state, one.position) == (State.PAUSED, 30)
    actions.go_on(one)
    one.refresh_from_db()
    actions.run(one, now=now)
    one.refresh_from_db()
    assert (one.state, one.position, sum(counts(one))) == (State.DONE, 101, 101)
    assert list(Block.objects.order_by("place").values_list("place", flat=True)) == list(range(0, 101, 10))
    with pytest.raises(Refused):
        actions.stop(one, now=now)


def test_of_two_workers_only_one_handles_a_block(now):
    one = make_import(table(HEAD, EWA), now)
    checked(one, now)
    actions.start(one, now=now)
    one.refresh_from_db()
    other = Import.objects.get(pk=one.pk)

    actions.run(one, now=now)
    actions.run(other, now=now)

    one.refresh_from_db()
    assert counts(one) == (1, 0, 0, 0)
    assert Contact.objects.count() == 1


def test_who_is_overtaken_looks_again(now, monkeypatch):
    one = make_import(table(HEAD, EWA), now)
    checked(one, now)
    actions.start(one, now=now)
    one.refresh_from_db()
    planned = running.Planner.plan
    overtaken = []

    def plan(self, rows, world, *, read=None):
        found = planned(self, rows, world, read=read)
        if not overtaken:
            overtaken.append(make_contact(now, email="ewa@poczta.example"))
        return found

    monkeypatch.setattr(running.Planner, "plan", plan)
    actions.run(one, now=now)

    one.refresh_from_db()
    assert counts(one) == (0, 1, 0, 0)
    assert Contact.objects.get().city == "Gdańsk"
