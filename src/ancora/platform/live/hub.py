"""Brings the database's notices to the open streams of this process."""

import asyncio
import contextlib
import itertools
import logging
import time
from collections import deque
from collections.abc import Set

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
# Of many who listen to the same, so many at a time are told, and all of them within two seconds: told in one moment
# they would all ask in one moment, and whoever says something would wait behind them.
MOST_AT_ONCE, TURN_SECONDS, TURNS = 5, 0.1, 20
# For pages that were drawn before their stream was open: what was told in each second, and of how much.
REMEMBERED_SECONDS = 60
MOST_REMEMBERED = 20_000
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
        self._heard: deque[tuple[int, set[str]]] = deque()
        self._remembered, self._forgotten_at = 0, -1
        # What is told when the time that runs is over; None while none runs.
        self._together: list[str] | None = None
        # Topics that are just told in turn, and those of them that changed again.
        self._rounds: set[str] = set()
        self._again: set[str] = set()

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
        self._closing, self._together, self._rounds, self._again = False, None, set(), set()

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
        self._remember(names)
        for topic in names:
            self._tell(topic)

    def _tell(self, topic: str) -> None:
        streams = self._by_topic.get(topic, ())
        if topic in self._rounds:
            self._again.add(topic)
        elif len(streams) <= MOST_AT_ONCE:
            for stream in streams:
                stream.offer(topic)
        else:
            self._tell_in_turn(topic, list(streams))

    def _tell_in_turn(self, topic: str, streams: list[Stream]) -> None:
        """What changes meanwhile is told to all of them once more."""
        many = max(MOST_AT_ONCE, -(-len(self._by_topic.get(topic, ())) // TURNS))
        for stream in streams[:many]:
            stream.offer(topic)
        left = streams[many:]
        if not left and topic in self._again:
            self._again.discard(topic)
            left = list(self._by_topic.get(topic, ()))
        if left:
            self._rounds.add(topic)
            asyncio.get_running_loop().call_later(TURN_SECONDS, self._tell_in_turn, topic, left)
        else:
            self._rounds.discard(topic)

    def pass_on(self, told: str) -> None:
        """Give a line ("chat-17 {…}") to every stream of that very topic, made ready for all of them once; to streams
        of pages that were drawn before, and open later, its topic is told as a change."""
        topic, _space, body = told.partition(" ")
        if _SAID in body:
            self._remember({topic})
        streams = self._by_topic.get(topic)
        if streams:
            line = f"event: line\ndata: {body}\n\n".encode()
            named = f"id: {topic}\n".encode() + line
            for stream in streams:
                stream.offer(named if stream.names else line)

    def everything(self) -> None:
        self._remember({EVERYTHING})
        for stream in self._streams:
            stream.offer(EVERYTHING)

    def _remember(self, names: Set[str]) -> None:
        second = int(time.monotonic())
        if not self._heard or self._heard[-1][0] != second:
            self._heard.append((second, set()))
        latest = self._heard[-1][1]
        self._remembered -= len(latest)
        latest |= names
        self._remembered += len(latest)
        while self._heard[0][0] < second - REMEMBERED_SECONDS or self._remembered > MOST_REMEMBERED:
            self._forgotten_at, forgotten = self._heard.popleft()
            self._remembered -= len(forgotten)
            if not self._heard:
                break

    def _missed(self, topics: frozenset[str], age: float) -> set[str]:
        if not age:
            return set()
        since = int(time.monotonic() - age)
        if age > REMEMBERED_SECONDS or self._forgotten_at >= since:
            return {EVERYTHING}
        heard = set().union(*(names for second, names in self._heard if second >= since))
        return heard & (topics | {EVERYTHING})

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
        """Reads whatever the socket has, all of it at once: waiting for each notice anew would cost many times as
        much."""
        loop, place = asyncio.get_running_loop(), connection.fileno()
        # What comes while the heartbeat is asked.
        connection.add_notify_handler(lambda notice: self._take(notice.channel, notice.payload))
        while True:
            lost = loop.create_future()
            loop.add_reader(place, self._read, connection.pgconn, lost)
            try:
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    await lost
            except TimeoutError:
                pass
            finally:
                loop.remove_reader(place)
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                await connection.execute("SELECT 1")

    def _read(self, connection, lost: asyncio.Future) -> None:
        try:
            connection.consume_input()
        except psycopg.Error as error:
            if not lost.done():
                lost.set_exception(error)
            return
        while notice := connection.notifies():
            self._take(notice.relname.decode(), notice.extra.decode())

    def _take(self, channel: str, told: str) -> None:
        (self.pass_on if channel == LINES else self.gather)(told)


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
