"""The web server's application: pages by Django, the live streams beside it."""

from asgiref.sync import sync_to_async
from django.urls import get_resolver

from ancora.config.hosts import HostMiddleware, refuse_strange_host
from ancora.desk import lane as desk_lane
from ancora.platform.http.lane import lane
from ancora.platform.http.pages import PageHandler
from ancora.platform.live import endpoint
from ancora.platform.live.hub import listening
from ancora.selfservice import lane as chat_lane
from ancora.selfservice import stream as chat_stream

_pages = PageHandler()
_short = desk_lane.ShortHandler(HostMiddleware)


async def application(scope, receive, send) -> None:
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] == "http" and scope["path"] == endpoint.PATH:
        await endpoint.stream(scope, receive, send)
    elif scope["type"] == "http" and chat_stream.is_meant(scope["path"]):
        await chat_stream.stream(scope, receive, send)
    elif scope["type"] == "http" and chat_lane.is_meant(scope):
        await chat_lane.answer(scope, receive, send, refuse=refuse_strange_host)
    elif scope["type"] == "http" and desk_lane.is_meant(scope):
        await desk_lane.answer(scope, receive, send, handler=_short, long_way=_pages)
    elif scope["type"] == "http":
        await _pages(scope, receive, send)


async def _live(receive, send) -> None:
    await receive()
    # All addresses with their pages are loaded now: otherwise the first visitor after a restart waits for that.
    await sync_to_async(lambda: get_resolver().url_patterns)()
    async with listening(), lane():
        await send({"type": "lifespan.startup.complete"})
        await receive()
    await send({"type": "lifespan.shutdown.complete"})
