"""Streams and posts have a measure, and neither takes the room of the other."""

import asyncio
import threading
from types import SimpleNamespace

import pytest

from ancora.conversations.chats.commands.blocking import block_visitors
from ancora.conversations.chats.tests.rooms import Browser
from ancora.conversations.models import ChatVisitor
from ancora.platform.http import counting
from ancora.platform.http import lane as http_lane
from ancora.platform.live.hub import Stream
from ancora.selfservice import lane
from ancora.selfservice.gate import LATER, MOST_OF_A_CHAT, MOST_OPENINGS, Gate, Knock
from ancora.selfservice.watching import look


def _enter(gate: Gate, knock: Knock) -> Stream:
    stream = Stream(frozenset(("chat-1",)))
    gate.enter(stream, knock)
    return stream


def test_the_oldest_tab_of_many_makes_room_and_hears_when_to_come_again():
    gate, knock = Gate(), Knock(200, "10.0.0.1", visitor_id=7, conversation_id=1)
    streams = [_enter(gate, knock) for _tab in range(MOST_OF_A_CHAT + 1)]
    assert [streams[0].queue.get_nowait() for _said in range(2)] == [LATER, None]
    assert all(stream.queue.empty() for stream in streams[1:])
    gate.turn_out({7})
    assert all(stream.queue.get_nowait() is None for stream in streams[1:])
    for stream in streams * 2:
        gate.leave(stream, knock)
    assert gate == Gate(_openings=gate._openings)


def test_an_address_has_a_number_of_streams_and_a_token_a_pace(settings, monkeypatch):
    gate, settings.CHAT_STREAMS_PER_ADDRESS = Gate(), 3
    for number in range(3):
        assert not gate.is_crowded("10.0.0.1")
        _enter(gate, Knock(200, "10.0.0.1", conversation_id=number))
    assert (gate.is_crowded("10.0.0.1"), gate.is_crowded("10.0.0.2")) == (True, False)
    monkeypatch.setattr(counting.time, "monotonic", lambda: 600.0)
    assert [gate.is_hasty("a") for _time in range(MOST_OPENINGS + 1)] == [False] * MOST_OPENINGS + [True]
    assert not gate.is_hasty("b")
    # Invented tokens fill nothing.
    monkeypatch.setattr(counting, "MOST_KNOWN", 2)
    gate.is_hasty("c")
    assert len(gate._openings._counts) <= 2


@pytest.fixture
def ask(account):
    """`await ask()`: the status and headers of a sign that an unknown browser sends the short way."""
    path, headers = f"/chat/{account.token}/typing/", [(b"content-type", b"application/json"), (b"host", b"localhost")]
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers}

    async def one():
        said = []

        async def receive():
            return {"type": "http.request", "body": b"{}"}

        async def send(message):
            said.append(message)

        assert lane.is_meant(scope)
        await lane.answer(scope, receive, send, refuse=lambda request: None)
        return SimpleNamespace(status=said[0]["status"], headers=dict(said[0]["headers"]), body=said[1]["body"])

    return one


def test_who_writes_does_not_wait_behind_streams(ask, unshared_database, monkeypatch):
    """However many come back at once; and no row is without an end."""
    opened, streams = threading.Event(), 50

    async def crowd():
        async with http_lane.lane():
            asked = [asyncio.create_task(http_lane.aside(opened.wait, 60)) for _stream in range(streams)]
            await asyncio.sleep(0)
            answers = [(await ask()).status]
            monkeypatch.setattr(http_lane, "MOST_STREAMS", streams)
            with pytest.raises(http_lane.Crowded):
                await http_lane.aside(opened.wait, 60)
            opened.set()
            assert await asyncio.gather(*asked) == [True] * streams
            monkeypatch.setattr(http_lane, "MOST_POSTS", 0)
            away = await ask()
            return [*answers, away.status], away

    statuses, away = asyncio.run(crowd())
    assert statuses == [401, 503]
    assert b'"away"' in away.body
    assert 2 <= int(away.headers[b"Retry-After"]) <= 8


def test_streams_do_not_wait_behind_who_writes(unshared_database, db):
    """All that was written while a process was away comes at once, too."""
    opened = threading.Event()

    async def crowd() -> list:
        async with http_lane.lane():
            posts = [asyncio.create_task(http_lane.in_turn(opened.wait, 60)) for _post in range(50)]
            await asyncio.sleep(0)
            try:
                async with asyncio.timeout(10):
                    answers = [await http_lane.aside(str, 7)]
            finally:
                opened.set()
            return answers + await asyncio.gather(*posts)

    assert asyncio.run(crowd()) == ["7", *[True] * 50]


def test_it_is_calm_once_no_post_waits_for_a_thread(unshared_database, db, monkeypatch):
    opened, busy = threading.Event(), http_lane.POST_THREADS

    async def calm_within(seconds: float) -> bool:
        monkeypatch.setattr(http_lane, "MOST_CALM", seconds)
        loop = asyncio.get_running_loop()
        since = loop.time()
        async with http_lane.when_calm():
            return loop.time() - since < seconds

    async def crowd() -> list[bool]:
        found = [await calm_within(5)]
        async with http_lane.lane():
            posts = [asyncio.create_task(http_lane.in_turn(opened.wait, 60)) for _post in range(busy)]
            await asyncio.sleep(0)
            found.append(await calm_within(5))
            posts.append(asyncio.create_task(http_lane.in_turn(opened.wait, 60)))
            await asyncio.sleep(0)
            found.append(await calm_within(0.3))
            asyncio.get_running_loop().call_later(0.1, opened.set)
            found.append(await calm_within(5))
            await asyncio.gather(*posts)
        return found

    assert asyncio.run(crowd()) == [True, True, False, True]


def test_looking_finds_who_was_blocked(account, cast):
    carla, zoe = Browser(account), Browser(account)
    carla.begin()
    zoe.begin()
    first, second = ChatVisitor.objects.order_by("id")
    assert look([], [first.pk, second.pk]) == set()
    block_visitors(first.conversation_id, author=cast.lena)
    assert look([], [first.pk, second.pk]) == {first.pk}
