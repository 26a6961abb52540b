"""The page of an agent's desk: which of its regions fetch themselves afresh, and when; as `ui/live.js` and htmx do."""

import asyncio
import html
import json
import random
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

# As `COALESCE_MS` and its neighbours there.
COALESCE, LONGEST, LONGEST_OF_MANY, CALM, STEEP, UNEVEN, SPREAD = 0.15, 1.0, 10.0, 2.0, 4, 0.4, 1.5
# As `CALM_MS` of `desk/catching_up.js`.
REST = 8.0
_TAG = re.compile(r"<[a-z]+\s[^<>]*>")
_ATTRIBUTE = re.compile(r"""([\w-]+)=(?:"([^"]*)"|'([^']*)')""")
_TRIGGER = re.compile(r"(\S+) from:body")
_MANY = re.compile(r"news-|[a-z]+\Z")
_SEEN = re.compile(r'data-seen="(\d+)(\.[^"]*)"')
_QUEUES = re.compile(r'data-queues="([^"]*)"')
_FRESH = re.compile(r'data-fresh="(\d+)"')
_GONE = re.compile(r'data-gone="case-(\d+)"')


@dataclass(slots=True)
class Wait:
    """Before a topic is fetched: how long (seconds), how often it was `told` meanwhile, when it was over."""

    pause: float
    told: int = 1
    over_at: float = 0.0


@dataclass(slots=True)
class Region:
    """While it is fetched, one more fetch waits at most (`hx-sync` with `queue last`)."""

    name: str
    path: str = ""
    triggers: frozenset[str] = frozenset()
    values: dict[str, str] = field(default_factory=dict)
    is_wanted: bool = False
    is_by_itself: bool = False
    task: asyncio.Task | None = None


class Desk:
    """`fetch(path, is_by_itself=…)` gives a part of the page; `drawn(region, part)` hears of it."""

    def __init__(self, fetch: Callable[..., Awaitable[str]], drawn: Callable[[str, str], None]) -> None:
        self._fetch, self._drawn = fetch, drawn
        self.regions: dict[str, Region] = {}
        self.topics: set[str] = set()
        # What the list shows, as `desk/list.js` tells it.
        self._seen: dict[str, str] = {}
        self._gone: set[str] = set()
        self._queues, self._fresh = "", "0"
        self._firing: dict[str, Wait] = {}
        self._fired: dict[str, Wait] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._rest: asyncio.TimerHandle | None = None

    def show(self, part: str) -> None:
        """A part that stands in the page from now on."""
        for tag in _TAG.findall(part):
            told = {name: html.unescape(one or other) for name, one, other in _ATTRIBUTE.findall(tag)}
            self.topics.update(told.get("data-live-topic", "").split())
            if "hx-get" in told and "live:" in told.get("hx-trigger", ""):
                triggers = frozenset(_TRIGGER.findall(told["hx-trigger"]))
                region = self.regions.setdefault(told["id"], Region(told["id"]))
                region.path, region.triggers = told["hx-get"], triggers
                region.values = json.loads(told.get("hx-vals", "{}"))
        self._seen.update(_SEEN.findall(part))
        self._gone.update(_GONE.findall(part))
        if queues := _QUEUES.search(part):
            self._queues = queues[1]

    def fire(self, topic: str) -> None:
        """Something changed: soon, and once for all that comes until then, the regions that listen are fetched."""
        if wait := self._firing.get(topic):
            wait.told += 1
            return
        wait = self._firing[topic] = Wait(self._pause_before(topic))
        self._timers[topic] = asyncio.get_running_loop().call_later(wait.pause, self._fire, topic)

    def trigger(self, name: str) -> None:
        """At once."""
        for region in self.regions.values():
            if name in region.triggers:
                region.is_wanted, region.is_by_itself = True, name.startswith("live:")
                if region.task is None or region.task.done():
                    region.task = asyncio.create_task(self._refresh(region))

    def draw_later(self, is_waiting: Callable[[], bool]) -> None:
        """The timeline is fetched when nothing was said for a while, if a line still waits for its drawing then."""
        if self._rest is not None:
            self._rest.cancel()
        self._rest = asyncio.get_running_loop().call_later(REST, self._draw, is_waiting)

    def leave(self) -> None:
        for timer in (*self._timers.values(), self._rest):
            if timer is not None:
                timer.cancel()
        for region in self.regions.values():
            if region.task is not None:
                region.task.cancel()

    def _pause_before(self, topic: str) -> float:
        if topic == "all":
            return COALESCE + random.random() * SPREAD
        last = self._fired.get(topic)
        if last is None or time.monotonic() - last.over_at >= CALM:
            return COALESCE
        is_of_many = bool(_MANY.match(topic))
        times = STEEP * last.told if is_of_many and last.told > 1 else 2
        pause = min(times * last.pause, LONGEST_OF_MANY if is_of_many else LONGEST)
        return pause * (1 - UNEVEN * random.random()) if is_of_many else pause

    def _fire(self, topic: str) -> None:
        wait = self._fired[topic] = self._firing.pop(topic)
        wait.over_at = time.monotonic()
        self.trigger(f"live:{topic}")

    def _draw(self, is_waiting: Callable[[], bool]) -> None:
        if is_waiting():
            self.trigger("timeline:changed")

    async def _refresh(self, region: Region) -> None:
        while region.is_wanted:
            region.is_wanted = False
            values = dict(region.values)
            if region.name == "news":
                seen, gone = (f"{pk}{rest}" for pk, rest in self._seen.items()), sorted(self._gone)
                told = {"seen": ",".join(seen), "gone": ",".join(gone), "fresh": self._fresh, "queues": self._queues}
                values.update(told)
            path = region.path
            if values:
                path += ("&" if "?" in path else "?") + urlencode(values)
            if part := await self._fetch(path, is_by_itself=region.is_by_itself):
                self.show(part)
                if region.name == "news":
                    fresh = _FRESH.search(part)
                    self._fresh = fresh[1] if fresh else "0"
                self._drawn(region.name, part)
