"""Writes events, their objects and one delivery per subscriber in the caller's transaction: one round trip."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from ancora.platform import clock
from ancora.platform.events.actors import Actor
from ancora.platform.events.event import Event
from ancora.platform.events.registry import subscribers_of, wanted


@dataclass(frozen=True, slots=True)
class Telling:
    """An event to be recorded. With `source` and `key` a repetition is not recorded again. `is_line`: it is a line of a
    chat, which travels in the stream itself: screens that show one of its objects need not fetch it, only lists hear
    that something changed."""

    event: Event
    actor: Actor
    at: datetime | None = None
    source: str = ""
    key: str = ""
    is_line: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """What a subscriber receives: the event with the place it has in the record."""

    id: int
    event: Event
    actor: Actor
    occurred_at: datetime


def publish(event: Event, *, actor: Actor, source: str = "", key: str = "", at: datetime | None = None) -> int | None:
    """Record `event` as the last line of a command; returns its id.

    With `source` and `key` a repetition is not recorded again and None is returned. Must run inside a
    transaction: the event is true if and only if the change is committed.
    """
    return publish_all([Telling(event, actor, at, source, key)])[0]


def publish_all(tellings: Iterable[Telling]) -> list[int | None]:
    """As `publish`, for what a command did to many at once, in one statement; the ids in the same order."""
    if not connection.in_atomic_block:
        raise RuntimeError("publish() belongs into the transaction of the change")
    told = [(telling, telling.at or clock.now()) for telling in tellings]
    if not told:
        return []
    rows = [_row(number, telling, at) for number, (telling, at) in enumerate(told)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT n, event_id FROM publish_events(%s)", [json.dumps(rows)])
        ids = dict(cursor.fetchall())
    react(
        Published(ids[number], telling.event, telling.actor, at)
        for number, (telling, at) in enumerate(told)
        if number in ids
    )
    return [ids.get(number) for number in range(len(told))]


def prepared(telling: Telling, *, will_react: bool = False) -> dict:
    """An event as the database function `publish_events` takes it, for a command that records it in the very statement
    of its change. `will_react`: it calls `react` after that, for those who react in the same transaction."""
    if subscribers_of(type(telling.event))[0] and not will_react:
        raise RuntimeError(f"somebody reacts to {telling.event.type} at once: publish it")
    return _row(0, telling, telling.at or clock.now())


def _row(number: int, telling: Telling, at: datetime) -> dict:
    event, named = telling.event, telling.event.named_objects()
    return {
        "n": number,
        "type": event.type,
        "at": at.isoformat(),
        "actor_kind": telling.actor.kind,
        "actor_id": telling.actor.id,
        "attrs": event.attributes(),
        "kinds": [kind for _, kind, _ in named],
        "ids": [value for _, _, value in named],
        "roles": [role for role, _, _ in named],
        "later": wanted(event, subscribers_of(type(event))[1]),
        "source": telling.source or None,
        "key": telling.key,
        "quiet": telling.is_line,
    }


def react(published: Iterable[Published]) -> None:
    """Hand events to those who react in the same transaction: to each all of a kind together."""
    by_kind: dict[type[Event], list[Published]] = {}
    for one in published:
        by_kind.setdefault(type(one.event), []).append(one)
    for kind, together in by_kind.items():
        for handle in subscribers_of(kind)[0]:
            handle(together)
