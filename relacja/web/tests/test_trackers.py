"""What others recorded: the requests of real clients are taken whole, naughty strings come back or are refused."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from relacja.web import segment

SHARED = Path(__file__).resolve().parents[4] / "shared" / "cases"
CASES = SHARED / "trackers"
NAUGHTY = SHARED / "hostile-strings" / "blns.json"
CLIENTS = {"analytics-python": 5 + 100 + 100 + 50 + 2, "analytics-node": 5 + 1 + 1}


def recorded() -> list[dict[str, Any]]:
    lines = [line for file in sorted(CASES.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()]
    return [request for request in map(json.loads, lines) if request["path"] == "/v1/batch"]


def sent(request: dict[str, Any]) -> tuple[str, segment.Delivery]:
    """The family of the client (both Rudder ones call themselves by Segment's names), and its request read."""
    headers = {name.lower(): value for name, value in request["headers"].items()}
    delivery = segment.parse(
        segment.ROUTES[request["path"]],
        base64.b64decode(request["raw"]),
        received_at=datetime.fromtimestamp(request["at"], UTC),
        encoding=headers.get("content-encoding", ""),
        authorization=headers.get("authorization", ""),
    )
    return headers["user-agent"].partition("/")[0].removesuffix("-next"), delivery


@pytest.mark.skipif(not CASES.exists(), reason="the recorded requests (../shared/cases/trackers) are not here")
def test_every_recorded_batch_is_taken_whole() -> None:
    taken = dict.fromkeys(CLIENTS, 0)

    for request in recorded():
        client, delivery = sent(request)
        assert delivery.refusals == []
        assert delivery.write_key == "test-write-key"
        taken[client] += len(delivery.calls)

    assert taken == CLIENTS


@pytest.mark.skipif(not CASES.exists(), reason="the recorded requests (../shared/cases/trackers) are not here")
def test_a_recorded_customer_keeps_name_and_time() -> None:
    calls = [call for request in recorded() for call in sent(request)[1].calls]

    assert {call.user_id for call in calls} == {"u-1001"}
    assert "Jan Żółć" in {call.traits.get("name") for call in calls if call.kind is segment.Kind.IDENTIFY}
    assert all(abs((call.timestamp - call.original_timestamp).total_seconds()) < 1 for call in calls)


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the naughty strings (../shared/cases/hostile-strings) are not here")
@pytest.mark.parametrize("ascii_only", [True, False])
def test_naughty_strings_come_back_or_are_refused(ascii_only: bool) -> None:
    strings = json.loads(NAUGHTY.read_text("utf-8"))
    messages = [
        {"type": "track", "messageId": f"m-{n}", "anonymousId": "a", "event": text, "properties": {text: text}}
        for n, text in enumerate(strings)
    ]
    body = json.dumps({"writeKey": "key", "batch": messages}, ensure_ascii=ascii_only).encode()

    delivery = segment.parse(segment.Kind.BATCH, body, received_at=datetime(2026, 10, 25, 0, 30, tzinfo=UTC))

    assert len(delivery.calls) + len(delivery.refusals) == len(strings)
    for call in delivery.calls:
        text = strings[int(call.message_id.removeprefix("m-"))]
        assert (call.name, call.properties) == (text.strip(), {text: text})
    assert {str(refusal.reason) for refusal in delivery.refusals} <= {"no_name", "bad_name"}
    assert len(delivery.calls) > 0.9 * len(strings)
