"""A sender in a process of its own, for tests that kill it: `prepare COUNT` makes letters, `send` sends what is due."""

import os
import sys
import threading

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "relacja.config.settings"
THREADS = 2


def prepare(count: int) -> None:
    """An installation with `count` readers and a letter waiting for each."""
    from django.core.management import call_command
    from django.utils import timezone

    from relacja.messaging import actions
    from relacja.messaging.tests.conftest import make_reader, queue

    call_command("migrate", verbosity=0)
    now = timezone.now()
    actions.ensure_ready_made(now)
    queue([make_reader(now, email=f"r{number}@x.example") for number in range(count)], now)


def send() -> None:
    """Send until nothing is due."""
    from django.db import connection
    from django.utils import timezone

    from relacja.messaging import sending

    sending.resolve_doubts(now=timezone.now(), is_start=True)

    def work(number: int) -> None:
        while sending.step(clock=timezone.now, sender=number, senders=THREADS):
            pass
        connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "prepare":
        prepare(int(sys.argv[2]))
    else:
        send()
