"""Talking to a mail server so that it is always known whether a letter can have been sent.

The server takes responsibility for a letter when it answers the final dot of DATA (RFC 5321, 4.1.1.4). Whatever goes
wrong before that dot: not sent. No answer after it: nobody knows.
"""

import re
import smtplib
import socket
import ssl
import time
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import SplitResult, parse_qsl, unquote

from django.utils.translation import gettext as _

from relacja.lib.errors import Refused
from relacja.messaging.channels import Closed, Doubtful, Later, Rejected

PATIENCE = 30.0
PATIENCE_AFTER_DATA = 600.0
LETTERS_PER_CONNECTION = 500
IDLE = 20.0
_DEAD = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
_WORDS_OF_THE_DEAD = re.compile(
    r"user unknown|unknown user|no such (user|mailbox|recipient|address)|does not exist|mailbox unavailable"
    r"|invalid (recipient|mailbox)|recipient rejected: user|nie istnieje",
    re.IGNORECASE,
)
Tls = Literal["starttls", "ssl", "none"]
_TLS: dict[str, Tls] = {"starttls": "starttls", "ssl": "ssl", "none": "none"}


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed over: `smtp://user:password@host:port?tls=starttls|ssl|none`."""

    host: str
    port: int
    user: str
    password: str
    tls: Tls

    @classmethod
    def of(cls, parts: SplitResult) -> "Server":
        asked = dict(parse_qsl(parts.query)).get("tls", "ssl" if parts.port == 465 else "starttls")
        tls = _TLS.get(asked)
        if tls is None:
            raise Refused(_("EMAIL_URL: tls must be starttls, ssl or none."))
        if not parts.hostname:
            raise Refused(_("EMAIL_URL names no mail server."))
        port = parts.port or (465 if tls == "ssl" else 587)
        return cls(parts.hostname, port, unquote(parts.username or ""), unquote(parts.password or ""), tls)


class Connection:
    """One open conversation with a server, used by one thread. Opens itself again when it was closed."""

    def __init__(self, server: Server, *, patience: float = PATIENCE, after_data: float = PATIENCE_AFTER_DATA) -> None:
        self._server, self._patience, self._after_data = server, patience, after_data
        self._smtp: _Patient | None = None
        self._letters = 0
        self._used_at = 0.0

    def deliver(self, sender: str, to: str, letter: bytes) -> str:
        """Hand one letter over and return the server's answer. Raises `Later`, `Rejected`, `Closed`, `Doubtful`."""
        smtp = self._open()
        try:
            answer = _hand_over(smtp, sender, to, letter, after_data=self._after_data)
        except Doubtful:
            self.close()
            raise
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise Later(_("The mail server broke off: {reason}").format(reason=_said(error))) from error
        except (Later, Rejected):
            self._reset(smtp)
            raise
        self._letters += 1
        self._used_at = time.monotonic()
        return answer

    def close(self) -> None:
        """End the conversation, politely when possible."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()

    def _open(self) -> "_Patient":
        if self._smtp is not None and self._is_stale(self._smtp):
            self.close()
        if self._smtp is None:
            try:
                self._smtp = _connected(self._server, self._patience)
            except smtplib.SMTPAuthenticationError as error:
                raise Closed(_("The mail server does not accept our name and password.")) from error
            except ssl.SSLError as error:
                raise Closed(_("The mail server's certificate is not valid: {reason}").format(reason=error)) from error
            except (smtplib.SMTPException, OSError) as error:
                raise Closed(_("The mail server does not answer: {reason}").format(reason=_said(error))) from error
            self._letters, self._used_at = 0, time.monotonic()
        return self._smtp

    def _is_stale(self, smtp: "_Patient") -> bool:
        if self._letters >= LETTERS_PER_CONNECTION:
            return True
        if time.monotonic() - self._used_at < IDLE:
            return False
        try:
            return smtp.noop()[0] != 250
        except (smtplib.SMTPException, OSError):
            return True

    def _reset(self, smtp: "_Patient") -> None:
        try:
            if smtp.rset()[0] != 250:
                self.close()
        except (smtplib.SMTPException, OSError):
            self.close()
        self._used_at = time.monotonic()


class _Lines:
    """The server's lines, all of an answer within one deadline however slowly it drips."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock, self._rest = sock, b""
        self.deadline = 0.0

    def readline(self, limit: int) -> bytes:
        while b"\n" not in self._rest and len(self._rest) < limit:
            left = self.deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("no whole answer in time")
            self._sock.settimeout(left)
            more = self._sock.recv(4096)
            if not more:
                break
            self._rest += more
        end = self._rest.find(b"\n") + 1 or len(self._rest)
        line, self._rest = self._rest[:end], self._rest[end:]
        return line

    def close(self) -> None:
        """Nothing is held but the socket, which smtplib closes."""


