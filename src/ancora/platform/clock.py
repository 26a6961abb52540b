"""The one place that says what time it is, so that a story of the past can be told through the same commands."""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_told: ContextVar[datetime | None] = ContextVar("told_time", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC; inside `at(...)` the told one."""
    return _told.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime):
    """Within this block it is `moment` (aware) for everything that asks `now()`."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    token = _told.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _told.reset(token)
