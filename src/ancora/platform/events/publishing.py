"""Writes an event, its objects and one delivery per subscriber in the caller's transaction: one round trip."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from ancora.platform import clock
from ancora.platform.events.actors import Actor
from ancora.platform.events.event import Event
from ancora.platform.events.registry import subscribers_of, wanted


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
    if not connection.in_atomic_block:
        raise RuntimeError("publish() belongs into the transaction of the change")
    immediate, later = subscribers_of(type(event))
    named = event.named_objects()
    occurred_at = at or clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT publish_event(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                event.type,
                occurred_at,
                actor.kind,
                actor.id,
                json.dumps(event.attributes()),
                [kind for _, kind, _ in named],
                [value for _, _, value in named],
                [role for role, _, _ in named],
                wanted(event, later),
                source,
                key,
            ],
        )
        event_id = cursor.fetchone()[0]
    if event_id is not None and immediate:
        published = Published(event_id, event, actor, occurred_at)
        for handle in immediate:
            handle(published)
    return event_id
