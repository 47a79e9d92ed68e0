"""The door for events of a running server, with a client of somebody else."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import ROOT, Installation, Running, until

pytestmark = pytest.mark.slow

# What the log holds, once per line of it: entries that wait, and chunks that were archived.
LOGGED = """
from collections import Counter
from relacja.events.event import read, unpacked
from relacja.events.models import Chunk, Entry
from relacja.web.models import IntakeCount
found = Counter()
for block in (*map(read, map(bytes, Entry.objects.values_list("events", flat=True))),
              *map(unpacked, map(bytes, Chunk.objects.values_list("events", flat=True)))):
    found.update(event.properties.get("n", event.name) for event in block if event.source != "relacja")
counts = dict(IntakeCount.objects.values_list("reason", "count"))
print(json.dumps({"found": found, "counts": counts}))
"""
CLIENT = """
import sys
from segment.analytics import Client
key, host = sys.argv[1:3]
wrong = []
client = Client(key, host=host, gzip=sys.argv[3] == "gzip", on_error=lambda error, batch: wrong.append(str(error)))
client.identify("u-1", {"email": "jan.zolc@poczta.example", "firstName": "Jan", "lastName": "Żółć"})
client.group("u-1", "g-1", {"name": "Rowery Sp. z o.o."})
client.alias("old-1", "u-1")
client.page("u-1", "Rowery", "Miejskie", {"url": "https://sklep.example/"})
client.screen("u-1", "Start")
for n in range(250):
    client.track("u-1", "Parcel Weighed", {"n": f"client-{n}"}, message_id=f"m-{n}")
for n in range(0, 250, 5):
    client.track("u-1", "Parcel Weighed", {"n": f"client-{n}"}, message_id=f"m-{n}")
client.shutdown()
print("\\n".join(wrong))
"""


def started(home: Installation) -> Running:
    server = home.serve()
    server.wait_until_it_answers("/sign-in/", seconds=120)
    return server


@pytest.mark.parametrize("packing", ["gzip", "plain"])
def test_the_python_client_of_segment_has_every_event_stored_once(tmp_path: Path, packing: str) -> None:
    with Installation(tmp_path / "home", {"DEMO": "no"}) as home:
        server = started(home)
        key = home.told("source", "add", "shop")["write_key"]

        done = subprocess.run(
            [sys.executable, "-c", CLIENT, key, server.url, packing],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
        )

        assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr
        logged = home.ask(LOGGED)
        assert {name: times for name, times in logged["found"].items() if name.startswith("client-")} == {
            f"client-{n}": 1 for n in range(250)
        }
        assert logged["counts"] == {"accepted": 255, "duplicate": 50}
        person = (
            "from relacja.contacts.models import Contact\nprint(json.dumps([str(c) for c in Contact.objects.all()]))"
        )
        until(lambda: home.ask(person) == ["Jan Żółć"], seconds=20, what="the client's person becoming a contact")
