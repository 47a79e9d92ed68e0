"""Mail servers that misbehave (F22, F23): it is always known whether a letter can have been sent."""

import socket
import threading
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from relacja.lib.errors import Refused
from relacja.messaging import smtp
from relacja.messaging.channels import Closed, Doubtful, Later, Rejected
from relacja.messaging.smtp import Connection, Server

LETTER = b"Subject: x\r\n\r\n.hello\r\n"
HELLO = {
    "connect": b"220 here\r\n",
    "EHLO": b"250 here\r\n",
    "MAIL": b"250 ok\r\n",
    "RCPT": b"250 ok\r\n",
    "DATA": b"354 go on\r\n",
    ".": b"250 kept\r\n",
    "RSET": b"250 ok\r\n",
    "NOOP": b"250 ok\r\n",
    "QUIT": b"221 bye\r\n",
}


@contextmanager
def server(**answers):
    """A server that answers each stage from a list; None hangs, b"" hangs up, a float drips a byte at that pace."""
    script = {**HELLO, **{name.replace("dot", "."): answer for name, answer in answers.items()}}
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    letters, stop = [], threading.Event()

    def say(sock, answer) -> bool:
        if answer is None:
            stop.wait(5)
            return False
        if isinstance(answer, float):
            while not stop.wait(answer):
                try:
                    sock.sendall(b"2")
                except OSError:
                    return False
            return False
        if answer:
            sock.sendall(answer)
        return bool(answer)

    def serve():
        while not stop.is_set():
            try:
                sock, _peer = listener.accept()
            except TimeoutError:
                continue
            sock.settimeout(5)
            with sock, sock.makefile("rb") as lines:
                going = say(sock, script["connect"])
                while going and (line := _line(lines)):
                    verb = line.split(b" ")[0].strip().upper().decode()
                    going = say(sock, script.get(verb, b"500 what\r\n"))
                    if going and verb == "DATA" and script["DATA"].startswith(b"354"):
                        body = b""
                        while not body.endswith(b"\r\n.\r\n") and (line := _line(lines)):
                            body += line
                        letters.append(body)
                        going = say(sock, script["."])

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield Server("127.0.0.1", listener.getsockname()[1], "", "", "none"), letters
    finally:
        stop.set()
        thread.join(2)
        listener.close()


def _line(lines) -> bytes:
    try:
        return lines.readline()
    except OSError:
        return b""


def deliver(found: Server, patience: float = 0.3, after_data: float = 0.3) -> str:
    connection = Connection(found, patience=patience, after_data=after_data)
    try:
        return connection.deliver("us@x.example", "you@x.example", LETTER)
    finally:
        connection.close()


def test_a_good_server_takes_the_letter_with_its_dots_stuffed():
    with server() as (found, letters):
        assert deliver(found) == "kept"
    assert letters == [b"Subject: x\r\n\r\n..hello\r\n.\r\n"]


def test_one_connection_carries_many_letters():
    with server() as (found, letters):
        connection = Connection(found)
        for _ in range(20):
            connection.deliver("us@x.example", "you@x.example", LETTER)
        connection.close()
    assert len(letters) == 20


@pytest.mark.parametrize("stage", ["connect", "EHLO"])
@pytest.mark.parametrize("answer", [None, b"", 0.05, b"554 go away\r\n"])
def test_before_hello_is_over_the_channel_is_closed(stage, answer):
    if stage == "EHLO" and isinstance(answer, bytes) and answer:
        pytest.skip("a refused EHLO falls back to HELO")
    with server(**{stage: answer}) as (found, letters):
        began = time.monotonic()
        with pytest.raises(Closed):
            deliver(found)
    assert time.monotonic() - began < 4
    assert letters == []


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("answer", [None, b"", 0.05, b"421 closing\r\n", b"450 4.7.1 later\r\n"])
def test_before_the_dot_the_letter_may_be_tried_again(stage, answer):
    with server(**{stage: answer}) as (found, letters):
        began = time.monotonic()
        with pytest.raises(Later):
            deliver(found)
    assert time.monotonic() - began < 4
    assert letters == []


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "dot"])
def test_a_final_no_is_final(stage):
    with server(**{stage: b"550 5.1.1 no such user\r\n"}) as (found, _letters), pytest.raises(Rejected) as refusal:
        deliver(found)
    assert refusal.value.is_dead


@pytest.mark.parametrize("answer", [None, b"", 0.05])
def test_silence_after_the_dot_is_doubt(answer):
    with server(dot=answer) as (found, letters), pytest.raises(Doubtful):
        deliver(found)
    assert len(letters) == 1


def test_a_server_busy_after_the_dot_did_not_take_it():
    with server(dot=b"451 4.3.0 try again\r\n") as (found, _letters), pytest.raises(Later):
        deliver(found)


def test_after_trouble_the_next_letter_gets_a_new_conversation():
    with server(MAIL=b"") as (found, _letters):
        connection = Connection(found, patience=0.5)
        for _ in range(2):
            with pytest.raises(Later):
                connection.deliver("us@x.example", "you@x.example", LETTER)


def test_an_address_in_foreign_letters_needs_a_server_that_knows_them():
    with server() as (found, _letters), pytest.raises(Rejected) as refusal:
        Connection(found).deliver("us@x.example", "żółć@x.example", LETTER)
    assert not refusal.value.is_dead


@pytest.mark.parametrize(
    ("url", "known"),
    [
        ("smtp://mail.example", Server("mail.example", 587, "", "", "starttls")),
        ("smtp://a%40b:p%3Aw@mail.example:465", Server("mail.example", 465, "a@b", "p:w", "ssl")),
        ("smtp://mail.example?tls=ssl", Server("mail.example", 465, "", "", "ssl")),
        ("smtp://127.0.0.1:2525?tls=none", Server("127.0.0.1", 2525, "", "", "none")),
    ],
)
def test_the_address_of_a_mail_server_is_understood(url, known):
    assert Server.of(urlsplit(url)) == known


@pytest.mark.parametrize("url", ["smtp://", "smtp://mail.example?tls=maybe"])
def test_an_address_that_names_no_server_is_refused_in_a_sentence(url):
    with pytest.raises(Refused, match="EMAIL_URL"):
        Server.of(urlsplit(url))


def test_without_tls_a_server_that_offers_none_is_not_given_a_password():
    with server() as (found, _letters), pytest.raises(Closed):
        deliver(Server(found.host, found.port, "me", "secret", "starttls"))


def test_refusals_are_told_apart():
    assert smtp.is_dead(550, "550 5.1.1 <x@y> does not exist")
    assert not smtp.is_dead(550, "550 5.7.26 unauthenticated mail, user unknown to DMARC")
    assert not smtp.is_dead(554, "554 too much spam")
