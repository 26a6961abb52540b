"""The stream `/live/?topics=case+case-17&age=900`, beside Django so that it holds no thread and no database connection.

`age`: how old the page is, in milliseconds; the stream begins with what it may have missed since.
"""

import asyncio
import logging
import random
from urllib.parse import parse_qs

from django.db import Error as DatabaseProblem
from django.http.cookie import parse_cookie

from ancora.platform.accounts.sessions import person_of
from ancora.platform.http.lane import Crowded, patience
from ancora.platform.http.together import Together
from ancora.platform.live.hub import Stream, hub
from ancora.platform.live.topics import heard_by

log = logging.getLogger("ancora.live")
PATH = "/live/"
MOST_TOPICS = 50


_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


async def stream(scope, receive, send) -> None:
    """Answers 403 to strangers, else sends `event: changed` with the topic as data, and `event: line` with what was
    told, until one side ends."""
    query = parse_qs(scope["query_string"].decode("latin-1"))
    wanted = " ".join(query.get("topics", [])).split()[:MOST_TOPICS]
    try:
        topics = await _openings.ask((scope, wanted))
    except Crowded:
        return await refuse(send, 503, later=patience())
    except DatabaseProblem as error:
        log.warning("A live stream was not opened: %s", error)
        return await refuse(send, 503)
    if topics is None:
        return await refuse(send, 403)
    # Before the first byte: who has seen the stream begin misses nothing that is committed after.
    opened = hub.open(topics, age=_seconds(query.get("age", ["0"])[0]), names=True)
    try:
        await serve(opened, receive, send)
    finally:
        hub.close(opened)


async def serve(opened: Stream, receive, send, *, first: str = "") -> None:
    """Send `first`, then what `opened` is offered, until one side ends."""
    gone = asyncio.create_task(_end_with(opened, receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        # Not all of them come back in one moment when the server was away.
        await _send(send, f"retry: {random.randrange(300, 900)}\n\n{first}")  # noqa: S311
        while (offered := await opened.queue.get()) is not None:
            await _send(send, offered if isinstance(offered, bytes) else f"event: changed\ndata: {offered}\n\n")
        await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()


async def _end_with(opened: Stream, receive) -> None:
    """Ends the stream when the browser is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
    opened.end()


def _seconds(milliseconds: str) -> float:
    return int(milliseconds) / 1000 if milliseconds.isdecimal() and len(milliseconds) < 16 else 0.0


async def refuse(send, status: int, *, later: int | None = None) -> None:
    """An answer without words; `later`: when to ask again, in seconds."""
    headers = [(b"content-length", b"0")]
    headers += [] if later is None else [(b"retry-after", str(later).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _send(send, text: str | bytes) -> None:
    body = text if isinstance(text, bytes) else text.encode()
    await send({"type": "http.response.body", "body": body, "more_body": True})


def _authorise(asked: list[tuple[dict, list[str]]]) -> list[frozenset[str] | None]:
    """For each the topics that its session may hear, None for a stranger."""
    people = [(_user_of(scope), wanted) for scope, wanted in asked]
    return [None if user is None else heard_by(user, wanted) for user, wanted in people]


def _user_of(scope):
    cookies = {}
    for name, value in scope["headers"]:
        if name == b"cookie":
            cookies.update(parse_cookie(value.decode("latin-1")))
    return person_of(cookies)


# A few at a time: other streams have their turn between them.
_openings = Together(_authorise, most=5)
