"""The collector's reading half: what is taken, what is refused, and that nothing makes it fall over."""

import base64
import gzip
import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from babel.messages.pofile import read_po
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from relacja.web import segment
from relacja.web.bodies import BODY_LIMIT
from relacja.web.refusals import Reason
from relacja.web.segment import BATCH_LIMIT, ROUTES, Call, Delivery, Kind, parse

NOW = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def make_message(**fields: Any) -> dict[str, Any]:
    message = {
        "type": "track",
        "event": "Product Viewed",
        "messageId": "m-1",
        "anonymousId": "anon-7f3",
        "timestamp": "2026-10-25T00:29:59Z",
        "properties": {"product_id": "R-17"},
    }
    return {field: value for field, value in (message | fields).items() if value is not ...}


def make_body(*messages: dict[str, Any], **envelope: Any) -> bytes:
    return json.dumps({"writeKey": "key", "sentAt": "2026-10-25T00:30:00Z", "batch": messages} | envelope).encode()


def read(*messages: dict[str, Any], **envelope: Any) -> Delivery:
    return parse(Kind.BATCH, make_body(*messages, **envelope), received_at=NOW)


def read_one(**fields: Any) -> Call:
    delivery = read(make_message(**fields))
    assert delivery.refusals == []
    return delivery.calls[0]


def reason_for(**fields: Any) -> Reason:
    delivery = read(make_message(**fields))
    assert delivery.calls == []
    assert delivery.refused is None
    return delivery.refusals[0].reason


def reason_for_body(body: bytes, **headers: str) -> Reason | None:
    delivery = parse(Kind.BATCH, body, received_at=NOW, **headers)
    assert delivery.calls == []
    assert [refusal.reason for refusal in delivery.refusals] == [delivery.refused]
    return delivery.refused


def nested(levels: int) -> dict[str, Any]:
    inner: dict[str, Any] = {}
    for _ in range(levels - 1):
        inner = {"a": inner}
    return inner


def test_a_message_is_read_whole() -> None:
    call = read_one(userId="u-1", context={"locale": "pl-PL"})

    assert call == Call(
        kind=Kind.TRACK,
        message_id="m-1",
        anonymous_id="anon-7f3",
        user_id="u-1",
        name="Product Viewed",
        properties={"product_id": "R-17"},
        traits={},
        context={"locale": "pl-PL"},
        timestamp=datetime(2026, 10, 25, 0, 29, 59, tzinfo=UTC),
        original_timestamp=datetime(2026, 10, 25, 0, 29, 59, tzinfo=UTC),
    )


@pytest.mark.parametrize("word", ["identify", "track", "page", "screen", "group", "alias", "batch"])
def test_every_call_has_a_long_and_a_short_address(word: str) -> None:
    assert ROUTES[f"/v1/{word}"] == ROUTES[f"/v1/{word[0]}"] == word


@pytest.mark.parametrize(
    ("fields", "name", "properties"),
    [
        (
            {"type": "page", "name": "Koszyk", "category": "Sklep"},
            "Page Viewed",
            {"name": "Koszyk", "category": "Sklep"},
        ),
        ({"type": "page", "name": "Koszyk", "properties": {"name": "Cart"}}, "Page Viewed", {"name": "Cart"}),
        ({"type": "screen", "name": "Start"}, "Screen Viewed", {"name": "Start"}),
        ({"type": "identify", "traits": {"city": "Łódź"}}, "Contact Identified", {}),
        ({"type": "group", "groupId": "firma-7"}, "Group Joined", {"group_id": "firma-7"}),
        ({"type": "alias", "previousId": "anon-1"}, "Alias Added", {"previous_id": "anon-1"}),
        ({"type": "track", "event": " Order Completed "}, "Order Completed", {}),
    ],
)
def test_calls_become_events(fields: dict[str, Any], name: str, properties: dict[str, Any]) -> None:
    call = read_one(**({"event": ..., "properties": ...} | fields))

    assert (call.name, call.properties) == (name, properties)


def test_a_call_by_itself_is_read_by_its_address() -> None:
    message = make_message(type=...) | {"writeKey": "key", "sentAt": "2026-10-25T00:30:00Z"}

    delivery = parse(Kind.TRACK, json.dumps(message).encode(), received_at=NOW)

    assert (delivery.write_key, delivery.calls[0].name) == ("key", "Product Viewed")


