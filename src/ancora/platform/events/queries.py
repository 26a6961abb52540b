"""Reads of the record."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded event; `objects` is a list of (field, object type, object id)."""

    seq: int | None
    id: int
    type: str
    occurred_at: datetime
    recorded_at: datetime
    actor_kind: str
    actor_id: int | None
    attrs: dict[str, Any]
    objects: list[tuple[str, str, int]]


_COLUMNS = """e.id, e.type, e.occurred_at, e.recorded_at, e.actor_kind, e.actor_id, e.attrs,
    (SELECT coalesce(jsonb_agg(jsonb_build_array(o.qualifier, o.object_type, o.object_id)), '[]') FROM event_object o
     WHERE o.recorded_at = e.recorded_at AND o.event_id = e.id)"""


def events_about(
    object_type: str, object_id: int, *, types: list[str], after: int = 0, most: int = 1000
) -> list[Recorded]:
    """Events of `types` about one object that have a later id than `after`, oldest first, the newest `most` of
    them."""
    sql = f"""SELECT NULL, {_COLUMNS} FROM event_object x
        JOIN event e ON e.recorded_at = x.recorded_at AND e.id = x.event_id
        WHERE x.object_type = %s AND x.object_id = %s AND x.event_id > %s AND e.type = ANY(%s)
        ORDER BY e.id DESC LIMIT %s"""  # noqa: S608
    return list(reversed(_rows(sql, [object_type, object_id, after, types, most])))


def events_after(seq: int, *, most: int = 200) -> list[Recorded]:
    """Events in the order of their commits after the cursor `seq`; none is ever missed."""
    sql = f"""SELECT q.seq, {_COLUMNS} FROM event_order q
        JOIN event e ON e.recorded_at = q.recorded_at AND e.id = q.event_id
        WHERE q.seq > %s ORDER BY q.seq LIMIT %s"""  # noqa: S608
    return _rows(sql, [seq, most])


def event_from(source: str, key: str) -> Recorded | None:
    """The event that was recorded under this source and key."""
    sql = f"""SELECT NULL, {_COLUMNS} FROM event_source s
        JOIN event e ON e.recorded_at = s.recorded_at AND e.id = s.event_id
        WHERE s.source = %s AND s.key = %s"""  # noqa: S608
    found = _rows(sql, [source, key])
    return found[0] if found else None


def failed_deliveries() -> int:
    """How many deliveries wait after a failure."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM event_delivery WHERE attempts > 0")
        return cursor.fetchone()[0]


def _rows(sql: str, parameters: list) -> list[Recorded]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [
            Recorded(*row[:-2], _json(row[-2]), [tuple(item) for item in _json(row[-1])]) for row in cursor.fetchall()
        ]


def _json(value):
    return json.loads(value) if isinstance(value, str) else value
