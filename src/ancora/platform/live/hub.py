"""Brings the database's notices to the open streams of this process."""

import asyncio
import contextlib
import itertools
import logging
import time
from collections import deque

import psycopg
from django.db import connections

log = logging.getLogger("ancora.live")
CHANNEL = "ancora_live"
# Lines travel in the stream itself, not as a hint (see `lines`).
LINES = "ancora_lines"
# A connection cut without a word is noticed after this long at most.
HEARTBEAT_SECONDS = 30
# A stream that does not read loses single hints and gets one that says: fetch everything.
QUEUE_LENGTH = 100
# A proxy between us and the browser ends what is silent for long.
PING_SECONDS = 15
PING = b": ping\n\n"
# Then the browser opens it anew: who may no longer sign in, or see a case, hears of it no longer than this.
LONGEST_SECONDS = 1800
EVERYTHING = "all"
# What changes within this time of another change is told together, each topic once: in a house where hundreds of things
# change in a second, telling each to a hundred desks would be half of what the process does.
TOGETHER_SECONDS = 0.1
# For pages that were drawn before their stream was open.
REMEMBERED_SECONDS = 60
MOST_REMEMBERED = 8000
# In a line of a chat, as the database writes it; that somebody types is not remembered.
_SAID = '"kind": "line"'


class Stream:
    """One browser: the topics it may hear, and the hints and lines (as they are sent) it has not read yet. `names`: it
    hears of several chats, and is told with each line from which one it is."""

    def __init__(self, topics: frozenset[str], *, names: bool = False):
        self.topics = topics
        self.names = names
        self.opened_at = time.monotonic()
        self.queue: asyncio.Queue[str | bytes | None] = asyncio.Queue(QUEUE_LENGTH)

    def offer(self, hint: str | bytes) -> None:
        try:
            self.queue.put_nowait(hint)
        except asyncio.QueueFull:
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(EVERYTHING)

    def end(self, last: bytes = b"") -> None:
        """Nothing more is sent, after `last`."""
        while not self.queue.empty():
            self.queue.get_nowait()
        if last:
            self.queue.put_nowait(last)
        self.queue.put_nowait(None)


class Hub:
    """All streams of this process."""

    def __init__(self) -> None:
        self._streams: set[Stream] = set()
        # A thousand streams of visitors are not asked about each change.
        self._by_topic: dict[str, set[Stream]] = {}
        self._closing = False
        self._heard: deque[tuple[float, frozenset[str]]] = deque(maxlen=MOST_REMEMBERED)
        # What is told when the time that runs is over; None while none runs.
        self._together: list[str] | None = None

    def open(self, topics: frozenset[str], *, age: float = 0, names: bool = False) -> Stream:
        """A stream for a page that is `age` seconds old: it begins with what that page may have missed. `names` as
        `Stream` has it."""
        stream = Stream(topics, names=names)
        if self._closing:
            stream.queue.put_nowait(None)
        else:
            for hint in self._missed(topics, age):
                stream.offer(hint)
        self._streams.add(stream)
        for topic in topics:
            self._by_topic.setdefault(topic, set()).add(stream)
        return stream

    def close(self, stream: Stream) -> None:
        self._streams.discard(stream)
        for topic in stream.topics:
            others = self._by_topic.get(topic, set())
            others.discard(stream)
            if not others:
                self._by_topic.pop(topic, None)

    def __len__(self) -> int:
        return len(self._streams)

    def begin(self) -> None:
        """The server starts: streams may be open from now on."""
        self._closing, self._together = False, None

    def close_all(self) -> None:
        """Ends every stream, so that the server can stop at once."""
        self._closing = True
        for stream in self._streams:
            stream.end()

    def gather(self, changed: str) -> None:
        """As `spread`: at once, or together with all that changes in the tenth of a second that runs since."""
        if self._together is not None:
            self._together.append(changed)
            return
        self.spread(changed)
        self._together = []
        asyncio.get_running_loop().call_later(TOGETHER_SECONDS, self._spread_together)

    def _spread_together(self) -> None:
        gathered, self._together = self._together, None
        if gathered:
            self.gather(" ".join(gathered))

    def spread(self, changed: str) -> None:
        """Tell every stream of the objects in `changed` ("case-17 customer-3") that it listens to.

        A stream may listen to one object (`case-17`) or to all of a kind (`case`).
        """
        objects = changed.split()
        names = frozenset((*objects, *(name.rsplit("-", 1)[0] for name in objects)))
        self._heard.append((time.monotonic(), names))
        for topic in names:
            for stream in self._by_topic.get(topic, ()):
                stream.offer(topic)

    def pass_on(self, told: str) -> None:
        """Give a line ("chat-17 {…}") to every stream of that very topic, made ready for all of them once; to streams
        of pages that were drawn before, and open later, its topic is told as a change."""
        topic, _space, body = told.partition(" ")
        if _SAID in body:
            self._heard.append((time.monotonic(), frozenset((topic,))))
        streams = self._by_topic.get(topic)
        if streams:
            line = f"event: line\ndata: {body}\n\n".encode()
            named = f"id: {topic}\n".encode() + line
            for stream in streams:
                stream.offer(named if stream.names else line)

    def everything(self) -> None:
        self._heard.append((time.monotonic(), frozenset((EVERYTHING,))))
        for stream in self._streams:
            stream.offer(EVERYTHING)

    def _missed(self, topics: frozenset[str], age: float) -> set[str]:
        if not age:
            return set()
        since = time.monotonic() - age
        is_forgotten = len(self._heard) == MOST_REMEMBERED and self._heard[0][0] > since
        if age > REMEMBERED_SECONDS or is_forgotten:
            return {EVERYTHING}
        return {
            name for at, names in self._heard if at >= since for name in names if name in topics or name == EVERYTHING
        }

    async def keep_alive(self) -> None:
        """Runs until cancelled: every stream is sent something every fifteen seconds, and ends after half an hour. One
        clock for all of them, a part at a time: a thousand clocks cost a tenth of a processor."""
        for part in itertools.cycle(range(PING_SECONDS)):
            await asyncio.sleep(1)
            now = time.monotonic()
            for stream in tuple(self._streams):
                if int(stream.opened_at) % PING_SECONDS != part:
                    continue
                if now - stream.opened_at > LONGEST_SECONDS:
                    stream.end()
                elif stream.queue.empty():
                    stream.offer(PING)

    async def listen(self) -> None:
        """Runs until cancelled; whenever it begins to listen it tells all streams to fetch afresh, for what they
        missed."""
        while True:
            try:
                connection = await psycopg.AsyncConnection.connect(autocommit=True, **_parameters())
                async with connection:
                    await connection.execute(f"LISTEN {LINES}")
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self.everything()
                    await self._hear(connection)
            except (psycopg.Error, TimeoutError) as error:
                log.warning("Live updates wait for the database: %s", error)
                await asyncio.sleep(1)

    async def _hear(self, connection: psycopg.AsyncConnection) -> None:
        while True:
            async for notice in connection.notifies(timeout=HEARTBEAT_SECONDS):
                (self.pass_on if notice.channel == LINES else self.gather)(notice.payload)
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                await connection.execute("SELECT 1")


hub = Hub()


@contextlib.asynccontextmanager
async def listening():
    """The hub listens inside this block."""
    hub.begin()
    tasks = [asyncio.create_task(hub.listen()), asyncio.create_task(hub.keep_alive())]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def _parameters() -> dict:
    parameters = connections["default"].get_connection_params()
    return {name: value for name, value in parameters.items() if name not in ("cursor_factory", "context", "pool")}
