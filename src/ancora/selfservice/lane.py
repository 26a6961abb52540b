"""The short way of what a chat asks a hundred times in a second: a line, that somebody types, what was seen.

The same views as ever, beside Django's handler: no session, no middleware, and a few threads that keep their database
connection, where the handler starts a thread for every request and takes a connection from the pool. What is not
JSON, and everything else, goes the long way. Streams ask here what they begin with: a thousand of them come back at
once when a process was started again.
"""

import asyncio
import contextlib
import logging
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import InterfaceError, OperationalError, connection, connections
from django.http import HttpResponse
from django.utils import translation

from ancora.platform.accounts.queries import current_organisation
from ancora.selfservice.given import MOST_JSON_BYTES
from ancora.selfservice.views import lines, signs

log = logging.getLogger("ancora.chat")
THREADS = 3
# For streams that begin, apart: whoever writes does not wait behind a thousand that come back.
ASIDE_THREADS = 1
_PATH = re.compile(r"/chat/([^/]+)/(lines|seen|typing)/")
_VIEWS = {"lines": lines.lines, "seen": signs.seen, "typing": signs.typing}
_AWAY = 503
_threads: ThreadPoolExecutor | None = None
_aside: ThreadPoolExecutor | None = None


@contextlib.asynccontextmanager
async def lane():
    """The short way is open inside this block."""
    global _threads, _aside
    threads = _threads = ThreadPoolExecutor(THREADS, thread_name_prefix="chat")
    beside = _aside = ThreadPoolExecutor(ASIDE_THREADS, thread_name_prefix="chat-stream")
    try:
        yield
    finally:
        _threads = _aside = None
        await asyncio.to_thread(_close, threads, THREADS)
        await asyncio.to_thread(_close, beside, ASIDE_THREADS)


def is_meant(scope) -> bool:
    """Whether this request may go the short way."""
    if _threads is None or scope["method"] != "POST" or not scope["path"].startswith("/chat/"):
        return False
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    return kind.startswith(b"application/json") and _PATH.fullmatch(scope["path"]) is not None


async def answer(scope, receive, send) -> None:
    """What the view answers; nothing to who is gone before all was sent."""
    body = await _body(receive)
    if body is None:
        return
    response = await asyncio.get_running_loop().run_in_executor(_threads, _work, scope, body)
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.items()]
    headers += [(b"content-length", str(len(response.content)).encode()), (b"x-content-type-options", b"nosniff")]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})


async def aside[T](function: Callable[..., T], *args) -> T:
    """What `function` gives that asks the database, in a thread beside those that answer; once more with a new
    connection when the one it had is gone."""
    if _aside is None:
        return await sync_to_async(_once)(function, *args)
    return await asyncio.get_running_loop().run_in_executor(_aside, _twice, function, *args)


def _once[T](function: Callable[..., T], *args) -> T:
    try:
        return function(*args)
    finally:
        connections.close_all()


def _twice[T](function: Callable[..., T], *args) -> T:
    try:
        return function(*args)
    except (OperationalError, InterfaceError):
        connection.close()
        return function(*args)


async def _body(receive) -> bytes | None:
    """All of it, or as much as tells that it is too long."""
    read = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        if len(read) <= MOST_JSON_BYTES:
            read += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(read)


def _work(scope, body: bytes) -> HttpResponse:
    try:
        response = _asked(scope, body)
        if response.status_code == _AWAY:
            # Perhaps it was our connection alone: another one, once. What is posted again is there once all the same.
            connection.close()
            response = _asked(scope, body)
        return response
    except Exception:
        log.exception("A chat was not answered")
        return HttpResponse(status=500)
    finally:
        if connection.errors_occurred:
            connection.close_if_unusable_or_obsolete()


def _asked(scope, body: bytes) -> HttpResponse:
    account, what = _PATH.fullmatch(scope["path"]).groups()
    request = ASGIRequest(scope, BytesIO(body))
    language = translation.get_language_from_request(request) or current_organisation().language
    with translation.override(language):
        return _VIEWS[what](request, account)


def _close(threads: ThreadPoolExecutor, many: int) -> None:
    """Each thread gives its connection back, then all are gone."""
    together = threading.Barrier(many)

    def leave() -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            together.wait(5)
        connections.close_all()

    for _thread in range(many):
        threads.submit(leave)
    threads.shutdown()