def test_traits_hidden_in_the_context_are_found() -> None:
    call = read_one(type="identify", context={"traits": {"email": "jan@example.pl"}})

    assert call.traits == {"email": "jan@example.pl"}


def test_the_context_of_a_batch_belongs_to_each_of_its_messages() -> None:
    delivery = read(make_message(context={"locale": "pl"}), context={"locale": "en", "library": {"name": "x"}})

    assert delivery.calls[0].context == {"locale": "pl", "library": {"name": "x"}}


def test_a_missing_message_id_is_made() -> None:
    delivery = read(make_message(messageId=...), make_message(messageId=None))

    assert len({call.message_id for call in delivery.calls}) == 2


def test_ids_sent_as_numbers_are_text() -> None:
    call = read_one(userId=1001, messageId=7)

    assert (call.user_id, call.message_id) == ("1001", "7")


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("Basic " + base64.b64encode(b"from-header:").decode(), "from-header"),
        ("basic " + base64.b64encode(b"from-header").decode(), "from-header"),
        ("Bearer from-header", "from-header"),
        ("Basic ???", "in-body"),
        ("Basic " + base64.b64encode(b"\xff\xfe").decode(), "in-body"),
        ("Digest abc", "in-body"),
        ("", "in-body"),
    ],
)
def test_the_write_key_comes_from_the_header_else_the_body(header: str, key: str) -> None:
    body = make_body(make_message(), writeKey="in-body")

    assert parse(Kind.BATCH, body, received_at=NOW, authorization=header).write_key == key


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "", "identity"])
def test_packed_bodies_are_known_by_what_they_are(encoding: str) -> None:
    body = make_body(make_message())
    half = len(body) // 2

    for packed in (body, gzip.compress(body), gzip.compress(body[:half]) + gzip.compress(body[half:])):
        assert len(parse(Kind.BATCH, packed, received_at=NOW, encoding=encoding).calls) == 1


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"properties": {"text": "x" * 32_768}}, Reason.TOO_BIG),
        ({"properties": nested(64)}, Reason.TOO_DEEP),
        ({"properties": {"text": "a\x00b"}}, Reason.BAD_TEXT),
        ({"anonymousId": ...}, Reason.NO_IDENTITY),
        ({"anonymousId": None, "userId": " "}, Reason.NO_IDENTITY),
        ({"anonymousId": "undefined", "userId": "[object Object]"}, Reason.NO_IDENTITY),
        ({"userId": "u" * 256}, Reason.BAD_IDENTITY),
        ({"userId": {"id": 1}}, Reason.BAD_IDENTITY),
        ({"event": ...}, Reason.NO_NAME),
        ({"event": "  "}, Reason.NO_NAME),
        ({"event": "e" * 201}, Reason.BAD_NAME),
        ({"event": "two\nlines"}, Reason.BAD_NAME),
        ({"event": 5}, Reason.BAD_NAME),
        ({"messageId": "m" * 101}, Reason.BAD_MESSAGE_ID),
        ({"messageId": ["m"]}, Reason.BAD_MESSAGE_ID),
        ({"timestamp": "yesterday"}, Reason.BAD_TIMESTAMP),
        ({"timestamp": True}, Reason.BAD_TIMESTAMP),
        ({"timestamp": 10**18}, Reason.BAD_TIMESTAMP),
        ({"timestamp": "2026-02-30T00:00:00Z"}, Reason.BAD_TIMESTAMP),
        ({"type": "trakc"}, Reason.BAD_TYPE),
        ({"type": "batch"}, Reason.BAD_TYPE),
        ({"type": ...}, Reason.BAD_TYPE),
        ({"type": 1}, Reason.BAD_TYPE),
        ({"properties": "none"}, Reason.BAD_FIELD),
        ({"context": []}, Reason.BAD_FIELD),
        ({"type": "group"}, Reason.BAD_FIELD),
        ({"type": "alias", "previousId": ""}, Reason.BAD_FIELD),
    ],
)
def test_a_wrong_message_is_refused_with_its_reason(fields: dict[str, Any], reason: Reason) -> None:
    assert reason_for(**fields) == reason


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", Reason.BAD_JSON),
        (b"{", Reason.BAD_JSON),
        (b"writeKey=key", Reason.BAD_JSON),
        (
            make_body(make_message(event="Kraków")).replace(b"\\u00f3", b"\xf3").replace(b"{", b"\xb3{", 1),
            Reason.BAD_TEXT,
        ),
        (b"[]", Reason.BAD_FIELD),
        (b'"batch"', Reason.BAD_FIELD),
        (b"{}", Reason.BAD_FIELD),
        (b'{"batch": {}}', Reason.BAD_FIELD),
        (b'{"batch": [' + b"[" * 100_000 + b"]" * 100_000 + b"]}", Reason.TOO_DEEP),
        (make_body(make_message(), writeKey=None), Reason.NO_KEY),
        (make_body(make_message(), writeKey=["key"]), Reason.NO_KEY),
        (make_body(*[{}] * (BATCH_LIMIT + 1)), Reason.TOO_MANY),
        (make_body() + b" " * BODY_LIMIT, Reason.BATCH_TOO_BIG),
        (gzip.compress(b" " * (BODY_LIMIT + 1), mtime=0), Reason.BATCH_TOO_BIG),
        (gzip.compress(b" " * 200_000_000, 1, mtime=0), Reason.BATCH_TOO_BIG),
        (gzip.compress(make_body(), mtime=0)[:-4], Reason.BAD_ENCODING),
        (gzip.compress(make_body(), mtime=0) + b"more", Reason.BAD_ENCODING),
        (b"\x1f\x8b nothing packed", Reason.BAD_ENCODING),
    ],
)
def test_a_request_that_cannot_be_read_is_refused_whole(body: bytes, reason: Reason) -> None:
    assert reason_for_body(body) == reason


