"""The web server's application: pages by Django, the live streams beside it."""

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.urls import get_resolver

from ancora.platform.live import endpoint
from ancora.platform.live.hub import listening
from ancora.selfservice import lane
from ancora.selfservice import stream as chat_stream


class OneThreadHandler(ASGIHandler):
    """Middleware and view of a request run in one thread, entered once.

    Django's own handler goes to a thread and back for every middleware, which cost a quarter of a page.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def get_response_async(self, request):
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)


_django = OneThreadHandler()


async def application(scope, receive, send) -> None:
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] == "http" and scope["path"] == endpoint.PATH:
        await endpoint.stream(scope, receive, send)
    elif scope["type"] == "http" and chat_stream.is_meant(scope["path"]):
        await chat_stream.stream(scope, receive, send)
    elif scope["type"] == "http" and lane.is_meant(scope):
        await lane.answer(scope, receive, send)
    elif scope["type"] == "http":
        await _django(scope, receive, send)


async def _live(receive, send) -> None:
    await receive()
    # All addresses with their pages are loaded now: otherwise the first visitor after a restart waits for that.
    await sync_to_async(lambda: get_resolver().url_patterns)()
    async with listening(), lane.lane():
        await send({"type": "lifespan.startup.complete"})
        await receive()
    await send({"type": "lifespan.shutdown.complete"})
