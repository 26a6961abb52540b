"""The stream `/live/?topics=case+case-17`, beside Django so that it holds no thread and no database connection."""

import asyncio
from http.cookies import SimpleCookie
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.db import connections
from django.utils.crypto import constant_time_compare
from django.utils.module_loading import import_string

from ancora.platform.live.hub import hub
from ancora.platform.live.topics import heard_by

PATH = "/live/"
PING_SECONDS = 15
MOST_TOPICS = 50


async def stream(scope, receive, send) -> None:
    """Answers 403 to strangers, else sends `event: changed` with the topic as data until one side ends."""
    query = parse_qs(scope["query_string"].decode("latin-1"))
    wanted = " ".join(query.get("topics", [])).split()[:MOST_TOPICS]
    topics = await sync_to_async(_authorise)(scope, wanted)
    if topics is None:
        await send({"type": "http.response.start", "status": 403, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})
        return
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [
                (b"content-type", b"text/event-stream; charset=utf-8"),
                (b"cache-control", b"no-store"),
                (b"x-accel-buffering", b"no"),
            ],
        }
    )
    gone = asyncio.create_task(_gone(receive))
    opened = hub.open(topics)
    try:
        await _send(send, "retry: 500\n\n")
        await _copy(opened, send, gone)
    finally:
        hub.close(opened)
        gone.cancel()
    await send({"type": "http.response.body", "body": b""})


async def _copy(opened, send, gone: asyncio.Task) -> None:
    while True:
        hint = asyncio.create_task(opened.queue.get())
        done, _ = await asyncio.wait({hint, gone}, timeout=PING_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if hint not in done:
            hint.cancel()
        if gone in done:
            return
        if hint not in done:
            await _send(send, ": ping\n\n")
        elif (topic := hint.result()) is None:
            return
        else:
            await _send(send, f"event: changed\ndata: {topic}\n\n")


async def _gone(receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


def _authorise(scope, wanted: list[str]) -> frozenset[str] | None:
    """The topics this session may hear, None for a stranger. Gives its database connection back at once."""
    try:
        user = _user_of(scope)
        return None if user is None else heard_by(user, wanted)
    finally:
        connections.close_all()


def _user_of(scope):
    cookies = SimpleCookie()
    for name, value in scope["headers"]:
        if name == b"cookie":
            cookies.load(value.decode("latin-1"))
    if settings.SESSION_COOKIE_NAME not in cookies:
        return None
    session = import_string(f"{settings.SESSION_ENGINE}.SessionStore")(cookies[settings.SESSION_COOKIE_NAME].value)
    user = get_user_model().objects.filter(pk=session.get(SESSION_KEY) or None, is_active=True).first()
    if user is None:
        return None
    valid = constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    return user if valid else None
