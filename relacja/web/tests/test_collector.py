"""The door for events: what is taken is on disk, what is not is counted."""

import base64
import gzip
import json
import time
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from relacja.contacts.actions import identify
from relacja.contacts.models import Contact
from relacja.events.event import Event
from relacja.events.models import Entry
from relacja.events.profiles import profile_of
from relacja.web import actions, intake, terms
from relacja.web.collector import RAW_LIMIT
from relacja.web.intake import Intake
from relacja.web.models import ACCEPTED, Refusal
from relacja.web.refusals import Reason
from relacja.web.tests.doors import counts, stored, track


def test_an_event_is_answered_when_it_is_written(door, server):
    answer = door.post("/v1/track", track(server))

    assert (answer.status, answer.json) == (200, {"success": True})
    assert [(event.name, event.source) for event in stored()] == [("Looked Around", "shop")]
    assert counts() == {ACCEPTED: 1}


@pytest.mark.parametrize("path", ["/v1/t", "/v1/track", "/v1/track/", "/v1/p", "/v1/screen", "/v1/i", "/v1/identify"])
def test_long_and_short_addresses_are_taken(door, server, path):
    assert door.post(path, track(server)).status == 200
    assert len(stored()) == 1


def test_the_key_may_come_by_basic_or_bearer(door, server):
    basic = base64.b64encode(f"{server}:".encode()).decode()
    body = track(server)
    del body["writeKey"]

    assert door.post("/v1/track", body, authorization=f"Basic {basic}").status == 200
    assert door.post("/v1/track", {**body, "messageId": "m-2"}, authorization=f"Bearer {server}").status == 200
    assert len(stored()) == 2


def test_gzip_and_plain_text_are_taken(door, server):
    packed = gzip.compress(json.dumps(track(server)).encode())

    assert door.post("/v1/track", packed, content_encoding="gzip").status == 200
    assert door.post("/v1/track", track(server, "m-2"), content_type="text/plain").status == 200
    assert len(stored()) == 2


def test_pages_of_other_sites_may_send_but_never_with_cookies(door, browser):
    preflight = door.post("/v1/batch", b"", method="OPTIONS", origin="https://anywhere.example")
    answer = door.post("/v1/track", track(browser), origin="null")

    assert preflight.status == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in {**preflight.headers, **answer.headers}
    assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, "*")


def test_a_source_may_name_the_pages_that_send(door, db, now):
    source = actions.add_source("strict", "browser", now, allowed_origins=["https://Shop.example/"])

    assert door.post("/v1/track", track(source.key), origin="https://shop.example").status == 200
    refused = door.post("/v1/track", track(source.key, "m-2"), origin="https://evil.example")

    assert (refused.status, refused.json["refusals"][0]["reason"]) == (403, "bad_origin")
    assert counts() == {ACCEPTED: 1, "bad_origin": 1}


def test_other_methods_and_addresses_are_told_so(door, db):
    assert door.post("/v1/track", b"", method="GET").headers["allow"] == "POST, OPTIONS"
    assert door.post("/v1/nothing", b"{}").status == 404


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"{", 400, Reason.BAD_JSON),
        (b"\xff\xfe", 400, Reason.BAD_TEXT),
        ({"event": "X", "anonymousId": "v"}, 401, Reason.NO_KEY),
        (track("wk_nobody"), 401, Reason.UNKNOWN_KEY),
        (track("KEY", anonymousId=None), 400, Reason.NO_IDENTITY),
        (track("KEY", event=" "), 400, Reason.NO_NAME),
        (track("KEY", event="x" * 201), 400, Reason.BAD_NAME),
        (track("KEY", "m" * 101), 400, Reason.BAD_MESSAGE_ID),
        (track("KEY", timestamp="yesterday"), 400, Reason.BAD_TIMESTAMP),
        (track("KEY", properties=[1]), 400, Reason.BAD_FIELD),
        (track("KEY", properties={"text": "x" * 33_000}), 413, Reason.TOO_BIG),
        (track("KEY", properties={"text": "\x00"}), 400, Reason.BAD_TEXT),
        (b" " * 600_000, 413, Reason.BATCH_TOO_BIG),
        (b" " * (RAW_LIMIT + 1), 413, Reason.BATCH_TOO_BIG),
    ],
)
def test_each_refusal_is_answered_counted_and_kept_as_a_sample(door, server, body, status, reason):
    sent = json.loads(json.dumps(body).replace("KEY", server)) if isinstance(body, dict) else body

    answer = door.post("/v1/track", sent)

    assert answer.status == status
    assert answer.json["refusals"][0]["reason"] == reason
    assert answer.json["refusals"][0]["message"]
    assert counts() == {reason: 1}
    assert Refusal.objects.get().reason == reason
    assert stored() == []


