"""The door for events of a running server, with a client of somebody else."""

import shutil
import subprocess
import sys
from collections.abc import Callable
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
NODE = shutil.which("node")
NODE_PACKAGE = ROOT / "node_modules/@segment/analytics-node"
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

NODE_CLIENT = """
import { Analytics } from "@segment/analytics-node";
const [writeKey, host] = process.argv.slice(1);
const client = new Analytics({ writeKey, host, flushAt: 20, maxRetries: 1 });
client.on("error", (error) => console.log(error.code, error.reason));
const userId = "u-1";
client.identify({ userId, traits: { email: "jan.zolc@poczta.example", firstName: "Jan", lastName: "Żółć" } });
client.group({ userId, groupId: "g-1", traits: { name: "Rowery Sp. z o.o." } });
client.alias({ previousId: "old-1", userId });
client.page({ userId, category: "Rowery", name: "Miejskie", properties: { url: "https://sklep.example/" } });
client.screen({ userId, name: "Start" });
const weighed = (n) => ({ userId, event: "Parcel Weighed", properties: { n: `client-${n}` }, messageId: `m-${n}` });
for (let n = 0; n < 250; n++) client.track(weighed(n));
for (let n = 0; n < 250; n += 5) client.track(weighed(n));
await client.closeAndFlush();
"""


def started(home: Installation) -> Running:
    server = home.serve()
    server.wait_until_it_answers("/sign-in/", seconds=120)
    return server


@pytest.mark.parametrize("packing", ["gzip", "plain"])
def test_the_python_client_of_segment_has_every_event_stored_once(tmp_path: Path, packing: str) -> None:
    every_event_of_a_client_is_stored_once(tmp_path, lambda key, url: [sys.executable, "-c", CLIENT, key, url, packing])


@pytest.mark.skipif(not NODE or not NODE_PACKAGE.exists(), reason="Node.js or its packages are missing: npm ci")
def test_the_node_client_of_segment_has_every_event_stored_once(tmp_path: Path) -> None:
    command = [str(NODE), "--input-type=module", "--eval", NODE_CLIENT]
    every_event_of_a_client_is_stored_once(tmp_path, lambda key, url: [*command, key, url])


def every_event_of_a_client_is_stored_once(tmp_path: Path, command: Callable[[str, str], list[str]]) -> None:
    with Installation(tmp_path / "home", {"DEMO": "no"}) as home:
        server = started(home)
        key = home.told("source", "add", "shop")["write_key"]

        done = subprocess.run(command(key, server.url), cwd=ROOT, capture_output=True, text=True, timeout=120)

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
