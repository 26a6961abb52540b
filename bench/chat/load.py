"""So many lines in a second, spread over all chats, both ways; new chats that begin meanwhile; and kills in turn."""

import asyncio
import random
import time
from collections import deque

from bench.chat.arguments import MOST_A_MINUTE
from bench.chat.ledger import Line
from bench.chat.machines import WORKER, Machines
from bench.chat.stage import Stage
from bench.chat.words import as_said, new_text

NEW_CHATS_A_MINUTE = 50
# Between two kills all processes are there for so long.
BREATH = 2.0
# What is under way at the end is waited for while anything arrives at all, and then for so long.
PATIENCE = 60
SAMPLE_SECONDS = 1.0


class Load:
    """`lines`: all that was said, in the order in which it was; `kills`: (process, when)."""

    def __init__(
        self, stage: Stage, machines: Machines, *, rate: float, seconds: float, seed: int, breath: float
    ) -> None:
        self._stage, self._machines, self._rate, self._seconds = stage, machines, rate, seconds
        self._breath = breath
        self._random, self._ending = random.Random(seed), 0.0
        self.lines: list[Line] = []
        self.newcomers: list = []
        self.kills: list[tuple[str, float]] = []
        self.peak: dict[str, int] = {}
        self._waiting: dict[str, Line] = {}
        self._agents = {place: agent for agent in stage.agents for place in agent.chats}
        self._said: dict[str, deque[float]] = {one.name: deque() for one in stage.visitors}
        for one in (*stage.visitors, *stage.agents):
            one.heard = self._heard

    async def open(self, *, at_a_time: int = 20) -> None:
        """Everybody's stream is open."""
        turns = asyncio.Semaphore(at_a_time)

        async def visit(visitor) -> None:
            async with turns:
                visitor.listen()
                await visitor.is_open.wait()

        async def sit_down(agent) -> None:
            async with turns:
                await agent.open()
                await agent.is_open.wait()

        async with asyncio.timeout(600):
            await asyncio.gather(*map(visit, self._stage.visitors), *map(sit_down, self._stage.agents))

    async def run(self, *, kill: bool) -> None:
        self._ending = time.monotonic() + self._seconds
        watching = asyncio.create_task(self._watch())
        await asyncio.gather(self._talk(), self._arrive(), *([self._kill()] if kill else []))
        since, before = time.monotonic(), 0
        while not self._is_quiet() and time.monotonic() - since < PATIENCE:
            await asyncio.sleep(0.1)
            if (left := len(self._waiting)) != before:
                since, before = time.monotonic(), left
        watching.cancel()

    async def close(self) -> None:
        everybody = [*self._stage.visitors, *self._stage.agents, *self.newcomers]
        await asyncio.gather(*(one.leave() for one in everybody))

    async def _talk(self) -> None:
        """Evenly on the whole, by chance in each moment (Poisson)."""
        at = time.monotonic()
        while (at := at + self._random.expovariate(self._rate)) < self._ending:
            await asyncio.sleep(at - time.monotonic())
            self._say_one()

    def _say_one(self) -> None:
        visitor = self._random.choice(self._stage.visitors)
        agent = self._agents[visitor.place]
        if self._random.random() < 0.5:
            while not self._may_speak(visitor):
                visitor = self._random.choice(self._stage.visitors)
            self._say(visitor, self._agents[visitor.place], visitor.place)
        else:
            self._say(agent, visitor, visitor.place)

    def _say(self, sender, reader, place: int) -> None:
        text = new_text()
        line = Line(sender.name, reader.name if reader else "", place, text, 0.0, _ends(sender, reader))
        line.was_read = reader is None or reader.is_open.is_set()
        self.lines.append(line)
        self._waiting[as_said(text)] = line
        sender.outbox.add(line)

    def _may_speak(self, visitor) -> bool:
        said, now = self._said[visitor.name], time.monotonic()
        while said and now - said[0] > 60:
            said.popleft()
        if len(said) >= MOST_A_MINUTE:
            return False
        said.append(now)
        return True

    def _heard(self, text: str) -> None:
        if line := self._waiting.pop(text, None):
            line.heard_at = time.monotonic()

    async def _arrive(self) -> None:
        """New chats begin, and wait for a first answer."""
        every = 60 / NEW_CHATS_A_MINUTE
        at = time.monotonic() + every / 2
        while at < self._ending:
            await asyncio.sleep(at - time.monotonic())
            visitor = self._stage.newcomer()
            self.newcomers.append(visitor)
            self._say(visitor, None, 0)
            at += every

    async def _kill(self) -> None:
        """One after the other until the time is over, at least each once."""
        names = [*self._machines.all]
        names.sort(key=lambda name: name == WORKER)
        await asyncio.sleep(self._breath)
        turn = 0
        while turn < len(names) or time.monotonic() < self._ending - self._breath:
            name = names[turn % len(names)]
            self.kills.append((name, time.monotonic()))
            await self._machines.all[name].kill()
            await asyncio.sleep(self._breath)
            turn += 1

    def _is_quiet(self) -> bool:
        everybody = [*self._stage.visitors, *self._stage.agents, *self.newcomers]
        return all(one.outbox.is_empty for one in everybody) and not any(line.reader for line in self._waiting.values())

    async def _watch(self) -> None:
        while True:
            for name, pss in (await asyncio.to_thread(self._machines.weigh)).items():
                self.peak[name] = max(pss, self.peak.get(name, 0))
            await asyncio.sleep(SAMPLE_SECONDS)


def _ends(sender, reader) -> tuple[str, ...]:
    return tuple(one.end for one in (sender, reader) if one)
