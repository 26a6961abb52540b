"""The short way of what is asked a hundred times in a second: a few threads that keep their database connection, where
Django's handler starts a thread for every request and takes a connection from the pool.

Streams ask here what they begin with, in threads of their own: a thousand of them come back at once when a process was
started again, and so does all that was written meanwhile. Neither waits in a row without an end.
"""

import asyncio
import contextlib
import logging
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from asgiref.sync import sync_to_async
from django.db import InterfaceError, OperationalError, connection, connections
from django.http import HttpResponse

from ancora.platform.http.counting import MinuteCounts

log = logging.getLogger("ancora.http")
POST_THREADS, STREAM_THREADS = 3, 2
# Posts that wait are answered in a second or two; a thousand streams, after a restart, in five.
MOST_POSTS = 300
MOST_STREAMS = 3000
# What may wait lets posts go before, so many seconds at most, and is done so many at a time.
MOST_CALM, MOST_WHEN_CALM = 2.0, 2


class Crowded(Exception):
    """As many wait as may: whoever asks comes again later."""


@dataclass(slots=True)
class _Room:
    """The threads, and how many are in them or wait for them; `calm` while no post waits."""

    for_posts: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(POST_THREADS, "lane"))
    for_streams: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(STREAM_THREADS, "stream"))
    posts: int = 0
    streams: int = 0
    calm: asyncio.Event = field(default_factory=asyncio.Event)
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_WHEN_CALM))

    def count_post(self, change: int) -> None:
        self.posts += change
        (self.calm.clear if self.posts > POST_THREADS else self.calm.set)()


_room: _Room | None = None
_crowds = MinuteCounts()
_mine = threading.local()


@contextlib.asynccontextmanager
async def lane():
    """The short way is open inside this block."""
    global _room
    room = _room = _Room()
    try:
        yield
    finally:
        _room = None
        await asyncio.to_thread(_close, room.for_posts, POST_THREADS)
        await asyncio.to_thread(_close, room.for_streams, STREAM_THREADS)


def is_open() -> bool:
    """Whether anything goes the short way just now."""
    return _room is not None


async def in_turn[T](function: Callable[..., T], *args) -> T:
    """What `function` gives, who answers a post, in one of the threads. `Crowded` where too many wait, or the way is
    closed by now."""
    room = _room
    if room is None or room.posts >= MOST_POSTS:
        note_crowd("posts")
        raise Crowded("too many wait")
    room.count_post(1)
    try:
        return await asyncio.get_running_loop().run_in_executor(room.for_posts, _kept, function, *args)
    finally:
        room.count_post(-1)


async def aside[T](function: Callable[..., T], *args) -> T:
    """What `function` gives that asks the database, in one of the threads; once more with a new connection when the
    one it had is gone. `Crowded` where too many wait."""
    room = _room
    if room is None:
        return await sync_to_async(_once)(function, *args)
    if room.streams >= MOST_STREAMS:
        note_crowd("streams")
        raise Crowded("too many wait")
    room.streams += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(room.for_streams, _twice, function, *args)
    finally:
        room.streams -= 1


@contextlib.asynccontextmanager
async def when_calm():
    """A few at a time are inside this block, each as soon as no post waits for a thread, or two seconds after it
    came."""
    room, ending = _room, asyncio.get_running_loop().time() + MOST_CALM
    if room is None:
        yield
        return
    async with room.turns:
        if room.posts > POST_THREADS:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(ending):
                    await room.calm.wait()
        yield


def patience() -> int:
    """In how many seconds to come again: not all at once."""
    return random.randint(2, 8)  # noqa: S311


async def body_of(receive, most: int) -> bytes | None:
    """All that was sent, or as much as tells that it is more than `most` bytes; None of who is gone."""
    read = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        if len(read) <= most:
            read += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(read)


async def respond(send, response: HttpResponse) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.items()]
    headers += [(b"set-cookie", one.output(header="").strip().encode("latin-1")) for one in response.cookies.values()]
    headers += [(b"content-length", str(len(response.content)).encode())]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})


def note_crowd(what: str) -> None:
    """In the log, once a minute."""
    if _crowds.count(what) == 1:
        log.warning("More %s wait than may: they are asked to come again", what)


def _once[T](function: Callable[..., T], *args) -> T:
    try:
        return function(*args)
    finally:
        connections.close_all()


def _kept[T](function: Callable[..., T], *args) -> T:
    """The thread keeps its connection, unless that is broken."""
    _plan_once()
    try:
        return function(*args)
    finally:
        if connection.errors_occurred:
            connection.close_if_unusable_or_obsolete()


def _twice[T](function: Callable[..., T], *args) -> T:
    try:
        return function(*args)
    except (OperationalError, InterfaceError):
        connection.close()
        return function(*args)


def _plan_once() -> None:
    """All that is asked here is found by keys, so one plan is as good for all: making it anew each time would cost
    more than what is asked. Does nothing where the database is away: whoever asks next says so."""
    if connection.connection is not None and connection.connection is getattr(_mine, "planned", None):
        return
    with contextlib.suppress(OperationalError, InterfaceError), connection.cursor() as cursor:
        cursor.execute("SET plan_cache_mode = force_generic_plan")
        _mine.planned = connection.connection


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