def test_one_wrong_event_of_a_batch_costs_only_itself(door, server):
    batch = [{"type": "track", **track(server, f"m-{n}")} for n in range(3)]
    batch[1]["event"] = ""

    answer = door.post("/v1/batch", {"writeKey": server, "batch": batch})

    assert (answer.status, answer.json["accepted"], answer.json["refused"]) == (200, 2, 1)
    assert answer.json["refusals"][0]["messageId"] == "m-1"
    assert len(stored()) == 2


def test_the_same_message_counts_once_however_it_comes_again(door, server):
    batch = {"writeKey": server, "batch": [{"type": "track", **track(server)}] * 3}

    door.together([("/v1/track", track(server)), ("/v1/batch", batch), ("/v1/track", track(server))])
    again = door.post("/v1/track", track(server))

    assert again.json == {"success": True}
    assert len(stored()) == 1
    assert counts() == {ACCEPTED: 1, Reason.DUPLICATE: 5}


def test_the_same_id_of_two_sources_is_two_messages(door, server, browser):
    door.post("/v1/track", track(server))
    door.post("/v1/track", track(browser))

    assert len({event.id for event in stored()}) == 2


def test_requests_that_come_together_are_one_entry(door, server):
    door.together([("/v1/track", track(server, f"m-{n}")) for n in range(10)])

    assert [entry.count for entry in Entry.objects.all()] == [10]


def test_accepted_refused_and_repeated_are_all_that_was_sent(door, server):
    batch: list[Any] = [{"type": "track", **track(server, f"m-{n % 7}")} for n in range(20)]
    batch += [{"type": "track", "event": "No One"}, {"type": "purchase"}, 7, {}]

    for _ in range(3):
        door.post("/v1/batch", {"writeKey": server, "batch": batch})
    door.post("/v1/batch", {"writeKey": "wk_wrong", "batch": batch})

    assert sum(counts().values()) == 4 * len(batch)
    assert counts()[ACCEPTED] == 7


