"""Recorded requests that come again count once, in whatever order and however late."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
import time_machine

from relacja.contacts.models import Contact, Identity
from relacja.events.models import Parked
from relacja.web.models import ACCEPTED, Source, SourceKind
from relacja.web.refusals import Reason
from relacja.web.tests.doors import Door, counts, stored

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases"
pytestmark = pytest.mark.skipif(not CASES.exists(), reason="the recorded cases (../shared/cases) are not here")


def recorded() -> list[dict[str, Any]]:
    lines = [line for file in sorted(CASES.glob("trackers/*.jsonl")) for line in file.read_text("utf-8").splitlines()]
    return [request for request in map(json.loads, lines) if request["path"] == "/v1/batch"]


def send(door: Door, request: dict[str, Any]) -> int:
    wanted = {"content-encoding", "authorization", "content-type", "user-agent"}
    headers = {name.replace("-", "_"): value for name, value in request["headers"].items() if name.lower() in wanted}
    return door.post(request["path"], base64.b64decode(request["raw"]), **headers).status


def test_every_batch_three_times_shuffled_and_two_hours_late(door: Door, deliver, now):
    Source.objects.create(
        name="shop", kind=SourceKind.SERVER, key="test-write-key", secret="s", namespace="shop", created_at=now
    )
    requests = recorded()
    start = datetime.fromtimestamp(max(request["at"] for request in requests) + 1, UTC)
    with time_machine.travel(start, tick=False):
        assert {send(door, request) for request in requests} == {200}
    clean = {event.id: (event.name, event.profile_id) for event in stored()}
    deliver()
    people = set(Identity.objects.values_list("kind", "value"))

    again = requests * 3
    Random(15).shuffle(again)
    with time_machine.travel(start.timestamp() + 7200, tick=False):
        assert {send(door, request) for request in again} == {200}
    deliver()

    events = [event for event in stored() if event.source == "shop"]
    assert {event.id: (event.name, event.profile_id) for event in events} == clean
    assert len(events) == len(clean) == counts()[ACCEPTED]
    assert counts()[Reason.DUPLICATE] == 3 * len(clean)
    assert set(Identity.objects.values_list("kind", "value")) == people
    assert Contact.objects.count() == 1


def test_hostile_strings_come_back_as_they_were_or_are_refused(door: Door, server, deliver):
    """As names, ids, properties, traits, keys and contexts: never an error of ours, and the count holds."""
    strings = json.loads((CASES / "hostile-strings" / "blns.json").read_text("utf-8"))
    batch = [
        {
            "type": ("track", "identify", "page", "group", "alias")[n % 5],
            "event": text,
            "messageId": f"m-{n}",
            "userId": text[:100] or "u",
            "anonymousId": f"a-{n}",
            "previousId": text[:100] or "p",
            "groupId": text[:100] or "g",
            "properties": {"text": text, text: n},
            "traits": {"name": text, "email": text, "phone": text, "company": text, "address": {"city": text}},
            "context": {"ip": text, "userAgent": text, text: text},
            "name": text,
        }
        for n, text in enumerate(strings)
    ]

    statuses = set()
    for n in range(0, len(batch), 50):
        statuses.add(door.post("/v1/batch", {"writeKey": server, "batch": batch[n : n + 50]}).status)
    for text in strings[:80]:
        raw = text.encode("utf-8", "surrogatepass")
        statuses.add(door.post("/v1/track", raw, authorization=f"Bearer {server}").status)
    deliver()

    kept = {event.properties["text"] for event in stored() if "text" in event.properties and event.source == "shop"}
    assert statuses <= {200, 400}
    assert kept
    assert kept <= set(strings)
    assert not Parked.objects.exists()
    remarks = counts().pop(Reason.BAD_TRAIT, 0)
    assert sum(counts().values()) - remarks == len(batch) + 80
