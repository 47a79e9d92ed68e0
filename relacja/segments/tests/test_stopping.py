"""What nobody waits for any more is not counted to its end."""

import threading
import time

import pytest

from relacja.clickhouse import facts as door
from relacja.segments import previews, rules
from relacja.segments.drafts import Draft

KRAKÓW = {"kind": "attribute", "field": "city", "op": "is", "value": "Kraków"}
LONG = "SELECT count() FROM numbers(200000000000) WHERE cityHash64(number) % 7 = 3"


@pytest.fixture
def older(facts):
    """A question that would take minutes, asked in a sitting by another thread; what became of it."""
    ended: list[Exception] = []

    def ask() -> None:
        with door.bounded(seconds=100, megabytes=500, mark="preview 1 abc"):
            try:
                door.ask(LONG)
            except door.Stopped as error:
                ended.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    while not running("preview 1 abc"):
        time.sleep(0.01)
    yield thread, ended
    door.stop("preview 1 abc")
    thread.join()


def running(mark: str) -> int:
    asked = "SELECT count() AS found FROM system.processes WHERE Settings['log_comment'] = {mark:String}"
    return int(door.ask(asked, {"mark": mark})[0]["found"])


@pytest.mark.django_db
def test_a_newer_preview_of_the_same_sitting_stops_the_older_one(older, now):
    thread, ended = older

    shown = previews.preview(Draft.of_rule(rules.read(KRAKÓW)), now=now, sitting="preview 1 abc")

    thread.join(20)
    assert not thread.is_alive()
    assert len(ended) == 1
    assert running("preview 1 abc") == 0
    assert not shown.problem


@pytest.mark.django_db
def test_a_preview_of_another_sitting_leaves_it_alone(older, now):
    thread, ended = older

    previews.preview(Draft.of_rule(rules.read(KRAKÓW)), now=now, sitting="preview 2 abc")

    assert thread.is_alive()
    assert not ended
    assert running("preview 1 abc") == 1


@pytest.mark.django_db
def test_a_preview_that_is_stopped_says_so_and_is_not_estimated(facts, now, monkeypatch):
    def stopped(*_args, **_kwargs):
        raise door.Stopped("stopped")

    monkeypatch.setattr(previews.queries, "glimpse", stopped)
    monkeypatch.setattr(previews.queries, "estimate", lambda *_args, **_kwargs: pytest.fail("it was estimated"))

    shown = previews.preview(Draft.of_rule(rules.read(KRAKÓW)), now=now, sitting="preview 1 abc")

    assert shown.problem == "stopped"
