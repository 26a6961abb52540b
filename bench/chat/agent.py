"""An agent's browser with one chat on the screen and the others as tabs: as `desk/static` behaves."""

import asyncio
import contextlib
import json
import re
import secrets
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from bench.chat.desk import Desk
from bench.chat.ledger import Screen
from bench.chat.outbox import Outbox
from bench.chat.wire import AWAY, Answer, ask, stream
from bench.chat.words import TOKEN, as_said

FIRST_PAUSE = 1.0
# What the server asks of browsers whose stream was cut (`retry:`), and the most they wait where it was refused.
RETRY, LONGEST = 0.5, 15.0
BEAT = 60
TABS = "/chats/mine/"
_LINES = re.compile(r'data-line="\d+-(\d+)"(.*?)(?=data-line="|\Z)', re.DOTALL)
_TABS = re.compile(r'data-live-topic="chat-(\d+)".*?data-unread="(\d+)"', re.DOTALL)


@dataclass(slots=True)
class Chat:
    """`place`: the number of the conversation, and of its case. `theirs`: numbers of the visitor's lines; `read`: up to
    which the desk said that they were looked at."""

    place: int
    conversation_id: int
    screen: Screen
    theirs: set[int] = field(default_factory=set)
    read: int = 0

    @property
    def unread(self) -> int:
        return sum(number > self.read for number in self.theirs)


