"""The long way: pages by Django, each made in one of a few threads that stay."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from contextvars import copy_context

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.signals import request_started
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponseBase
from django.urls import set_script_prefix

# At once in a process: more of them only wait for each other, and each would hold a connection to the database.
MOST_PAGES = 4
# Of the parts that open pages fetch by themselves, which nobody waits for. They say so (`ui/live.js`).
MOST_BY_THEMSELVES = 2
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
        with closing(body):
            answering = asyncio.create_task(self._answer(scope, body, send))
            gone = asyncio.create_task(receive())
            gone.add_done_callback(lambda _gone: answering.cancel())
            try:
                await answering
            except asyncio.CancelledError:
                if not gone.done():
                    raise
            finally:
                gone.cancel()

    async def _answer(self, scope, body, send) -> None:
        request, response = self.create_request(scope, body)
        if request is not None:
            is_by_itself = any(name == BY_ITSELF for name, _value in scope["headers"])
            threads = self._by_themselves if is_by_itself else self._asked
            make = asyncio.get_running_loop().run_in_executor
            response = await make(threads, copy_context().run, self._made, scope, request)
        if not response.streaming:
            return await self.send_response(response, send)
        # Its parts are read as they are sent, as long as that takes.
        async with ThreadSensitiveContext():
            try:
                await self.send_response(response, send)
            finally:
                await sync_to_async(response.close)()

    def _made(self, scope, request: HttpRequest) -> HttpResponseBase:
        """The response; its database connection is given back."""
        set_script_prefix(get_script_prefix(scope))
        request_started.send(sender=type(self), scope=scope)
        response = self.get_response(request)
        response._handler_class = type(self)
        if response.streaming:
            close_old_connections()
        else:
            response.close()
        return response
