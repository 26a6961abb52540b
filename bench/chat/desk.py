"""The page of an agent's desk: which of its regions fetch themselves afresh, and when; as `ui/live.js` and htmx do."""

import asyncio
import html
import json
import random
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlencode

# As `COALESCE_MS` and its neighbours there.
COALESCE, LONGEST, LONGEST_OF_MANY, CALM, SPREAD = 0.15, 1.0, 10.0, 2.0, 1.5
_TAG = re.compile(r"<[a-z]+\s[^<>]*>")
_ATTRIBUTE = re.compile(r"""([\w-]+)=(?:"([^"]*)"|'([^']*)')""")
_TRIGGER = re.compile(r"(\S+) from:body")
_MANY = re.compile(r"news-|[a-z]+\Z")
_SEEN = re.compile(r'data-seen="(\d+)(\.[^"]*)"')


@dataclass(slots=True)
class Region:
    """While it is fetched, one more fetch waits at most (`hx-sync` with `queue last`)."""

    name: str
    path: str
    triggers: frozenset[str]
    values: dict[str, str]
    is_wanted: bool = False
    task: asyncio.Task | None = None


class Desk:
    """`fetch(path)` gives a part of the page; `drawn(region, part)` hears of it."""

    def __init__(self, fetch: Callable[[str], Awaitable[str]], drawn: Callable[[str, str], None]) -> None:
        self._fetch, self._drawn = fetch, drawn
        self.regions: dict[str, Region] = {}
        self.topics: set[str] = set()
        self._seen: dict[str, str] = {}
        self._firing: dict[str, asyncio.TimerHandle] = {}
        self._fired: dict[str, tuple[float, float]] = {}

    def show(self, part: str) -> None:
        """A part that stands in the page from now on."""
        for tag in _TAG.findall(part):
            told = {name: html.unescape(one or other) for name, one, other in _ATTRIBUTE.findall(tag)}
            self.topics.update(told.get("data-live-topic", "").split())
            if "hx-get" in told and "live:" in told.get("hx-trigger", ""):
                triggers = frozenset(_TRIGGER.findall(told["hx-trigger"]))
                values = json.loads(told.get("hx-vals", "{}"))
                self.regions[told["id"]] = Region(told["id"], told["hx-get"], triggers, values)
        self._seen.update(_SEEN.findall(part))

    def fire(self, topic: str) -> None:
        """Something changed: soon, and once for all that comes until then, the regions that listen are fetched."""
        if topic not in self._firing:
            pause = self._pause_before(topic)
            self._firing[topic] = asyncio.get_running_loop().call_later(pause, self._fire, topic, pause)

    def trigger(self, name: str) -> None:
        """At once."""
        for region in self.regions.values():
            if name in region.triggers:
                region.is_wanted = True
                if region.task is None or region.task.done():
                    region.task = asyncio.create_task(self._refresh(region))

    def leave(self) -> None:
        for timer in self._firing.values():
            timer.cancel()
        for region in self.regions.values():
            if region.task is not None:
                region.task.cancel()

    def _pause_before(self, topic: str) -> float:
        if topic == "all":
            return COALESCE + random.random() * SPREAD
        longest = LONGEST_OF_MANY if _MANY.match(topic) else LONGEST
        at, pause = self._fired.get(topic, (-CALM, 0.0))
        return min(2 * pause, longest) if time.monotonic() - at < CALM else COALESCE

    def _fire(self, topic: str, pause: float) -> None:
        del self._firing[topic]
        self._fired[topic] = (time.monotonic(), pause)
        self.trigger(f"live:{topic}")

    async def _refresh(self, region: Region) -> None:
        while region.is_wanted:
            region.is_wanted = False
            values = dict(region.values)
            if region.name == "news":
                values["seen"] = ",".join(f"{pk}{rest}" for pk, rest in self._seen.items())
            path = region.path
            if values:
                path += ("&" if "?" in path else "?") + urlencode(values)
            if part := await self._fetch(path):
                self._seen.update((pk, rest) for pk, rest in _SEEN.findall(part) if pk in self._seen)
                self._drawn(region.name, part)