class Agent:
    """`end`: the web process it goes to; `heard(chat, text)` hears of each line of a visitor when it is shown."""

    def __init__(self, name: str, end: str, port: int, session: str, address: str, chats: list[Chat]) -> None:
        self.name, self.end, self.heard = name, end, None
        self.chats = {one.place: one for one in chats}
        self.on_screen = chats[0]
        self._by_id = {one.conversation_id: one for one in chats}
        self._port, token = port, secrets.token_hex(16)
        self._headers = {
            "Cookie": f"{session}; ancora_csrf={token}",
            "X-CSRFToken": token,
            "X-Forwarded-For": address,
            "Accept-Encoding": "identity",
        }
        self.outbox = Outbox(self._say, pause=FIRST_PAUSE, is_even=True)
        self.outbox.told = self._said
        # Numbers of lines on the screen that the server has not drawn yet: nobody points at them here.
        self._undrawn: set[int] = set()
        # What was heard and not read when the tabs were asked for: what comes meanwhile may be in the answer or not.
        self._unread: dict[int, int] = {}
        self.is_open = asyncio.Event()
        self._desk = Desk(self._part, self._drawn)
        self._tasks: set[asyncio.Task] = set()

    async def open(self) -> None:
        """The page of the first chat stands, with all that it fetches by itself, and its stream is open."""
        answer = await self._get(f"/cases/{self.on_screen.place}/")
        if answer.status != 200:
            raise SystemExit(f"The desk of {self.name} answered {answer.status}.")
        page = answer.body.decode()
        self._desk.show(page)
        for path in [*re.findall(r'id="list"[^>]*hx-get="([^"]+)"', page), TABS]:
            self._desk.show(await self._part(path.replace("&amp;", "&")))
        self._spawn(self._beat())
        self._spawn(self._listen())

    async def leave(self) -> None:
        self._desk.leave()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _say(self, place: int, text: str, key: str) -> Answer:
        fields = {"form_key": key, "text": text, "kind": "chat", "version": "0"}
        fields["chat"] = str(self.chats[place].conversation_id)
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode(fields).encode()
        return await ask(self._port, "POST", f"/cases/{place}/say/", {**self._headers, **headers}, body)

    def _said(self, line, answer: Answer) -> None:
        if line.place == self.on_screen.place:
            self._draw_later(answer.json()["number"])

    async def _listen(self) -> None:
        topics, age, pause, was_cut = quote(" ".join(sorted(self._desk.topics))), 1000, RETRY, False
        while True:
            status = 0
            try:
                events = stream(self._port, f"/live/?topics={topics}&age={age}", self._headers)
                async with contextlib.aclosing(events):
                    async for event in events:
                        if isinstance(event, dict):
                            self._hear(event)
                            continue
                        status = event.status
                        if status == 200:
                            pause = RETRY
                            self.is_open.set()
                            if was_cut:
                                self._desk.fire("all")
            except AWAY:
                pass
            self.is_open.clear()
            was_cut = True
            # A browser asks again by itself where nobody answers, and not where it is refused.
            await asyncio.sleep(RETRY if status in (0, 200) else pause)
            pause = min(2 * pause, LONGEST) if status not in (0, 200) else RETRY

    def _hear(self, event: dict[str, str]) -> None:
        if event["event"] == "changed":
            return self._desk.fire(event["data"])
        chat, said = self._by_id.get(int(event["id"].rpartition("-")[2])), json.loads(event["data"])
        if chat is None or said["kind"] != "line":
            return None
        text, number = as_said(said["text"]), said["number"]
        if chat is self.on_screen:
            self._draw_later(number)
        if chat.screen.show(number, text) and said["from"] == "visitor":
            self._heard(chat, number, text)
            if chat is self.on_screen:
                self._spawn(self._look())
        return None

    def _draw_later(self, number: int) -> None:
        self._undrawn.add(number)
        self._desk.draw_later(lambda: bool(self._undrawn))

    def _heard(self, chat: Chat, number: int, text: str) -> None:
        chat.theirs.add(number)
        self.heard(text)

    async def _look(self) -> None:
        """What is on the screen was read."""
        chat = self.on_screen
        newest = max(chat.theirs)
        if newest > chat.read:
            chat.read = newest
            await self._post(f"/cases/{chat.place}/chat/seen/", {"number": newest, "chat": chat.conversation_id})

    def _drawn(self, region: str, part: str) -> None:
        if region == "timeline":
            self._draw(self.on_screen, part)
            self._undrawn.difference_update(int(number) for number, _drawn in _LINES.findall(part))
        elif region == "chats":
            for pk, unread in _TABS.findall(part):
                chat = self._by_id.get(int(pk))
                if chat is not None and int(unread) > self._unread[chat.place]:
                    self._spawn(self._open_tab(chat))

    async def _open_tab(self, chat: Chat) -> None:
        """The badge says more than was heard: whoever opens it reads the rest."""
        self._draw(chat, await self._part(f"/cases/{chat.place}/timeline/"))

    def _draw(self, chat: Chat, part: str) -> None:
        for number, drawn in _LINES.findall(part):
            token = TOKEN.search(drawn)
            if token and chat.screen.draw(int(number), token[0]) and "avatar customer" in drawn:
                self._heard(chat, int(number), token[0])

    async def _beat(self) -> None:
        while True:
            await self._post("/presence/desk/", {})
            await asyncio.sleep(BEAT)

    async def _part(self, path: str, *, is_by_itself: bool = False) -> str:
        """Empty where it could not be had."""
        headers = {"HX-Request": "true", **({"X-By-Itself": "1"} if is_by_itself else {})}
        if path == TABS:
            self._unread = {place: chat.unread for place, chat in self.chats.items()}
        try:
            answer = await self._get(path, headers)
        except AWAY:
            return ""
        for name in json.loads(answer.headers.get("hx-trigger", "{}")):
            self._desk.trigger(name)
        return answer.body.decode() if answer.status == 200 else ""

    async def _get(self, path: str, more: dict[str, str] | None = None) -> Answer:
        return await ask(self._port, "GET", path, {**self._headers, **(more or {})})

    async def _post(self, path: str, fields: dict) -> None:
        headers = {**self._headers, "Content-Type": "application/x-www-form-urlencoded"}
        with contextlib.suppress(*AWAY):
            await ask(self._port, "POST", path, headers, urlencode(fields).encode() or b"-=")

    def _spawn(self, work) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
