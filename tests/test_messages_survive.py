"""Killed while messages go out: nobody gets one twice, nobody is silently skipped."""

import asyncio
import logging
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from tests.processes import Installation, free_port, until

pytestmark = pytest.mark.slow
KILLS = 30
AUDIENCE = 1_500
SENDERS = 4

PREPARE = """
from django.db import transaction
from django.utils import timezone
from relacja.contacts import actions as contacts, consents, rules
from relacja.contacts.models import ConsentText
from relacja.messaging import actions

now = timezone.now()
text, _ = ConsentText.objects.get_or_create(
    purpose="newsletter", channel="email", version=1, language="pl", defaults={"body": "Zgadzam się.", "since": now}
)
people = []
with transaction.atomic():
    for number in range(%d):
        values = rules.values({"first_name": "Anna", "email": f"anna{number}@example.com"})
        person = contacts.create(values=values, now=now)
        consents.give(
            person, purpose="newsletter", channel="email", text=text, address=person.email, source="test", now=now
        )
        people.append(person.pk)
item = {"name": "Dzwonek", "quantity": 1, "price": "49", "currency": "PLN", "url": "https://shop.example/p/dzwonek"}
cart = {"items": [item], "total": "49", "currency": "PLN", "url": "https://shop.example/cart/"}
queued = actions.queue(
    contact_ids=people, template="abandoned-cart", what="test", occurrence="1", purpose="newsletter",
    context={"cart": cart}, now=now,
)
print(json.dumps(sum(one.state == "queued" for one in queued.values())))
"""


class Counting:
    """A mail server that takes its time and counts."""

    def __init__(self) -> None:
        self.moments = random.Random(3)
        self.copies: Counter[str] = Counter()

    async def handle_DATA(self, server, session, envelope) -> str:
        await asyncio.sleep(self.moments.uniform(0, 0.04))
        self.copies.update(envelope.rcpt_tos)
        await asyncio.sleep(self.moments.uniform(0, 0.04))
        return "250 2.0.0 kept"


@pytest.fixture
def sink() -> Iterator[tuple[Counting, int]]:
    counting, port = Counting(), free_port()
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    controller = Controller(counting, hostname="127.0.0.1", port=port)
    controller.start()
    yield counting, port
    controller.stop()


def states(installation: Installation) -> dict[str, set[str]]:
    """The addresses in each state, read without our own code."""
    path = installation.home / "records.sqlite3"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)) as records:
        found: dict[str, set[str]] = {}
        for state, address in records.execute('SELECT state, "to" FROM messaging_message'):
            found.setdefault(state, set()).add(address)
        return found


def unsettled(installation: Installation) -> int:
    found = states(installation)
    return sum(len(found.get(state, ())) for state in ("queued", "sending"))


def test_thirty_kills_send_to_nobody_twice_and_skip_nobody(tmp_path: Path, sink):
    counting, port = sink
    moments = random.Random(7)
    settings = {"EMAIL_URL": f"smtp://127.0.0.1:{port}?tls=none", "QUIET_HOURS": "off"}
    with Installation(tmp_path / "home", settings) as installation:
        assert installation.command("migrate").returncode == 0
        assert installation.ask(PREPARE % AUDIENCE) == AUDIENCE
        server = installation.serve()
        at_kills = []
        for _ in range(KILLS):
            time.sleep(moments.uniform(0.0, 0.5))
            server.kill()
            at_kills.append(len(states(installation).get("queued", ())))
            server = installation.serve(port=server.port)
        while waiting := unsettled(installation):
            until(lambda at=waiting: unsettled(installation) < at, seconds=60, what=f"{waiting} messages settled")
        server.end()
        settled = states(installation)

    print(f"{KILLS} kills, {sum(waiting > 0 for waiting in at_kills)} of them while messages waited;", end=" ")
    print({state: len(addresses) for state, addresses in settled.items()}, f"{counting.copies.total()} arrived")
    assert set(counting.copies.values()) == {1}
    assert sum(map(len, settled.values())) == AUDIENCE
    assert settled.keys() <= {"sent", "unconfirmed"}
    assert settled["sent"] <= counting.copies.keys() <= settled["sent"] | settled.get("unconfirmed", set())
    assert len(settled.get("unconfirmed", ())) <= SENDERS * KILLS
    assert sum(waiting > 0 for waiting in at_kills) > KILLS / 2
