"""The long way: pages by Django, each made in one of a few threads that stay."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, nullcontext
from contextvars import copy_context

from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.signals import request_started
from django.db import close_old_connections
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from ancora.platform.http.lane import MOST_WHEN_CALM, when_calm

# At once in a process: more of them only wait for each other, and each would hold a connection to the database.
MOST_PAGES = 4
# Of the parts that open pages fetch by themselves, which nobody waits for. They say so (`ui/live.js`).
MOST_BY_THEMSELVES = MOST_WHEN_CALM
BY_ITSELF = b"x-by-itself"


class PageHandler(ASGIHandler):
    """A page is one piece of work, from the signal that it begins to the one that it is over, and so many are made at a
    time: what somebody asked for never waits behind what screens fetch by themselves. What somebody on the other side
    of a chat waits for goes the short way, beside them.

    Django's own handler makes a thread for each request, goes there and back for every middleware and signal, and lets
    all streams wait until that thread has begun and until it is gone.
    """

    def __init__(self) -> None:
        super().__init__()
        self._asked = ThreadPoolExecutor(MOST_PAGES, thread_name_prefix="page")
        self._by_themselves = ThreadPoolExecutor(MOST_BY_THEMSELVES, thread_name_prefix="part")

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def __call__(self, scope, receive, send) -> None:
        """Who is gone before their turn comes is not answered."""
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        async with AsyncExitStack() as afterwards:
            answering = asyncio.create_task(self._answer(scope, body, send, afterwards))
            gone = asyncio.create_task(receive())
            gone.add_done_callback(lambda _gone: answering.cancel())
            try:
                await answering
            except asyncio.CancelledError:
                if not gone.done():
                    raise
            finally:
                gone.cancel()

    async def _answer(self, scope, body, send, afterwards: AsyncExitStack) -> None:
        request, response = self.create_request(scope, body)
        if request is None:
            body.close()
        else:
            is_by_itself = any(name == BY_ITSELF for name, _value in scope["headers"])
            threads = self._by_themselves if is_by_itself else self._asked
            async with when_calm() if is_by_itself else nullcontext():
                making = threads.submit(copy_context().run, self._made, scope, request)
                # Of whoever left while it was made, too: what has begun is finished.
                making.add_done_callback(lambda _made: body.close())
                response = await asyncio.wrap_future(making)
        if response.streaming:
            afterwards.push_async_callback(asyncio.to_thread, response.close)
            response.streaming_content = _read_aside(iter(response.streaming_content))
        await self.send_response(response, send)

    def _made(self, scope, request: HttpRequest) -> HttpResponseBase:
        """The response; its database connection is given back."""
        set_script_prefix(get_script_prefix(scope))
        request_started.send(sender=type(self), scope=scope)
        response = self.get_response(request)
        response._handler_class = type(self)
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        if response.streaming:
            close_old_connections()
        else:
            response.close()
        return response


async def _read_aside(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Each part is read when the one before it was sent."""
    while part := await asyncio.to_thread(next, parts, b""):
        yield part
