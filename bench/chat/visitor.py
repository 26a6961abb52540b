"""A visitor's browser with the chat open: as `selfservice/static` behaves."""

import asyncio
import contextlib
import json
import random

from bench.chat.ledger import Screen
from bench.chat.outbox import LONGEST, Outbox
from bench.chat.wire import AWAY, Answer, ask, stream
from bench.chat.words import as_said

FIRST_PAUSE = 0.5
# What reached the screen is told a moment later for all of it at once.
SEEN_AFTER = 0.3


class Visitor:
    """`end`: the web process it goes to; `heard(text)` hears of each line of ours when it is shown. Whoever has
    said nothing yet begins with the first line (`place` is 0)."""

    def __init__(self, name: str, end: str, port: int, account: str, token: str, address: str) -> None:
        self.name, self.end, self.token, self.place, self.screen = name, end, token, 0, Screen()
        self._port, self._base = port, f"/chat/{account}/"
        self._headers = {"Authorization": f"Bearer {token}", "X-Forwarded-For": address, "Accept-Language": "en"}
        self.outbox = Outbox(self._post, pause=FIRST_PAUSE, is_even=False)
        self.outbox.told = self._told
        self.is_open = asyncio.Event()
        self.heard = lambda text: None
        self._told_seen, self._noting, self._fetching = 0, None, False
        self._listening: asyncio.Task | None = None

    def listen(self) -> None:
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen())

    async def leave(self) -> None:
        for task in (self._listening, self._noting):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    async def _post(self, place: int, text: str, key: str) -> Answer:
        said = {"client_key": key, "text": text}
        if place:
            return await self._ask("POST", "lines/", said)
        return await self._ask("POST", "begin/", {**said, "name": self.name, "language": "en"})

    def _told(self, line, answer: Answer) -> None:
        self.place = self.place or answer.json()["reference"]
        self.listen()

    async def _ask(self, method: str, what: str, said: dict | None = None) -> Answer:
        headers = {**self._headers, "Content-Type": "application/json"} if said is not None else self._headers
        body = json.dumps(said).encode() if said is not None else b""
        return await ask(self._port, method, self._base + what, headers, body)

    async def _listen(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                events = stream(self._port, f"{self._base}stream/?since={self._contiguous()}", self._headers)
                async with contextlib.aclosing(events):
                    async for event in events:
                        if isinstance(event, dict):
                            pause = FIRST_PAUSE
                            self.is_open.set()
                            await self._hear(event)
            except AWAY:
                pass
            self.is_open.clear()
            await asyncio.sleep(pause * (0.5 + random.random()))
            pause = min(2 * pause, LONGEST)

    async def _hear(self, event: dict[str, str]) -> None:
        if event["event"] == "changed":
            return await self._fetch()
        said = json.loads(event["data"]) if event["event"] == "line" else {"kind": ""}
        if said["kind"] != "line":
            return None
        if said.get("fetch") or said["number"] > self._contiguous() + 1:
            return await self._fetch()
        return self._take(said)

    async def _fetch(self) -> None:
        answer = await self._ask("GET", f"lines/?since={self._contiguous()}")
        if answer.status == 200:
            for said in answer.json()["lines"]:
                self._take(said)

    def _take(self, said: dict) -> None:
        text = as_said(said["text"])
        if self.screen.show(said["number"], text) and said["from"] == "agent":
            self.heard(text)
            if self._noting is None or self._noting.done():
                self._noting = asyncio.create_task(self._note())

    async def _note(self) -> None:
        await asyncio.sleep(SEEN_AFTER)
        newest = max(self.screen.numbers)
        if newest > self._told_seen:
            with contextlib.suppress(*AWAY):
                if (await self._ask("POST", "seen/", {"delivered": newest, "read": newest})).status == 200:
                    self._told_seen = newest

    def _contiguous(self) -> int:
        """Nothing is shown behind a gap."""
        return len(self.screen.numbers)