def test_an_unknown_packing_is_refused() -> None:
    assert reason_for_body(make_body(make_message()), encoding="br") == Reason.BAD_ENCODING


def test_the_limits_themselves_are_allowed() -> None:
    room = 32 * 1024 - len(json.dumps(make_message(properties={"text": ""})))

    assert read_one(properties={"text": "x" * room})
    assert read_one(messageId="m" * 100, event="e" * 200, userId="u" * 255)
    assert read_one(properties=nested(63))
    assert len(read(*[make_message(messageId=str(n + 1)) for n in range(BATCH_LIMIT)]).calls) == BATCH_LIMIT


def test_good_messages_are_taken_beside_bad_ones() -> None:
    delivery = read(make_message(messageId="a"), make_message(messageId="b", event=""), make_message(messageId="c"))

    assert [call.message_id for call in delivery.calls] == ["a", "c"]
    assert [(refusal.reason, refusal.message_id) for refusal in delivery.refusals] == [(Reason.NO_NAME, "b")]


def test_the_same_message_twice_in_a_request_counts_once() -> None:
    delivery = read(make_message(), make_message())

    assert len(delivery.calls) == 1
    assert [(refusal.reason, refusal.message_id) for refusal in delivery.refusals] == [(Reason.DUPLICATE, "m-1")]


def test_bytes_that_are_no_text_cost_only_their_own_message() -> None:
    body = make_body(make_message(messageId="a"), make_message(messageId="b", properties={"city": "Krak?w"}))

    delivery = parse(Kind.BATCH, body.replace(b"?", b"\xf3"), received_at=NOW)

    assert [call.message_id for call in delivery.calls] == ["a"]
    assert [refusal.reason for refusal in delivery.refusals] == [Reason.BAD_TEXT]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (b"NaN", None),
        (b"-Infinity", None),
        (b"1e400", None),
        (b"18446744073709551615", 2**64 - 1),
        (b"18446744073709551616", "18446744073709551616"),
        (b"-9223372036854775809", "-9223372036854775809"),
        (b"1" * 5000, "1" * 5000),
        (b"1.5e3", 1500.0),
        (b'"half \\ud83d"', "half \ufffd"),
        (b'"whole \\ud83d\\ude00"', "whole 😀"),
        (b'"a backslash \\\\u0000"', "a backslash \\u0000"),
        (b'"account 11112222333344445555"', "account 11112222333344445555"),
        (b'1, "value": 2', 2),
    ],
)
def test_odd_values_are_mended_and_cost_no_event(written: bytes, kept: object) -> None:
    body = make_body(make_message(properties={"value": "?"})).replace(b'"?"', written)

    call = parse(Kind.BATCH, body, received_at=NOW).calls[0]

    assert call.properties == {"value": kept}


