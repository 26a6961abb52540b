"""Hands committed events to their subscribers: in batches, a savepoint each, with its own retry time and error."""

import json
import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import OperationalError, connection, transaction

from ancora.platform.events.actors import Actor
from ancora.platform.events.event import known_events
from ancora.platform.events.publishing import Published
from ancora.platform.events.registry import subscriber_named, wants_to_be_alone

log = logging.getLogger("ancora.events")
BATCH = 100
# 1, 2, 4 … minutes, then every six hours: a failure is visible and never given up.
LONGEST_WAIT = timedelta(hours=6)

_TAKE = """
SELECT d.id, d.subscriber, d.attempts, e.id, e.type, e.occurred_at, e.actor_kind, e.actor_id, e.attrs,
       (SELECT coalesce(jsonb_object_agg(o.qualifier, o.object_id), '{}') FROM event_object o
        WHERE o.recorded_at = e.recorded_at AND o.event_id = e.id)
FROM event_delivery d JOIN event e ON e.recorded_at = d.recorded_at AND e.id = d.event_id
WHERE d.next_at <= statement_timestamp() ORDER BY d.next_at, d.id LIMIT %s FOR UPDATE OF d SKIP LOCKED
"""


def dispatch_pending(limit: int = BATCH) -> int:
    """Run due deliveries, at most `limit`; returns how many were taken (0: nothing is due).

    A delivery that raises keeps its error and gets a later time; the others are not touched by it. They share a
    transaction, but for those that want to be alone. `OperationalError` when the database is away: whatever was under
    way then was not done.
    """
    total, is_cut = 0, True
    while is_cut and total < limit:
        taken, is_cut = _batch(limit - total)
        total += taken
    return total


def drain(most: int = 10_000) -> int:
    """Run batches until nothing is due; returns how many deliveries were taken."""
    total = 0
    while total < most and (taken := dispatch_pending()):
        total += taken
    return total


@transaction.atomic
def _batch(limit: int) -> tuple[int, bool]:
    """(how many deliveries were taken, whether others are due that must not share their transaction): those are let go
    as they were."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [limit])
        rows = cursor.fetchall()
        taken, done, is_alone = 0, [], False
        for delivery, subscriber, attempts, *stored in rows:
            try:
                with transaction.atomic():
                    handle, published = _read(subscriber, *stored)
                    is_alone = wants_to_be_alone(subscriber, published.event)
                    if is_alone and taken:
                        # It begins with nothing held, so that nobody waits for us while we wait for them.
                        break
                    handle(published)
                done.append(delivery)
            except Exception as error:
                if connection.needs_rollback:
                    # Not even the savepoint is there any more: the whole batch was undone and is taken again.
                    raise OperationalError("The connection was lost while events were handled.") from error
                log.exception("Subscriber %s failed on event %s", subscriber, stored[0])
                _put_off(cursor, delivery, attempts + 1, error)
            taken += 1
            if is_alone:
                break
        if done:
            cursor.execute("DELETE FROM event_delivery WHERE id = ANY(%s)", [done])
    return taken, taken < len(rows)


def _read(subscriber, event_id, kind, occurred_at, actor_kind, actor_id, attrs, objects) -> tuple[Callable, Published]:
    handle, event = subscriber_named(subscriber), known_events.get(kind)
    if handle is None or event is None:
        raise LookupError(f"No subscriber {subscriber} or event {kind} in this version.")
    attrs, objects = (json.loads(x) if isinstance(x, str) else x for x in (attrs, objects))
    return handle, Published(event_id, event.restored(attrs, objects), Actor(actor_kind, actor_id), occurred_at)


def _put_off(cursor, delivery: int, attempts: int, error: Exception) -> None:
    wait = min(timedelta(minutes=2 ** min(attempts - 1, 12)), LONGEST_WAIT)
    cursor.execute(
        "UPDATE event_delivery SET attempts = %s, error = %s, next_at = statement_timestamp() + %s WHERE id = %s",
        [attempts, f"{type(error).__name__}: {error}"[:2000].replace("\0", ""), wait, delivery],
    )
