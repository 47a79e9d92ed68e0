"""Letters as bytes: what a stranger's program reads back, and what can never get into a header (A22, A23)."""

import json
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from relacja.messaging import mime
from relacja.messaging.mime import UnsafeHeader

CASES = Path(__file__).resolve().parents[4] / "shared/cases"
BAD = ["a\r\nBcc: evil@x.example", "a\nX: y", "a\rb", "a\x00b", "a\u2028b", "a\u2029b", "a\x85b", "a\x0bb", "a\x7f"]


def make_letter(**changes) -> bytes:
    given = {
        "sender_text": "Rowerownia Żuraw <sklep@zuraw.example>",
        "to": "anna@zolc.example",
        "subject": "Zażółć",
        "html": "<p>ok</p>",
        "text": "ok",
        "message_id": "<1@zuraw.example>",
        "at": datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        "extra": [("List-Unsubscribe", f"<https://x.example/{'a' * 200}>")],
    }
    return mime.letter(**{**given, **changes})


def read(letter: bytes):
    return message_from_bytes(letter, policy=policy.SMTP)


@pytest.mark.parametrize(
    "subject",
    [
        "Zażółć gęślą jaźń 🚲",
        "plain",
        "=?utf-8?q?evil?=",
        "x" * 250,
        "ż" * 250,
        "%0d%0aBcc: evil@x.example",
        "a: b, c; d <e@f>",
        "🚲" * 60,
        "مرحبا",
    ],
)
def test_any_subject_is_read_back_as_written(subject):
    letter = make_letter(subject=subject)

    assert read(letter)["Subject"] == subject
    assert all(len(line) <= 998 for line in letter.split(b"\r\n"))


@pytest.mark.parametrize("bad", BAD)
def test_no_header_can_be_ended_by_its_value(bad):
    for change in (
        {"subject": bad},
        {"to": f"{bad}@x.example"},
        {"to": f"a@{bad}.example"},
        {"sender_text": f"{bad} <a@x.example>"},
        {"extra": [("X-Test", bad)]},
        {"extra": [(bad, "x")]},
    ):
        try:
            found = read(make_letter(**change))
        except UnsafeHeader:
            continue
        assert set(found.keys()) <= {
            "From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe", "X-Test", "MIME-Version", "Content-Type",
        }  # fmt: skip
        assert (found["Bcc"], found["X"]) == (None, None)


def test_both_parts_hold_what_was_written():
    text = "Zażółć\n.\n..kropki\n" + "długi " * 400 + "\n"
    html = f"<p>{text}</p>"

    letter = make_letter(text=text, html=html)

    found = read(letter)
    assert found.get_body(("plain",)).get_content().replace("\r\n", "\n") == text
    assert found.get_body(("html",)).get_content().replace("\r\n", "\n").rstrip() == html.rstrip()
    assert b"\n" not in letter.replace(b"\r\n", b"")
    assert letter.isascii()


@pytest.mark.parametrize(
    "address",
    [
        "a@b.pl>\r\nRCPT TO:<c@d.pl",
        "a@b.pl> SIZE=1",
        '"a b"@x.example',
        "user@[127.0.0.1]",
        f"{'a' * 400}@x.example",
        "a@b.pl, c@d.pl",
        "a@b@c.example",
        "<a@b.example>",
        "a@b.example\x00",
        "",
    ],
)
def test_tricks_with_addresses_reach_no_envelope(address):
    with pytest.raises(UnsafeHeader):
        mime.envelope(address)


def test_a_domain_with_polish_letters_is_written_in_ascii():
    assert mime.envelope("anna@żółć.example") == "anna@xn--kda4b0koi.example"


@pytest.mark.skipif(not CASES.exists(), reason=f"the addresses of the standard are not at {CASES}")
def test_addresses_the_standard_calls_wrong_reach_no_envelope():
    tests = ET.parse(CASES / "standards-address/tests.xml").getroot()
    refused = accepted = 0
    for test in tests.iter("test"):
        address = (test.findtext("address") or "").translate({0x2400 + n: n for n in range(32)})
        category = test.findtext("category") or ""
        try:
            is_taken = mime.envelope(address) != ""
        except UnsafeHeader:
            is_taken = False
        if category == "ISEMAIL_ERR":
            assert not is_taken, address
            refused += 1
        accepted += category == "ISEMAIL_VALID_CATEGORY" and is_taken
    assert refused == 66
    assert accepted >= 5


@pytest.mark.skipif(not CASES.exists(), reason=f"the naughty strings are not at {CASES}")
def test_naughty_strings_as_subjects_and_bodies_come_back():
    for text in json.loads((CASES / "hostile-strings/blns.json").read_text(encoding="utf-8")):
        subject = " ".join(text.split())[:250]
        try:
            found = read(make_letter(subject=subject, text=text))
        except UnsafeHeader:
            continue
        assert " ".join(str(found["Subject"]).split()) == " ".join(subject.split())
        body = found.get_body(("plain",)).get_content().replace("\r\n", "\n")
        assert body.rstrip("\n") == text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
