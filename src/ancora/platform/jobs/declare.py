"""Declares jobs without the declaring module knowing the queue."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.db import InterfaceError, OperationalError, close_old_connections, connection
from procrastinate import RetryStrategy
from procrastinate.exceptions import ConnectorException

# Nothing is wrong with a job that met a database on its way out: it is not given up, and nobody is alarmed.
_WHEN_AWAY = RetryStrategy(
    max_attempts=20, wait=5, retry_exceptions=(OperationalError, InterfaceError, ConnectorException)
)
_declared: list[tuple[Callable, dict, str | None]] = []
_names: dict[Callable, str] = {}


def job(*, retry: int = 0, wait_seconds: int = 60) -> Callable[[Callable], Callable]:
    """Declares a function that may be enqueued; `retry` times again after a failure, waiting longer each time. A
    database that went away is no failure."""

    def declare(function: Callable) -> Callable:
        strategy = RetryStrategy(max_attempts=retry + 1, linear_wait=wait_seconds) if retry else _WHEN_AWAY
        _declare(function, {"retry": strategy}, None)
        return function

    return declare


def periodic(cron: str) -> Callable[[Callable], Callable]:
    """Declares a function without arguments that runs at the times of the five-field `cron` (UTC), once however
    many workers there are."""

    def declare(function: Callable) -> Callable:
        _declare(function, {"retry": _WHEN_AWAY}, cron)
        return function

    return declare


def later(function: Callable, *, at: datetime | None = None, lock: str | None = None, **ids) -> None:
    """Enqueue a declared job in the current transaction; `lock` lets jobs of one thing run one after another."""
    from procrastinate.contrib.django import app

    app.configure_task(_names[function], schedule_at=at, lock=lock).defer(**ids)


def is_enqueued(function: Callable) -> bool:
    """Whether a declared job stands there and nobody has begun it: it will see whatever is committed by now."""
    with connection.cursor() as cursor:
        sql = "SELECT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo')"
        cursor.execute(sql, [_names[function]])
        return cursor.fetchone()[0]


def register(app) -> None:
    """Tells procrastinate of every declared job (called once at start)."""
    from django.utils.module_loading import autodiscover_modules

    autodiscover_modules("jobs")
    for function, options, cron in _declared:
        if cron is None:
            app.task(_giving_back(function), name=_names[function], **options)
        else:
            runner = _giving_back(_without_timestamp(function))
            app.periodic(cron=cron)(app.task(runner, name=_names[function], queueing_lock=_names[function]))


def _declare(function: Callable, options: dict, cron: str | None) -> None:
    _names[function] = f"{function.__module__}.{function.__name__}"
    _declared.append((function, options, cron))


def _without_timestamp(function: Callable) -> Callable:
    def run(timestamp: int) -> None:
        function()

    run.__name__ = function.__name__
    run.__module__ = function.__module__
    return run


def _giving_back(function: Callable) -> Callable:
    """A job runs in a thread of the worker, which ends nothing: its database connection goes back here."""
    from ancora.platform.accounts.language import in_our_language

    @wraps(function)
    def run(*args, **ids) -> None:
        try:
            in_our_language(function)(*args, **ids)
        finally:
            close_old_connections()

    return run
