"""E-mail, by SMTP, or kept here while no mail server is set up."""

import threading
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relacja.contacts.models import Contact
from relacja.lib import emails
from relacja.messaging import mime, smtp
from relacja.messaging.channels import Outgoing, Receipt, Rejected, register

_here = threading.local()


@register
class Email:
    """One letter to one address; never a second recipient, never a copy."""

    kind = "email"
    label = gettext_lazy("E-mail")

    def address(self, contact: Contact) -> str:
        return contact.email

    def key(self, address: str) -> str:
        return emails.key(address)

    def shown_headers(self, outgoing: Outgoing) -> list[tuple[str, str]]:
        around = [
            ("From", settings.DEFAULT_FROM_EMAIL),
            ("To", outgoing.to),
            ("Subject", outgoing.subject),
            ("Message-ID", message_id(outgoing.key)),
        ]
        return around + headers(outgoing)

    def send(self, outgoing: Outgoing) -> Receipt:
        try:
            to, letter = mime.envelope(outgoing.to), as_bytes(outgoing)
        except mime.UnsafeHeader as error:
            raise Rejected(_("The address or a header holds characters that mail does not allow.")) from error
        if not settings.EMAIL_URL:
            return Receipt("kept")
        sender = mime.envelope(mime.sender(settings.DEFAULT_FROM_EMAIL)[1])
        return Receipt("smtp", _connection().deliver(sender, to, letter))


def message_id(key: str) -> str:
    """Our Message-ID for a letter; the same when it is sent again."""
    domain = mime.envelope(mime.sender(settings.DEFAULT_FROM_EMAIL)[1]).rpartition("@")[2]
    return f"<{key}@{domain}>"


def as_bytes(outgoing: Outgoing) -> bytes:
    """The letter as it goes out. Raises `UnsafeHeader`."""
    return mime.letter(
        sender_text=settings.DEFAULT_FROM_EMAIL,
        to=outgoing.to,
        subject=outgoing.subject,
        html=outgoing.html,
        text=outgoing.text,
        message_id=message_id(outgoing.key),
        at=outgoing.at,
        extra=headers(outgoing),
    )


def headers(outgoing: Outgoing) -> list[tuple[str, str]]:
    """What a letter carries besides who, to whom and what about (RFC 2369, 8058, 3834)."""
    found = [("Feedback-ID", f"{outgoing.key}:relacja")]
    if outgoing.is_marketing:
        found += [
            ("List-Unsubscribe", f"<{outgoing.unsubscribe_url}>"),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ]
    else:
        found.append(("Auto-Submitted", "auto-generated"))
    return found


def _connection() -> smtp.Connection:
    """This thread's connection to the server of today."""
    url = settings.EMAIL_URL
    if getattr(_here, "url", None) != url:
        if old := getattr(_here, "connection", None):
            old.close()
        _here.connection, _here.url = smtp.Connection(smtp.Server.of(urlsplit(url))), url
    connection: smtp.Connection = _here.connection
    return connection
