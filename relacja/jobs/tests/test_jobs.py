"""Work is done once, taken over when its worker dies, and tried again when it fails."""

import threading
from datetime import UTC, datetime, time, timedelta
from time import monotonic, sleep

import pytest
from django.db import transaction

from relacja.jobs import pumps, runner, schedule, work
from relacja.jobs.models import Job, JobState, Lease
from relacja.jobs.schedule import Daily, Every
from relacja.jobs.work import later, task
from relacja.lib.bell import Bell
from relacja.lib.errors import Refused, Unavailable

done: list[int] = []


@task()
def note(*, number: int) -> None:
    done.append(number)


@task()
def refuse() -> None:
    raise Refused("not today")


@task()
def fail() -> None:
    raise Unavailable("no answer")


@pytest.fixture(autouse=True)
def nothing_done():
    done.clear()


def test_work_is_done_after_the_commit_and_never_after_a_roll_back(db, now):
    with pytest.raises(RuntimeError), transaction.atomic():
        later(note, number=1)
        raise RuntimeError
    later(note, number=2)

    while runner.run_next(now=datetime.now(UTC)):
        pass

    assert done == [2]
    assert Job.objects.get().state == JobState.DONE


def test_of_two_workers_only_one_gets_a_job(db):
    later(note, number=1)
    now = datetime.now(UTC)

    assert runner.claim(now=now) is not None
    assert runner.claim(now=now) is None


def test_a_process_that_is_alone_goes_on_at_once_with_what_it_was_doing(db):
    later(note, number=1)
    runner.claim(now=datetime.now(UTC))
    assert not runner.run_next(now=datetime.now(UTC))

    runner.take_over()

    assert runner.run_next(now=datetime.now(UTC))
    assert done == [1]


def test_a_pump_rests_once_its_lease_has_ended_and_goes_on_afterwards(db):
    ends = datetime.now(UTC) + timedelta(seconds=0.2)
    Lease.objects.create(name="test", owner="pump", until=ends)

    with pumps.resting("test", owner="rebuilding") as keep:
        assert datetime.now(UTC) >= ends
        keep()
        assert not pumps.hold("test", owner="pump", now=datetime.now(UTC))

    assert pumps.hold("test", owner="pump", now=datetime.now(UTC))


def test_rest_ends_when_it_is_not_kept_up(db):
    with pumps.resting("test", owner="rebuilding") as keep:
        assert pumps.hold("test", owner="pump", now=datetime.now(UTC) + 3 * pumps.LEASE)
        with pytest.raises(Unavailable):
            keep()

    assert Lease.objects.get().owner == "pump"


def test_a_job_whose_worker_died_is_taken_over_when_its_lease_ends(db):
    later(note, number=1)
    now = datetime.now(UTC)
    taken = runner.claim(now=now)

    assert runner.claim(now=now + work.LEASE - timedelta(seconds=1)) is None
    again = runner.claim(now=now + work.LEASE + timedelta(seconds=1))

    assert (again.pk, again.attempts) == (taken.pk, 2)


def test_a_refusal_is_final_and_keeps_its_sentence(db):
    later(refuse)

    runner.run_next(now=datetime.now(UTC))

    job = Job.objects.get()
    assert (job.state, job.error) == (JobState.FAILED, "not today")


def test_an_outside_failure_is_tried_again_later_and_not_for_ever(db):
    later(fail)
    moment = datetime.now(UTC)
    for _ in range(runner.TRIES):
        assert runner.run_next(now=moment)
        moment += timedelta(hours=2)

    job = Job.objects.get()
    assert (job.state, job.attempts, job.error) == (JobState.FAILED, runner.TRIES, "no answer")


def test_only_one_process_holds_a_lease_until_it_stops_renewing(db, now):
    assert pumps.hold("x", owner="a", now=now)
    assert not pumps.hold("x", owner="b", now=now + pumps.LEASE / 2)
    assert pumps.hold("x", owner="a", now=now + pumps.LEASE / 2)
    assert pumps.hold("x", owner="b", now=now + pumps.LEASE * 2)


@pytest.mark.django_db(transaction=True)
def test_a_pump_goes_on_after_a_failure_and_says_what_was_wrong():
    calls = []
    stop = threading.Event()

    def step(*, now):
        calls.append(now)
        if len(calls) == 1:
            raise Unavailable("no answer yet")
        stop.set()
        return False

    pumps.run(pumps.Pump("test", step, every=0.01), stop, owner="here")

    assert len(calls) == 2


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("2026-03-28T12:00", "2026-03-29T01:30"),  # 02:30 is missing that night: it runs at 03:30 summer time
        ("2026-03-29T12:00", "2026-03-30T00:30"),
        ("2026-10-24T12:00", "2026-10-25T00:30"),  # 02:30 comes twice: the first
        ("2026-10-25T00:45", "2026-10-26T01:30"),
    ],
)
def test_a_daily_task_runs_once_a_day_also_when_the_clocks_change(after, expected):
    assert Daily(time(2, 30), note).after(at(after)) == at(expected)


def test_what_is_due_is_queued_once_however_many_processes_ask(db, now):
    entries = [Every(timedelta(minutes=5), note)]
    schedule.tick(entries, now=now)

    assert schedule.tick(entries, now=now + timedelta(minutes=6)) == 1
    assert schedule.tick(entries, now=now + timedelta(minutes=6)) == 0
    assert Job.objects.count() == 1


def test_a_pump_answers_many_rings_at_once(db, monkeypatch):
    steps: list[int] = []
    stop, bell = threading.Event(), Bell()
    monkeypatch.setattr(pumps, "hold", lambda *_name, **_given: True)
    monkeypatch.setattr(pumps, "_let_go", lambda *_name, **_given: None)

    def step(*, now) -> bool:
        steps.append(1)
        return False

    pump = pumps.Pump("test.many", step, every=5.0, bell=bell, gather=0.1)
    thread = threading.Thread(target=pumps.run, args=(pump, stop), kwargs={"owner": "test"})
    thread.start()
    until = monotonic() + 0.55
    while monotonic() < until:
        bell.ring()
        sleep(0.002)
    stop.set()
    bell.ring()
    thread.join()

    assert 2 <= len(steps) <= 8