@pytest.mark.parametrize(
    ("said", "sent_at", "at", "marked"),
    [
        ("2026-10-25T00:29:50Z", "2026-10-25T00:30:00Z", NOW - timedelta(seconds=10), False),
        ("2026-10-25T02:29:50+02:00", "2026-10-25T00:30:00Z", NOW - timedelta(seconds=10), False),
        ("2026-10-25T00:29:50", ..., NOW - timedelta(seconds=10), False),
        ("2023-10-25T00:00:00Z", "2023-10-25T00:01:00Z", NOW - timedelta(minutes=1), True),
        ("2031-01-01T00:00:00Z", "2031-01-01T00:00:05Z", NOW - timedelta(seconds=5), True),
        ("2020-05-05T12:00:00Z", "2026-10-25T00:30:00Z", datetime(2020, 5, 5, 12, tzinfo=UTC), False),
        ("2026-10-25T00:31:00Z", "2026-10-25T00:30:00Z", NOW, False),
        ("2026-10-26T12:00:00Z", ..., NOW, True),
        ("1970-01-01T00:00:00Z", "2026-10-25T00:30:00Z", NOW, True),
        ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", NOW, True),
        ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", NOW, True),
        ("2026-10-25T00:29:50Z", "nonsense", NOW - timedelta(seconds=10), False),
        (1792888190000, "2026-10-25T00:30:00Z", NOW - timedelta(seconds=10), False),
        (1792888190, "2026-10-25T00:30:00Z", NOW - timedelta(seconds=10), False),
        (None, "2020-01-01T00:00:00Z", NOW, False),
    ],
)
def test_wrong_clocks_are_corrected(said: object, sent_at: object, at: datetime, marked: bool) -> None:
    envelope = {} if sent_at is ... else {"sentAt": sent_at}
    body = json.dumps({"writeKey": "key", "batch": [make_message(timestamp=said)]} | envelope).encode()

    call = parse(Kind.BATCH, body, received_at=NOW).calls[0]

    assert (call.timestamp, call.context.get("clock")) == (at, "corrected" if marked else None)
    assert call.timestamp.tzinfo is UTC


def test_the_first_time_said_is_used_where_there_is_no_other() -> None:
    call = read_one(timestamp=..., originalTimestamp="2026-10-25T00:29:00Z")

    assert call.timestamp == NOW - timedelta(minutes=1)


def test_every_refusal_is_a_sentence_in_both_languages() -> None:
    catalogue = read_po(BytesIO((Path(segment.__file__).parent / "locale/pl/LC_MESSAGES/django.po").read_bytes()))

    with override("en"):
        sentences = [str(reason.label) for reason in Reason]

    assert all(sentence.endswith(".") for sentence in sentences)
    assert [sentence for sentence in sentences if sentence not in catalogue or not catalogue[sentence].string] == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(alphabet=st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
fields = st.sampled_from([field.encode_name for field in msgspec.structs.fields(segment._Message)])
calls = st.sampled_from(["track", "page", "identify", "group", "alias", "screen"])
strange_messages = st.builds(
    lambda kind, strange: make_message(type=kind) | strange, calls, st.dictionaries(fields, json_values, max_size=4)
)


@given(st.sampled_from(list(Kind)), st.binary(max_size=200), st.text(max_size=20), st.sampled_from(["", "gzip", "br"]))
def test_no_bytes_make_it_fall_over(kind: Kind, body: bytes, authorization: str, encoding: str) -> None:
    delivery = parse(kind, body, received_at=NOW, authorization=authorization, encoding=encoding)

    assert delivery.calls or delivery.refusals


@given(st.lists(strange_messages | json_values, max_size=4))
def test_whatever_the_messages_each_is_taken_or_refused(messages: list[Any]) -> None:
    delivery = read(*messages)

    assert delivery.refused is None
    assert len(delivery.calls) + len(delivery.refusals) == len(messages)
    for call in delivery.calls:
        assert datetime(2000, 1, 1, tzinfo=UTC) <= call.timestamp <= NOW
        assert call.anonymous_id or call.user_id
        assert call.name.strip()
        json.dumps([call.properties, call.traits, call.context], allow_nan=False, ensure_ascii=False).encode()


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_text_comes_back_as_it_was_sent(text: str) -> None:
    assert read_one(properties={text: text}).properties == {text: text}
