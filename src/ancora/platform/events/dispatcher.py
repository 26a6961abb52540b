"""Hands committed events to their subscribers: in batches, and one by one where one of a batch fails or wants to be
alone."""

import json
import logging
from datetime import timedelta

from django.db import OperationalError, connection, transaction

from ancora.platform.events.actors import Actor
from ancora.platform.events.event import known_events
from ancora.platform.events.publishing import Published
from ancora.platform.events.registry import subscriber_named, want_to_be_alone

log = logging.getLogger("ancora.events")
BATCH = 100
# 1, 2, 4 … minutes, then every six hours: a failure is visible and never given up.
LONGEST_WAIT = timedelta(hours=6)

_TAKE = """
SELECT d.id, d.attempts, d.subscriber, e.id, e.type, e.occurred_at, e.actor_kind, e.actor_id, e.attrs,
       (SELECT coalesce(jsonb_object_agg(o.qualifier, o.object_id), '{}') FROM event_object o
        WHERE o.recorded_at = e.recorded_at AND o.event_id = e.id)
FROM event_delivery d JOIN event e ON e.recorded_at = d.recorded_at AND e.id = d.event_id
WHERE d.next_at <= statement_timestamp()
"""
_TAKE_DUE = f"{_TAKE} ORDER BY d.next_at, d.id LIMIT %s FOR UPDATE OF d SKIP LOCKED"
_TAKE_ONE = f"{_TAKE} AND d.id = %s FOR UPDATE OF d SKIP LOCKED"


def dispatch_pending(limit: int = BATCH) -> int:
    """Run due deliveries, at most `limit`; returns how many were taken (0: nothing is due).

    They share a transaction. Those that want to be alone, and all of them when one fails, are then taken one by one,
    each in a transaction of its own: one that raises keeps its error and gets a later time; the others are not touched
    by it. `OperationalError` when the database is away: whatever was under way then was not done.
    """
    taken, singly = _batch(limit)
    return taken + sum(_one(delivery) for delivery in singly)


def drain(most: int = 10_000) -> int:
    """Run batches until nothing is due; returns how many deliveries were taken."""
    total = 0
    while total < most and (taken := dispatch_pending()):
        total += taken
    return total


def _batch(limit: int) -> tuple[int, list[int]]:
    """(how many were done together, ids of those that are to be taken one by one)."""
    rows, held = [], None
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            held = connection.connection
            cursor.execute(_TAKE_DUE, [limit])
            rows = cursor.fetchall()
            done, singly = _handle(rows) if rows else ([], [])
            if done:
                cursor.execute("DELETE FROM event_delivery WHERE id = ANY(%s)", [done])
    except Exception as error:
        if not rows:
            raise
        # Django has begun a new one where the old one was gone.
        if connection.connection is not held:
            raise OperationalError("The connection was lost while events were handled.") from error
        log.info("One of %s deliveries failed: they are taken one by one", len(rows))
        return 0, [delivery for delivery, *_rest in rows]
    return len(done), singly


def _handle(rows: list[tuple]) -> tuple[list[int], list[int]]:
    """To each subscriber at once what it need not have alone: (ids of these, ids of the others)."""
    groups: dict[str, list[tuple[int, Published]]] = {}
    for delivery, _attempts, subscriber, *stored in rows:
        groups.setdefault(subscriber, []).append((delivery, _read(*stored)))
    done, singly = [], []
    for subscriber, group in groups.items():
        handle = _subscriber(subscriber)
        verdicts = want_to_be_alone(subscriber, [published.event for _delivery, published in group])
        shared = [one for one, is_alone in zip(group, verdicts, strict=True) if not is_alone]
        if shared:
            handle([published for _delivery, published in shared])
        done += [delivery for delivery, _published in shared]
        singly += [delivery for (delivery, _), is_alone in zip(group, verdicts, strict=True) if is_alone]
    return done, singly


@transaction.atomic
def _one(delivery: int) -> int:
    """Take one by itself, unless somebody else has done so meanwhile; returns how many were taken."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_ONE, [delivery])
        rows = cursor.fetchall()
        for _delivery, attempts, subscriber, *stored in rows:
            try:
                with transaction.atomic():
                    _subscriber(subscriber)([_read(*stored)])
                    # What would fail only as it is committed fails here, where it is known whose it is.
                    connection.check_constraints()
                cursor.execute("DELETE FROM event_delivery WHERE id = %s", [delivery])
            except Exception as error:
                if connection.needs_rollback:
                    # Not even the savepoint is there any more: it was undone and is taken again.
                    raise OperationalError("The connection was lost while events were handled.") from error
                log.exception("Subscriber %s failed on event %s", subscriber, stored[0])
                _put_off(cursor, delivery, attempts + 1, error)
    return len(rows)


def _subscriber(name: str):
    if handle := subscriber_named(name):
        return handle
    raise LookupError(f"No subscriber {name} in this version.")


def _read(event_id, kind, occurred_at, actor_kind, actor_id, attrs, objects) -> Published:
    event = known_events.get(kind)
    if event is None:
        raise LookupError(f"No event {kind} in this version.")
    attrs, objects = (json.loads(x) if isinstance(x, str) else x for x in (attrs, objects))
    return Published(event_id, event.restored(attrs, objects), Actor(actor_kind, actor_id), occurred_at)


def _put_off(cursor, delivery: int, attempts: int, error: Exception) -> None:
    wait = min(timedelta(minutes=2 ** min(attempts - 1, 12)), LONGEST_WAIT)
    cursor.execute(
        "UPDATE event_delivery SET attempts = %s, error = %s, next_at = statement_timestamp() + %s WHERE id = %s",
        [attempts, f"{type(error).__name__}: {error}"[:2000].replace("\0", ""), wait, delivery],
    )
