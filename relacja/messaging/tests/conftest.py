"""A real mail server that counts, and people to write to."""

import socket
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from relacja.contacts import actions as contacts
from relacja.contacts import consents, rules
from relacja.contacts.models import ConsentText, Contact
from relacja.messaging import actions, sending
from relacja.messaging.models import Message


@dataclass
class Sink:
    """What arrived, and what to answer: a reply per command, or None to behave."""

    received: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    port: int = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if "DATA" in self.answers:
            return self.answers["DATA"]
        self.received.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
        return "250 2.0.0 kept as 42"

    @property
    def letters(self) -> list[EmailMessage]:
        return [message_from_bytes(content, policy=policy.SMTP) for _sender, _to, content in self.received]

    @property
    def recipients(self) -> list[str]:
        return [address for _sender, to, _content in self.received for address in to]


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class _Controller(Controller):
    def factory(self):
        return SMTP(self.handler, enable_SMTPUTF8=True, ident="sink")


@pytest.fixture
def sink(settings):
    """A mail server on loopback that Relacja sends through."""
    handler = Sink(port=free_port())
    controller = _Controller(handler, hostname="127.0.0.1", port=handler.port)
    controller.start()
    settings.EMAIL_URL = f"smtp://127.0.0.1:{handler.port}?tls=none"
    yield handler
    controller.stop()


def make_reader(now, *, email="anna@zolc.example", consent=True, **fields) -> Contact:
    """A contact who agreed to the newsletter, unless they did not."""
    given = {"first_name": "Anna", "last_name": "Żółć", "email": email, **fields}
    contact = contacts.create(values=rules.values(given), now=now)
    if consent:
        agree(contact, now)
    return contact


def agree(contact, now):
    text, _ = ConsentText.objects.get_or_create(
        purpose="newsletter",
        channel="email",
        version=1,
        language="pl",
        defaults={"body": "Zgadzam się na newsletter.", "since": now},
    )
    return consents.give(
        contact, purpose="newsletter", channel="email", text=text, address=contact.email, source="test", now=now
    )


@pytest.fixture
def cart_template(db, now):
    actions.ensure_ready_made(now)
    return "abandoned-cart"


CART = {
    "cart": {
        "items": [
            {
                "name": "Dzwonek „Żuraw” <mosiężny>",
                "quantity": 2,
                "price": "1234.5",
                "currency": "PLN",
                "url": "https://shop.example/p/dzwonek?a=1&b=2",
                "image_url": "https://shop.example/p/dzwonek.svg",
            }
        ],
        "total": "2469",
        "currency": "PLN",
        "url": "https://shop.example/cart/",
    }
}


def queue(contacts, now, occurrence="1", **more):
    """Queue the abandoned-cart letter for some contacts."""
    options = {"template": "abandoned-cart", "what": "test", "purpose": "newsletter", "context": CART, **more}
    return actions.queue(contact_ids=[contact.pk for contact in contacts], occurrence=occurrence, now=now, **options)


def send_all(now) -> None:
    """What the senders would do until nothing is due."""
    while sending.step(clock=lambda: now):
        pass


def only_message() -> Message:
    return Message.objects.get()
