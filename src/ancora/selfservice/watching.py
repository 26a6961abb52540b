"""Looks at the open streams of this process now and then: whose page is open is here, and whoever waits for an answer
is told how long it will take when that has changed."""

import asyncio
import logging
import time
from collections import Counter

from django.db import Error as DatabaseProblem

from ancora.conversations.chats.commands.here import note_gone, note_here
from ancora.conversations.chats.queries import blocked_among
from ancora.platform.http.lane import Crowded, aside
from ancora.selfservice.gate import gate
from ancora.selfservice.queueing import tell_waits

log = logging.getLogger("ancora.chat")
LOOK_SECONDS = 10
# So long after the last stream: then its visitor is known to be gone.
AFTER_SECONDS = 60


class Watch:
    """Chats whose streams are open here. It costs nothing while there are none."""

    def __init__(self) -> None:
        self._open: Counter[int] = Counter()
        self._until = 0.0
        self._task: asyncio.Task | None = None

    def enter(self, conversation_id: int) -> None:
        self._open[conversation_id] += 1
        if self._task is None or self._task.done() or self._task.get_loop() is not asyncio.get_running_loop():
            self._task = asyncio.create_task(self._look_on())

    def leave(self, conversation_id: int) -> None:
        self._open[conversation_id] -= 1
        if self._open[conversation_id] <= 0:
            del self._open[conversation_id]
        self._until = time.monotonic() + AFTER_SECONDS

    async def _look_on(self) -> None:
        while self._open or time.monotonic() < self._until:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                gate.turn_out(await aside(look, list(self._open), gate.visitors()))
            except (DatabaseProblem, Crowded) as error:
                log.warning("Nobody looked who waits in chats: %s", type(error).__name__)


def look(conversation_ids: list[int], visitor_ids: list[int] = ()) -> set[int]:
    """What is done each time, for the chats that are open here. Those of the visitors who are blocked by now."""
    if conversation_ids:
        note_here(conversation_ids)
    note_gone()
    tell_waits()
    return blocked_among(visitor_ids) if visitor_ids else set()


watch = Watch()