class _Patient(smtplib.SMTP):
    patience = PATIENCE

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file: Any = _Lines(self.sock)
        self.file.deadline = time.monotonic() + self.patience
        reply = super().getreply()
        if self.sock is not None:
            self.sock.settimeout(PATIENCE)
        return reply


class _PatientTls(_Patient, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""


def _connected(server: Server, patience: float) -> _Patient:
    tls = ssl.create_default_context()
    smtp = _PatientTls(timeout=patience, context=tls) if server.tls == "ssl" else _Patient(timeout=patience)
    smtp.patience = patience
    try:
        code, said = smtp.connect(server.host, server.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, said)
        if smtp.sock is not None:  # else the dot after the letter waits 40 ms for the server's acknowledgement
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        vars(smtp)["_host"] = server.host  # smtplib checks certificates against this and only its constructor sets it
        smtp.ehlo_or_helo_if_needed()
        if server.tls == "starttls":
            smtp.starttls(context=tls)
            smtp.ehlo()
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _hand_over(smtp: _Patient, sender: str, to: str, letter: bytes, *, after_data: float) -> str:
    options = [f"size={len(letter)}"] if smtp.does_esmtp and smtp.has_extn("size") else []
    if not to.isascii():
        if not smtp.has_extn("smtputf8"):
            raise Rejected(_("The mail server cannot write to an address with letters such as these."))
        options += ["SMTPUTF8", "BODY=8BITMIME"]
    _expect(smtp.mail(sender, options), 250)
    _expect(smtp.rcpt(to), 250, 251)
    _expect(smtp.docmd("DATA"), 354)
    smtp.send(_stuffed(letter))
    return _finish(smtp, after_data)


def _finish(smtp: _Patient, after_data: float) -> str:
    """Send the dot. From here on silence means doubt."""
    patience, smtp.patience = smtp.patience, after_data
    try:
        smtp.send(b".\r\n")
        code, said = smtp.getreply()
    except (smtplib.SMTPException, OSError) as error:
        raise Doubtful(
            _("The mail server took the message but did not confirm it: {reason}").format(reason=_said(error))
        ) from error
    finally:
        smtp.patience = patience
    if code == -1:
        raise Doubtful(_("The mail server took the message but did not confirm it."))
    _expect((code, said), 250)
    return said.decode("utf-8", "replace")[:200]


def _expect(reply: tuple[int, bytes], *wanted: int) -> None:
    code, raw = reply
    if code in wanted:
        return
    said = f"{code} {raw.decode('utf-8', 'replace')}".replace("\n", " ")[:300]
    if code == 421 or code == -1:
        raise smtplib.SMTPServerDisconnected(said)
    if 400 <= code < 500:
        raise Later(_("The mail server asks to try later: {reason}").format(reason=said))
    raise Rejected(_("The mail server refused: {reason}").format(reason=said), is_dead=is_dead(code, said))


def is_dead(code: int, said: str) -> bool:
    """Whether a refusal means that the address does not exist; a refusal of us (5.7.x) never does (RFC 3463)."""
    enhanced = re.search(r"\b5\.\d{1,3}\.\d{1,3}\b", said)
    if enhanced is not None:
        return enhanced.group() in _DEAD
    return code in (550, 551, 553) and _WORDS_OF_THE_DEAD.search(said) is not None


def _stuffed(letter: bytes) -> bytes:
    """The letter with CRLF line ends only, its leading dots doubled, and a line end last (RFC 5321, 4.5.2)."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", letter)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", lines)


def _said(error: Exception) -> str:
    return re.sub(r"\s+", " ", str(error))[:300] or type(error).__name__