def test_nothing_is_answered_200_unless_the_commit_succeeded(door, server, monkeypatch):
    def fail(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(intake, "PATIENCE_SECONDS", 0.05)
    with monkeypatch.context() as patch:
        patch.setattr("relacja.web.counting.add", fail)  # the last thing written
        answer = door.post("/v1/track", track(server))

    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0
    assert stored() == []

    assert door.post("/v1/track", track(server)).status == 200
    assert len(stored()) == 1
    assert counts() == {ACCEPTED: 1, Reason.BUSY: 1}


def test_a_full_disk_says_so(door, server, monkeypatch):
    def fail(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr("relacja.web.counting.add", fail)

    assert door.post("/v1/track", track(server)).status == 507
    monkeypatch.undo()
    assert stored() == []


def test_what_cannot_be_written_does_not_spoil_what_came_with_it(door, server, monkeypatch):
    real = intake.event_of

    def event_of(call: Any, **given: Any) -> Event:
        if call.message_id == "m-bad":
            raise RuntimeError
        return real(call, **given)

    monkeypatch.setattr(intake, "event_of", event_of)

    answers = door.together([("/v1/track", track(server, message_id)) for message_id in ("m-1", "m-bad", "m-2")])

    assert [answer.status for answer in answers] == [200, 500, 200]
    assert len(stored()) == 2


def test_too_much_at_once_is_asked_to_come_later(door, browser, settings):
    door.post("/v1/track", track(browser))
    burst = settings.INTAKE_BROWSER_RATE * 10
    batch = [{"type": "track", **track(browser, f"b-{n}")} for n in range(burst)]

    first = door.post("/v1/batch", {"writeKey": browser, "batch": batch[: burst - 1]})
    second = door.post("/v1/batch", {"writeKey": browser, "batch": batch[:1000]})

    assert (first.status, second.status) == (200, 429)
    assert int(second.headers["retry-after"]) > 0
    assert counts() == {ACCEPTED: burst, Reason.TOO_FAST: 1000}


def test_a_full_queue_is_said_before_anything_is_taken(door, server, monkeypatch):
    monkeypatch.setattr(intake, "EVENTS_WAITING", -1)

    assert door.post("/v1/track", track(server)).status == 503
    assert counts() == {Reason.BUSY: 1}


def test_names_from_outside_are_limited(door, server, monkeypatch):
    monkeypatch.setitem(terms.MOST, terms.EVENT, 3)
    batch = [{"type": "track", **track(server, f"m-{n}"), "event": f"Name {n}"} for n in range(5)]

    answer = door.post("/v1/batch", {"writeKey": server, "batch": batch})
    known = door.post("/v1/track", track(server, "m-9", event="Name 1"))

    assert (answer.json["accepted"], answer.json["refused"]) == (3, 2)
    assert known.status == 200
    assert counts() == {ACCEPTED: 4, Reason.TOO_MANY_NAMES: 2}


def test_a_browser_is_heard_under_its_visitor_and_its_network_only(door, browser):
    door.post("/v1/page", track(browser, userId="u-1", context={"ip": "8.8.8.8", "identity": {"by": "server"}}))

    event = stored()[0]
    assert event.profile_id == profile_of("visitor", "v-1")
    assert event.channel == "web"
    assert event.context["ip"] == "192.0.2.0"
    assert "identity" not in event.context


def test_a_server_says_whose_event_it_is(door, server, now):
    known = identify(identities=[("external", "shop:u-1")], traits={"email": "a@x.example"}, now=now, source="shop")

    door.post("/v1/track", track(server, "m-1", userId="u-1"))
    door.post("/v1/track", track(server, "m-2", userId="A@x.example"))
    door.post("/v1/track", track(server, "m-3", userId="u-9"))
    door.post("/v1/track", track(server, "m-4", context={"ip": "2001:db8:1:2::3"}))

    events = [event for event in stored() if event.name == "Looked Around"]
    assert [event.profile_id for event in events] == [
        known.pk,
        known.pk,
        profile_of("external", "shop:u-9"),
        profile_of("visitor", "v-1"),
    ]
    assert events[3].context["ip"] == "2001:db8:1::"


def test_a_new_source_is_known_at_once_and_a_revoked_one_no_more(door, server, now, monkeypatch):
    monkeypatch.setattr(intake, "UNKNOWN_KEY_SECONDS", 0)
    monkeypatch.setattr(intake, "SOURCES_SECONDS", 0)
    door.post("/v1/track", track(server))

    source = actions.add_source("late", "server", now)
    assert door.post("/v1/track", track(source.key)).status == 200
    actions.revoke(source, now=timezone.now())
    assert door.post("/v1/track", track(source.key, "m-2")).status == 401


def test_only_the_latest_samples_are_kept(door, server, monkeypatch):
    monkeypatch.setattr("relacja.web.counting.SAMPLES_KEPT", 5)

    for n in range(8):
        door.post("/v1/track", track(server, f"m-{n}", event=""))

    assert Refusal.objects.count() == 5
    assert counts() == {Reason.NO_NAME: 8}


def test_a_public_key_makes_no_person(door, browser, deliver):
    door.post("/v1/identify", track(browser, userId="u-1", traits={"email": "victim@x.example"}))
    door.post("/v1/alias", track(browser, "m-2", userId="u-1", previousId="v-2"))
    deliver()

    assert not Contact.objects.exists()
    assert len(stored()) == 2


def test_pages_are_told_once_a_second_and_once_when_it_is_over(door, server, monkeypatch):
    told: list[str] = []
    monkeypatch.setattr("relacja.lib.live.publish", told.append)
    monkeypatch.setattr(intake, "LIVE_SECONDS", 600)
    door.collector.intake._told_at = -1000.0

    for n in range(3):
        door.post("/v1/track", track(server, f"m-{n}"))
    assert told == ["intake"]

    monkeypatch.setattr(intake, "LIVE_SECONDS", 0)
    door.collector.intake.step(0)
    door.collector.intake.step(0)
    assert told == ["intake", "intake"]


def test_a_disk_that_hangs_is_answered_in_time_and_the_repeat_counts_once(door, server, monkeypatch):
    real = Intake._settle
    monkeypatch.setattr("relacja.web.collector.ANSWER_SECONDS", 0.05)

    def slowly(*given: Any) -> None:
        time.sleep(0.3)
        real(*given)

    with monkeypatch.context() as patch:
        patch.setattr(Intake, "_settle", slowly)
        assert door.post("/v1/track", track(server)).status == 503
    monkeypatch.setattr("relacja.web.collector.ANSWER_SECONDS", 10)

    assert door.post("/v1/track", track(server)).status == 200
    assert len(stored()) == 1
    assert counts() == {ACCEPTED: 1, Reason.DUPLICATE: 1}
