"""Lines on their way: one after the other in each chat, again with the same key until the server says yes or no."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from uuid import uuid4

from bench.chat.ledger import Line
from bench.chat.wire import AWAY, Answer

LONGEST = 15.0


class Outbox:
    """`post(place, text, key)` sends one; the first pause before it is sent again is `pause` seconds, as the browser of
    that side has it, and each next one twice as long."""

    def __init__(self, post: Callable[[int, str, str], Awaitable[Answer]], *, pause: float, is_even: bool) -> None:
        self._post, self._pause, self._is_even = post, pause, is_even
        self._waiting: dict[int, list[tuple[Line, str]]] = defaultdict(list)
        self._tasks: dict[int, asyncio.Task] = {}
        self.told: Callable[[Line, Answer], None] = lambda line, answer: None

    def add(self, line: Line) -> None:
        """It is said now."""
        line.posted_at = time.monotonic()
        ahead = self._waiting[line.place]
        line.was_held_up = bool(ahead) and ahead[0][0].was_held_up
        ahead.append((line, str(uuid4())))
        task = self._tasks.get(line.place)
        if task is None or task.done():
            self._tasks[line.place] = asyncio.create_task(self._run(line.place))

    @property
    def is_empty(self) -> bool:
        return not any(self._waiting.values())

    async def _run(self, place: int) -> None:
        while waiting := self._waiting[place]:
            await self._deliver(*waiting[0])
            waiting.pop(0)

    async def _deliver(self, line: Line, key: str) -> None:
        pause = self._pause
        while True:
            later = pause * (1 if self._is_even else 0.5 + random.random())
            try:
                answer = await self._post(line.place, line.text, key)
                if answer.status == 200:
                    said = answer.json()
                    line.answered, line.place = said["number"], line.place or said["reference"]
                    return self.told(line, answer)
                if answer.status < 500 and answer.status not in (408, 429):
                    line.is_refused = True
                    return None
                later = max(later, float(answer.headers.get("retry-after", 0)))
            except AWAY:
                pass
            for held_up, _key in self._waiting[line.place]:
                held_up.was_held_up = True
            await asyncio.sleep(later)
            pause = min(2 * pause, LONGEST)
