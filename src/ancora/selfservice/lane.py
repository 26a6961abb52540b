"""The short way of what a chat asks a hundred times in a second: a line, that somebody types, what was seen.

The same views as ever, beside Django's handler: no session, no middleware, and a few threads that keep their database
connection, where the handler starts a thread for every request and takes a connection from the pool. What is not
JSON, and everything else, goes the long way. Streams ask here what they begin with: a thousand of them come back at
once when a process was started again. One thread is left to who writes, and neither waits in a row without an end.
"""

import asyncio
import contextlib
import logging
import random
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from io import BytesIO

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import InterfaceError, OperationalError, connection, connections
from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from ancora.platform.accounts.queries import current_organisation
from ancora.selfservice.counting import MinuteCounts
from ancora.selfservice.door import refused
from ancora.selfservice.given import MOST_JSON_BYTES
from ancora.selfservice.views import lines, signs

log = logging.getLogger("ancora.chat")
THREADS = 3
# Posts that wait are answered in a second or two; a thousand streams, after a restart, in five.
MOST_POSTS = 300
MOST_STREAMS = 3000
_PATH = re.compile(r"/chat/([^/]+)/(lines|seen|typing)/")
_VIEWS = {"lines": lines.lines, "seen": signs.seen, "typing": signs.typing}
_AWAY = 503


class Crowded(Exception):
    """As many wait as may: whoever asks comes again later."""


@dataclass(slots=True)
class _Room:
    """The threads, and who waits for them."""

    threads: ThreadPoolExecutor
    beside: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(THREADS - 1))
    posts: int = 0
    streams: int = 0


_room: _Room | None = None
_crowds = MinuteCounts()


@contextlib.asynccontextmanager
async def lane():
    """The short way is open inside this block."""
    global _room
    room = _room = _Room(ThreadPoolExecutor(THREADS, thread_name_prefix="chat"))
    try:
        yield
    finally:
        _room = None
        await asyncio.to_thread(_close, room.threads)


def is_meant(scope) -> bool:
    """Whether this request may go the short way."""
    if _room is None or scope["method"] != "POST" or not scope["path"].startswith("/chat/"):
        return False
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    return kind.startswith(b"application/json") and _PATH.fullmatch(scope["path"]) is not None


async def answer(scope, receive, send) -> None:
    """What the view answers; nothing to who is gone before all was sent. 503 to who would wait too long."""
    body, room = await _body(receive), _room
    if body is None:
        return
    # Only who has sent all of it takes a place: nobody fills the row by sending slowly.
    if room is None or room.posts >= MOST_POSTS:
        _note_crowd("posts")
        await _send(send, _crowded(scope))
        return
    room.posts += 1
    try:
        response = await asyncio.get_running_loop().run_in_executor(room.threads, _work, scope, body)
    finally:
        room.posts -= 1
    await _send(send, response)


async def aside[T](function: Callable[..., T], *args) -> T:
    """What `function` gives that asks the database, in one of the threads; once more with a new connection when the
    one it had is gone. `Crowded` where too many wait."""
    room = _room
    if room is None:
        return await sync_to_async(_once)(function, *args)
    if room.streams >= MOST_STREAMS:
        _note_crowd("streams")
        raise Crowded("too many wait")
    room.streams += 1
    try:
        async with room.beside:
            return await asyncio.get_running_loop().run_in_executor(room.threads, _twice, function, *args)
    finally:
        room.streams -= 1


def patience() -> int:
    """In how many seconds to come again: not all at once."""
    return random.randint(2, 8)  # noqa: S311


def _note_crowd(what: str) -> None:
    """In the log, once a minute."""
    if _crowds.count(what) == 1:
        log.warning("More %s of chats wait than may: they are asked to come again", what)


async def _send(send, response: HttpResponse) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.items()]
    headers += [(b"content-length", str(len(response.content)).encode()), (b"x-content-type-options", b"nosniff")]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})


def _crowded(scope) -> HttpResponse:
    """Without a thread, and so without the database."""
    with translation.override(translation.get_language_from_request(ASGIRequest(scope, BytesIO()))):
        words = _("We cannot be reached just now. Nothing is lost; try again.")
        return refused(503, "away", words, later=patience())


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


def _close(threads: ThreadPoolExecutor) -> None:
    """Each thread gives its connection back, then all are gone."""
    together = threading.Barrier(THREADS)

    def leave() -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            together.wait(5)
        connections.close_all()

    for _thread in range(THREADS):
        threads.submit(leave)
    threads.shutdown()
