"""Brings the database's notices to the open streams of this process."""

import asyncio
import contextlib
import logging

import psycopg
from django.db import connections

log = logging.getLogger("ancora.live")
CHANNEL = "ancora_live"
# A connection cut without a word is noticed after this long at most.
HEARTBEAT_SECONDS = 30
# A stream that does not read loses single hints and gets one that says: fetch everything.
QUEUE_LENGTH = 100
EVERYTHING = "all"


class Stream:
    """One browser: the topics it may hear and the hints it has not read yet."""

    def __init__(self, topics: frozenset[str]):
        self.topics = topics
        self.queue: asyncio.Queue[str | None] = asyncio.Queue(QUEUE_LENGTH)

    def offer(self, hint: str) -> None:
        try:
            self.queue.put_nowait(hint)
        except asyncio.QueueFull:
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(EVERYTHING)


class Hub:
    """All streams of this process."""

    def __init__(self) -> None:
        self._streams: set[Stream] = set()
        self._closing = False

    def open(self, topics: frozenset[str]) -> Stream:
        stream = Stream(topics)
        if self._closing:
            stream.queue.put_nowait(None)
        self._streams.add(stream)
        return stream

    def close(self, stream: Stream) -> None:
        self._streams.discard(stream)

    def __len__(self) -> int:
        return len(self._streams)

    def begin(self) -> None:
        """The server starts: streams may be open from now on."""
        self._closing = False

    def close_all(self) -> None:
        """Ends every stream, so that the server can stop at once."""
        self._closing = True
        for stream in self._streams:
            while stream.queue.full():
                stream.queue.get_nowait()
            stream.queue.put_nowait(None)

    def spread(self, changed: str) -> None:
        """Tell every stream of the objects in `changed` ("case-17 customer-3") that it listens to.

        A stream may listen to one object (`case-17`) or to all of a kind (`case`).
        """
        objects = changed.split()
        names = {*objects, *(name.rsplit("-", 1)[0] for name in objects)}
        for stream in self._streams:
            for topic in names & stream.topics:
                stream.offer(topic)

    def everything(self) -> None:
        for stream in self._streams:
            stream.offer(EVERYTHING)

    async def listen(self) -> None:
        """Runs until cancelled; whenever it begins to listen it tells all streams to fetch afresh, for what they
        missed."""
        while True:
            try:
                connection = await psycopg.AsyncConnection.connect(autocommit=True, **_parameters())
                async with connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self.everything()
                    await self._hear(connection)
            except (psycopg.Error, TimeoutError) as error:
                log.warning("Live updates wait for the database: %s", error)
                await asyncio.sleep(1)

    async def _hear(self, connection: psycopg.AsyncConnection) -> None:
        while True:
            async for notice in connection.notifies(timeout=HEARTBEAT_SECONDS):
                self.spread(notice.payload)
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                await connection.execute("SELECT 1")


hub = Hub()


@contextlib.asynccontextmanager
async def listening():
    """The hub listens inside this block."""
    hub.begin()
    task = asyncio.create_task(hub.listen())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _parameters() -> dict:
    parameters = connections["default"].get_connection_params()
    return {name: value for name, value in parameters.items() if name not in ("cursor_factory", "context", "pool")}
