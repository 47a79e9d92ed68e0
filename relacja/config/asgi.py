"""The root: the collector and live streams are answered by the event loop, everything else by Django's threads."""

import asyncio
from collections.abc import Callable

from django.core.wsgi import get_wsgi_application

from relacja.config import live, visitors
from relacja.config.bridge import Bridge, Receive, Scope, Send
from relacja.web import collector


class Root:
    """One ASGI application. `started` and `stopping` are called with the server's life."""

    def __init__(self, *, started: Callable[[], None], stopping: Callable[[], None]) -> None:
        self.collector = collector.app
        self.pages = Bridge(get_wsgi_application(), larger=visitors.largest_body)
        self.started, self.stopping = started, stopping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
        elif scope["path"].startswith("/v1/"):
            await self.collector(scope, receive, send)
        elif scope["path"] == "/live/":
            await live.app(scope, receive, send)
        else:
            await self.pages(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await loop.run_in_executor(None, self.started)
                await send({"type": "lifespan.startup.complete"})
            else:
                await loop.run_in_executor(None, self.stopping)
                await send({"type": "lifespan.shutdown.complete"})
                return
