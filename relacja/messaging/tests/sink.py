"""A mail server in a process of its own, for tests that kill the sender: `tests.sink PORT LOG`.

Every letter it took is one line `recipient message-id` in LOG, written before the answer.
"""

import sys
import threading
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.controller import Controller


class Count:
    def __init__(self, log: Path) -> None:
        self._log = log.open("a", encoding="utf-8", buffering=1)

    async def handle_DATA(self, server, session, envelope):
        message_id = message_from_bytes(envelope.content[:4000])["Message-ID"]
        for recipient in envelope.rcpt_tos:
            self._log.write(f"{recipient} {message_id}\n")
        return "250 kept"


if __name__ == "__main__":
    controller = Controller(Count(Path(sys.argv[2])), hostname="127.0.0.1", port=int(sys.argv[1]))
    controller.start()
    print("ready", flush=True)
    threading.Event().wait()
