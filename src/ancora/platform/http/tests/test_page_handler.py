"""Pages are made in a few threads: what somebody asked for waits for nothing that screens fetch by themselves."""

import asyncio
import threading

from django.db import connection, connections
from django.http import FileResponse, HttpResponse, StreamingHttpResponse

from ancora.platform.http.lane import POST_THREADS, in_turn, lane
from ancora.platform.http.pages import BY_ITSELF, MOST_BY_THEMSELVES, MOST_PAGES, PageHandler

PATIENCE = 10


class Pages(PageHandler):
    """Answers by `answer(request)` alone; `made`: paths in the order of their turns."""

    def __init__(self, answer) -> None:
        super().__init__()
        self.answer, self.made = answer, []

    def load_middleware(self, is_async: bool = False) -> None:
        pass

    def get_response(self, request):
        self.made.append(request.path)
        return self.answer(request)


def ask(pages: Pages, path: str, *, by_itself: bool = False, gone=None, query: bytes = b"", sent=None):
    """A task that gives (status, body); None of who was `gone` before."""
    headers = [(BY_ITSELF, b"1")] if by_itself else []
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query, "headers": headers}
    return asyncio.create_task(_asked(pages, scope, gone or asyncio.Event(), sent))


async def _asked(pages, scope, gone, sent):
    body, said = [{"type": "http.request"}], []

    async def receive():
        if body:
            return body.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        said.append(message)
        if sent is not None:
            sent(message)
        # As over a network.
        await asyncio.sleep(0)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            # As servers do: whoever listens hears that there is nothing more.
            gone.set()

    async with asyncio.timeout(PATIENCE):
        await pages(scope, receive, send)
    return (said[0]["status"], b"".join(one.get("body", b"") for one in said[1:])) if said else None


class Gate:
    """Answers wait at it until it is open; `wait(many)` until so many do."""

    def __init__(self) -> None:
        self._open, self._came = threading.Event(), threading.Semaphore(0)
        self.open = self._open.set

    def __call__(self, request):
        if "slow" in request.path:
            self._came.release()
            self._open.wait(PATIENCE)
        return HttpResponse(request.path)

    async def wait(self, many: int) -> None:
        for _one in range(many):
            await asyncio.to_thread(self._came.acquire, timeout=PATIENCE)


async def _what_is_asked_beside(pages: Pages, gate: Gate) -> tuple:
    parts = [ask(pages, f"/slow/{number}/", by_itself=True) for number in range(10)]
    await gate.wait(MOST_BY_THEMSELVES)
    page, many = await ask(pages, "/page/"), len(pages.made)
    gate.open()
    return page, many, await asyncio.gather(*parts)


def test_page_does_not_wait_for_what_screens_fetch_by_themselves():
    gate = Gate()
    page, many, parts = asyncio.run(_what_is_asked_beside(Pages(gate), gate))
    assert page == (200, b"/page/")
    assert many == MOST_BY_THEMSELVES + 1
    assert parts == [(200, f"/slow/{number}/".encode()) for number in range(10)]


async def _while_posts_wait(pages: Pages) -> list:
    opened = threading.Event()
    async with lane():
        posts = [asyncio.create_task(in_turn(opened.wait, PATIENCE)) for _post in range(POST_THREADS + 1)]
        await asyncio.sleep(0)
        part = ask(pages, "/part/", by_itself=True)
        made = [await ask(pages, "/page/"), part.done()]
        opened.set()
        await asyncio.gather(*posts)
        return [*made, await part]


def test_what_screens_fetch_by_themselves_lets_who_writes_go_before(db):
    pages = Pages(lambda request: HttpResponse(request.path))
    assert asyncio.run(_while_posts_wait(pages)) == [(200, b"/page/"), False, (200, b"/part/")]
    assert pages.made == ["/page/", "/part/"]


async def _leave(pages: Pages, gate: Gate) -> list:
    busy = [ask(pages, f"/slow/{number}/") for number in range(MOST_PAGES)]
    await gate.wait(MOST_PAGES)
    gone = asyncio.Event()
    late, left = ask(pages, "/late/"), ask(pages, "/left/", gone=gone)
    await asyncio.sleep(0)
    gone.set()
    answers = [await left]
    gate.open()
    return [*answers, await late, *await asyncio.gather(*busy)]


def test_who_is_gone_before_their_turn_is_not_answered():
    gate = Gate()
    pages = Pages(gate)
    left, late, *busy = asyncio.run(_leave(pages, gate))
    assert (left, late, len(busy)) == (None, (200, b"/late/"), MOST_PAGES)
    assert "/left/" not in pages.made


async def _one(pages: Pages, **asked):
    return await ask(pages, "/one/", **asked)


def test_broken_address_is_refused():
    pages = Pages(lambda request: HttpResponse())
    assert asyncio.run(_one(pages, query=b"\xff"))[0] == 400
    assert pages.made == []


def test_connection_is_given_back_with_the_page(db):
    known = []

    def answer(request):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 'here'")
            known.append(connections["default"])
            return HttpResponse(cursor.fetchone()[0])

    assert asyncio.run(_one(Pages(answer))) == (200, b"here")
    assert known[0].connection is None


def test_parts_of_a_long_answer_are_read_as_they_are_sent_and_it_is_closed(db):
    known, happened = [], []

    def parts():
        for part in (b"one ", b"two"):
            happened.append(part)
            yield part

    def answer(request):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        known.append(connections["default"])
        response = StreamingHttpResponse(parts())
        response._resource_closers.append(lambda: happened.append("closed"))
        return response

    pages = Pages(answer)
    assert asyncio.run(_one(pages, sent=lambda message: happened.append(message.get("body")))) == (200, b"one two")
    assert happened == [None, b"one ", b"one ", b"two", b"two", None, "closed"]
    assert known[0].connection is None


def test_file_is_closed_also_where_nobody_reads_it_to_the_end(tmp_path):
    (tmp_path / "file").write_bytes(b"x" * 10 * PageHandler.chunk_size)
    opened, gone = (tmp_path / "file").open("rb"), asyncio.Event()

    def sent(message):
        if len(message.get("body", b"")) == PageHandler.chunk_size:
            gone.set()

    asyncio.run(_one(Pages(lambda request: FileResponse(opened)), sent=sent, gone=gone))
    assert opened.closed


async def _leave_at_work(pages: Pages, gate: Gate) -> None:
    gone = asyncio.Event()
    asked = ask(pages, "/slow/", gone=gone)
    await gate.wait(1)
    gone.set()
    assert await asked is None
    gate.open()
    await asyncio.to_thread(pages._asked.shutdown)


def test_what_has_begun_is_finished_when_they_leave():
    gate, read = Gate(), []

    def answer(request):
        gate(request)
        read.append(request.body)
        return HttpResponse()

    asyncio.run(_leave_at_work(Pages(answer), gate))
    assert read == [b""]
