"""Whether anybody listens, so that nothing is asked for nobody."""

import asyncio

from relacja.lib import live


async def while_listening(topic: str) -> list[bool]:
    with live.listening([topic]):
        return [live.is_anybody_there("contact"), live.is_anybody_there("contacts")]


def test_somebody_is_there_while_a_page_listens(settings):
    settings.REDIS_URL = ""

    assert asyncio.run(while_listening("contact:5")) == [True, False]
    assert asyncio.run(while_listening("contacts")) == [False, True]
    assert not live.is_anybody_there("contact")


def test_behind_redis_somebody_may_always_be_there(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert live.is_anybody_there("contact")
