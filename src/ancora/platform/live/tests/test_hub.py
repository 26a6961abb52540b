"""The hub itself: what a stream is offered, and when it is too much."""

import asyncio

import pytest

from ancora.platform.live.hub import (
    LONGEST_SECONDS,
    MOST_AT_ONCE,
    MOST_REMEMBERED,
    PING,
    PING_SECONDS,
    QUEUE_LENGTH,
    REMEMBERED_SECONDS,
    TURN_SECONDS,
    Hub,
)
from ancora.platform.live.lines import told
from ancora.platform.live.topics import heard_by


def _waiting(stream) -> list:
    return [stream.queue.get_nowait() for _hint in range(stream.queue.qsize())]


def test_stream_hears_its_object_and_its_kind_once_per_change():
    hub = Hub()
    kind, one, other = (hub.open(frozenset([topic])) for topic in ("case", "case-17", "case-18"))
    hub.spread("case-17 case-19 customer-3")
    assert (_waiting(kind), _waiting(one), _waiting(other)) == (["case"], ["case-17"], [])


def test_changes_of_one_moment_are_told_together_and_the_first_at_once():
    hub = Hub()
    stream = hub.open(frozenset(["case", "case-2"]))

    async def changes() -> list:
        for number in (1, 2, 2, 3):
            hub.gather(f"case-{number}")
        at_once = _waiting(stream)
        together = {await stream.queue.get() for _hint in range(2)}
        hub.gather("case-1")
        return [at_once, together, _waiting(stream), await stream.queue.get()]

    assert asyncio.run(changes()) == [["case"], {"case", "case-2"}, [], "case"]


def test_change_without_objects_is_heard_by_nobody():
    hub = Hub()
    stream = hub.open(frozenset(["case", ""]))
    hub.spread("")
    assert _waiting(stream) == []


def test_reader_that_falls_behind_is_told_once_to_fetch_everything():
    hub = Hub()
    slow, quick = hub.open(frozenset(["case"])), hub.open(frozenset(["case"]))
    for _hint in range(QUEUE_LENGTH):
        hub.spread("case-1")
    assert _waiting(quick) == ["case"] * QUEUE_LENGTH
    hub.spread("case-1")
    assert _waiting(slow) == ["all"]
    assert _waiting(quick) == ["case"]


def test_closing_ends_full_streams_and_those_that_open_too_late():
    hub = Hub()
    full = hub.open(frozenset(["case"]))
    for _hint in range(QUEUE_LENGTH):
        hub.spread("case-1")
    hub.close_all()
    assert _waiting(full) == [None]
    assert _waiting(hub.open(frozenset())) == [None]
    hub.begin()
    assert _waiting(hub.open(frozenset())) == []


def test_stream_begins_with_what_its_page_may_have_missed():
    hub = Hub()
    hub.spread("case-17 customer-3")
    assert set(_waiting(hub.open(frozenset(["case", "case-17", "case-18"]), age=5))) == {"case", "case-17"}
    assert _waiting(hub.open(frozenset(["case"]))) == []


def test_page_older_than_what_is_remembered_fetches_everything():
    hub = Hub()
    assert _waiting(hub.open(frozenset(["case"]), age=REMEMBERED_SECONDS + 1)) == ["all"]
    for number in range(MOST_REMEMBERED + 1):
        hub.spread(f"case-{number}")
    assert _waiting(hub.open(frozenset(["customer"]), age=5)) == ["all"]


def test_many_who_listen_to_the_same_are_told_in_turn():
    """Each soon, and once more of what changes while the others are told."""

    async def busy():
        hub = Hub()
        streams = [hub.open(frozenset(["case", f"user-{number}"])) for number in range(3 * MOST_AT_ONCE)]
        hub.spread("case-1 user-0")
        told = [_waiting(one) for one in streams]
        assert sum(one.count("case") for one in told) == MOST_AT_ONCE
        assert sum("user-0" in one for one in told) == 1
        hub.spread("case-2")
        hub.spread("case-3")
        assert [_waiting(one) for one in streams] == [[]] * len(streams)
        for _turn in range(8):
            await asyncio.sleep(TURN_SECONDS)
        late = [_waiting(one) for one in streams]
        assert sum(one.count("case") for one in late) == 5 * MOST_AT_ONCE
        assert all("case" in one for one in late)
        hub.spread("case-4")
        assert sum(_waiting(one).count("case") for one in streams) == MOST_AT_ONCE

    asyncio.run(busy())


def test_topic_nobody_allows_is_left_out(cast):
    assert heard_by(cast.anna, ["case", "secret", "secret-1", "case-", "-1", ""]) == {"case"}


def test_line_is_for_exactly_its_topic_and_comes_as_it_is_sent():
    hub = Hub()
    kind, one, other = (hub.open(frozenset([topic])) for topic in ("chat", "chat-17", "chat-18"))
    hub.pass_on('chat-17 {"text": "a b"}')
    line = b'event: line\ndata: {"text": "a b"}\n\n'
    assert (_waiting(kind), _waiting(one), _waiting(other)) == ([], [line], [])
    hub.close(one)
    hub.pass_on("chat-17 {}")
    hub.spread("chat-17")
    assert (_waiting(one), _waiting(kind)) == ([], ["chat"])


def test_page_that_may_have_missed_a_line_is_told_of_which_chat():
    hub = Hub()
    hub.pass_on('chat-17 {"kind": "line", "text": "a b"}')
    hub.pass_on('chat-18 {"kind":"typing"}')
    assert _waiting(hub.open(frozenset(["chat-17", "chat-18", "chat"]), age=5)) == ["chat-17"]
    assert _waiting(hub.open(frozenset(["chat-17"]))) == []


def test_what_is_told_keeps_within_a_notice():
    assert told({"kind": "line", "number": 3, "text": "è"}) == '{"kind":"line","number":3,"text":"è"}'
    assert told({"kind": "line", "number": 3, "text": "è" * 4000}) == '{"kind":"line","number":3,"fetch":true}'


def test_idle_streams_are_sent_something_and_old_ones_end(monkeypatch):
    hub, turns = Hub(), iter(range(2 * PING_SECONDS))
    idle, busy, old = (hub.open(frozenset(["case"])) for _stream in range(3))
    old.opened_at -= LONGEST_SECONDS + 1
    busy.offer("case")

    async def pass_quickly(_seconds):
        if next(turns, None) is None:
            raise asyncio.CancelledError

    monkeypatch.setattr("ancora.platform.live.hub.asyncio.sleep", pass_quickly)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(hub.keep_alive())
    assert (_waiting(idle), _waiting(busy), _waiting(old)) == ([PING], ["case"], [None])
