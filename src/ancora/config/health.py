"""What the installation as a whole tells a monitor: the form of the database, the worker, events not delivered."""

from ancora.config import schema
from ancora.platform.accounts.queries import is_set_up
from ancora.platform.events.queries import failed_deliveries
from ancora.platform.http.health import DEGRADED, DOWN, OK, Reading, declare_health
from ancora.platform.jobs.queries import ALIVE_SECONDS, worker_seen_seconds

# Comparing with the packages on disk costs much more than looking whether anything was applied since.
_last_current: tuple | None = None


def declare() -> None:
    declare_health("schema", _schema)
    declare_health("worker_seen_seconds", _worker)
    declare_health("undelivered_events", lambda is_stranger: Reading(failed_deliveries()))


def _schema(is_stranger: bool) -> Reading:
    global _last_current
    applied = _applied()
    if applied == _last_current:
        return Reading("current")
    if schema.unknown():
        return Reading("too new", DOWN)
    if schema.pending():
        return Reading("too old", DOWN)
    _last_current = applied
    return Reading("current")


def _worker(is_stranger: bool) -> Reading:
    seconds = worker_seen_seconds()
    is_there = seconds is not None and seconds <= ALIVE_SECONDS
    return Reading(seconds, OK if is_there or not is_set_up() else DEGRADED)


def _applied() -> tuple:
    from django.db import ProgrammingError, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*), max(id) FROM django_migrations")
            return cursor.fetchone()
    except ProgrammingError:
        return (0, None)
