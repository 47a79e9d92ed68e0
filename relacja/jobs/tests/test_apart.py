"""Work in a process of its own: done there, tried again when it ends badly, over when its parent is."""

import os
import subprocess
import sys
import threading
import time

import pytest

from relacja.jobs import apart, pumps
from relacja.jobs.pumps import Pump
from relacja.lib.errors import Unavailable

PARENT = """
import sys
from relacja.jobs import apart
from relacja.jobs.tests import endless
apart.allow()
list(apart.perform(endless.grow, path=sys.argv[1]))
"""


@pytest.fixture
def allowed():
    apart.allow()
    yield
    apart._allowed.clear()


def test_where_nobody_allowed_it_work_is_done_here():
    here = []

    list(apart.perform(lambda **ids: here.append((os.getpid(), ids)), number=5))

    assert here == [(os.getpid(), {"number": 5})]


@pytest.mark.slow
def test_work_is_done_elsewhere_and_waited_for(allowed, tmp_path):
    file = tmp_path / "file"
    file.touch()

    list(apart.perform(os.remove, path=str(file)))

    assert not file.exists()


@pytest.mark.slow
def test_work_that_ended_badly_may_be_tried_again(allowed, tmp_path):
    with pytest.raises(Unavailable) as refused:
        list(apart.perform(os.remove, path=str(tmp_path / "nothing")))

    assert not refused.value.permanent


@pytest.mark.slow
def test_the_child_ends_with_a_parent_that_is_killed(tmp_path):
    file = tmp_path / "file"
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(file)])
    until = time.monotonic() + 30
    while not file.exists() and time.monotonic() < until:
        time.sleep(0.05)

    parent.kill()
    parent.wait()
    time.sleep(0.5)
    size = file.stat().st_size
    time.sleep(0.5)

    assert size > 0
    assert file.stat().st_size == size


def test_work_that_can_wait_rests_while_a_process_reckons_beside():
    def seconds(behind: float = 0.0) -> float:
        started = time.monotonic()
        apart.give_way(0.03, behind=behind)
        return time.monotonic() - started

    with apart._going_on():
        assert apart.is_at_work()
        assert seconds() >= 0.03 * apart.PATIENCE
        assert 0.03 <= seconds(behind=apart.LATE) < 0.03 * apart.PATIENCE

    assert not apart.is_at_work()
    assert seconds() < 0.03


def test_all_who_give_way_stand_in_one_line():
    started = time.monotonic()

    with apart._going_on():
        threads = [threading.Thread(target=apart.give_way, args=(0.02,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert time.monotonic() - started >= 3 * 0.02 * apart.PATIENCE


def test_a_patient_pump_stands_still_meanwhile(db, monkeypatch):
    steps, stop = [], threading.Event()
    monkeypatch.setattr(apart, "is_at_work", lambda: not stop.is_set())
    monkeypatch.setattr(stop, "wait", lambda _seconds: stop.set())

    pumps.run(Pump("patient", lambda *, now: steps.append(now), 1.0, is_patient=True), stop, owner="me")

    assert steps == []


@pytest.fixture
def held(monkeypatch):
    """The lease is ours for ever."""
    monkeypatch.setattr(pumps, "close_old_connections", lambda: None)
    monkeypatch.setattr(pumps, "hold", lambda *_name, **_whose: True)
    monkeypatch.setattr(pumps, "_let_go", lambda *_name, **_whose: None)


@pytest.mark.usefixtures("held")
def test_a_patient_pump_that_stood_long_does_one_step(monkeypatch):
    steps, stop, clock = [], threading.Event(), [0.0]
    monkeypatch.setattr(apart, "is_at_work", lambda: True)
    monkeypatch.setattr(apart, "give_way", lambda *_worked, **_more: None)
    monkeypatch.setattr(pumps, "clock", lambda: clock[0])

    def wait(seconds):
        clock[0] += seconds
        if clock[0] > 2.5 * pumps.LONGEST_STAND:
            stop.set()

    monkeypatch.setattr(stop, "wait", wait)
    pumps.run(Pump("patient", lambda **_now: bool(steps.append(clock[0])), 1.0, is_patient=True), stop, owner="me")

    assert steps == [pumps.LONGEST_STAND, 2 * pumps.LONGEST_STAND]


@pytest.mark.usefixtures("held")
def test_who_has_more_to_do_is_behind_since_it_had_none(monkeypatch):
    behind, stop, clock = [], threading.Event(), iter(range(100))
    left = [True, True, False, True]
    monkeypatch.setattr(pumps, "clock", lambda: next(clock))
    monkeypatch.setattr(apart, "give_way", lambda _worked, _stop, *, behind: said(behind))

    def said(seconds):
        behind.append(seconds)
        if not left:
            stop.set()

    pumps.run(Pump("busy", lambda **_now: left.pop(0), 0.0), stop, owner="me")

    assert behind == [2, 4, 1, 3]
