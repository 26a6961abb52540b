"""`/healthz`: whether this installation works, for a monitor.

It stands before everything else, so that it answers under any host name, before set-up, and at once when the
database is away. Whoever is not an administrator learns ages and numbers, never a name or an address.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.db import Error as DatabaseProblem
from django.db import InterfaceError, OperationalError, connection
from django.http import JsonResponse

PATHS = ("/healthz", "/healthz/")
OK, DEGRADED, DOWN = "ok", "degraded", "down"
SECONDS = 2


@dataclass(frozen=True, slots=True)
class Reading:
    """value: what the answer shows · status: ok, degraded (still 200) or down (503)."""

    value: Any
    status: str = OK


_declared: dict[str, Callable[[bool], Reading]] = {}


def declare_health(name: str, function: Callable[[bool], Reading]) -> None:
    """`function(is_stranger) -> Reading` fills the field `name` of the answer.

    Only administrators are no strangers: nobody else is shown a name.
    """
    _declared[name] = function


class HealthMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return answer(request) if request.path in PATHS else self.get_response(request)


def answer(request) -> JsonResponse:
    """200 when it works, also degraded; 503 when the database is away or of another version."""
    if not _database_answers():
        return _say({"status": DOWN, "database": "away"}, 503)
    try:
        readings = _readings(request)
    except (OperationalError, InterfaceError):
        # A connection of before the database was started again: the next one is new.
        connection.close()
        try:
            readings = _readings(request)
        except DatabaseProblem:
            return _say({"status": DOWN, "database": "away"}, 503)
    statuses = {reading.status for reading in readings.values()}
    status = next((one for one in (DOWN, DEGRADED) if one in statuses), OK)
    words = {name: reading.value for name, reading in readings.items()}
    return _say({"status": status, "database": OK, **words}, 503 if status == DOWN else 200)


def _readings(request) -> dict[str, Reading]:
    """In the order of their declaration; after one that is down the others are not asked: they could not answer."""
    found: dict[str, Reading] = {}
    is_stranger = None
    for name, function in sorted(_declared.items(), key=lambda one: one[0] != "schema"):
        if is_stranger is None and name != "schema":
            is_stranger = _is_stranger(request)
        found[name] = function(True if is_stranger is None else is_stranger)
        if found[name].status == DOWN:
            break
    return found


def _is_stranger(request) -> bool:
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return True
    request.session = SessionStore(key)
    user = get_user(request)
    # Names of mailboxes may be hidden from the other teams, never from administrators.
    return not (user.is_authenticated and user.is_administrator)


def _database_answers() -> bool:
    """Asked on a connection of its own: the pool would wait for long."""
    parameters = connection.get_connection_params() | {"connect_timeout": SECONDS, "autocommit": True}
    parameters.pop("pool", None)
    parameters["options"] = f"{parameters.get('options', '')} -c statement_timeout={SECONDS * 1000}".strip()
    try:
        with psycopg.connect(**parameters) as probe:
            probe.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True


def _say(words: dict, status: int) -> JsonResponse:
    return JsonResponse(words, status=status, headers={"Cache-Control": "no-store"})
