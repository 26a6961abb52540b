"""The web server's application: pages by Django, the live streams beside it."""

import asyncio
import contextlib

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.urls import get_resolver

from ancora.config.hosts import HostMiddleware
from ancora.desk import lane as desk_lane
from ancora.platform.http.lane import lane
from ancora.platform.live import endpoint
from ancora.platform.live.hub import listening
from ancora.selfservice import lane as chat_lane
from ancora.selfservice import stream as chat_stream

# At once in a process: more of them only wait for each other, and each would hold a connection to the database.
MOST_PAGES = 4


class OneThreadHandler(ASGIHandler):
    """Middleware and view of a request run in one thread, entered once; while there are `rooms`, so many at a time, the
    others in turn. What somebody on the other side of a chat waits for goes the short way, beside them.

    Django's own handler goes to a thread and back for every middleware, which cost a quarter of a page.
    """

    rooms: asyncio.Semaphore | None = None

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def get_response_async(self, request):
        async with self.rooms or contextlib.nullcontext():
            return await sync_to_async(self.get_response, thread_sensitive=True)(request)


_django = OneThreadHandler()
_short = desk_lane.ShortHandler(HostMiddleware)


async def application(scope, receive, send) -> None:
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] == "http" and scope["path"] == endpoint.PATH:
        await endpoint.stream(scope, receive, send)
    elif scope["type"] == "http" and chat_stream.is_meant(scope["path"]):
        await chat_stream.stream(scope, receive, send)
    elif scope["type"] == "http" and chat_lane.is_meant(scope):
        await chat_lane.answer(scope, receive, send)
    elif scope["type"] == "http" and desk_lane.is_meant(scope):
        await desk_lane.answer(scope, receive, send, handler=_short, long_way=_django)
    elif scope["type"] == "http":
        await _django(scope, receive, send)


async def _live(receive, send) -> None:
    await receive()
    # All addresses with their pages are loaded now: otherwise the first visitor after a restart waits for that.
    await sync_to_async(lambda: get_resolver().url_patterns)()
    async with listening(), lane():
        _django.rooms = asyncio.Semaphore(MOST_PAGES)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        _django.rooms = None
    await send({"type": "lifespan.shutdown.complete"})
