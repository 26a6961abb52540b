"""Work on connections of its own, beside the test's."""

import threading
from collections.abc import Callable
from contextlib import suppress

import psycopg
from asgiref.sync import SyncToAsync
from django.db import connections
from psycopg.pq import TransactionStatus

# All that a session remembers but its prepared statements, of which the driver keeps count.
FORGET = """
CLOSE ALL; RESET SESSION AUTHORIZATION; RESET ALL; UNLISTEN *; SELECT pg_advisory_unlock_all(); DISCARD TEMP;
DISCARD SEQUENCES
"""


def close_connections() -> None:
    """Of this thread, and of the one in which asynchronous code asks the database from test to test."""
    connections.close_all()
    _close_aside()


def rest_connections() -> None:
    """As `close_connections`, but this thread's connection, when it is in order, stays for the next test: the server
    has read the catalogue and planned the statements already."""
    if resting_at():
        try:
            connections["default"].connection.execute(FORGET, prepare=False)
        except psycopg.Error:
            connections.close_all()
    else:
        connections.close_all()
    _close_aside()


def resting_at(name: str | None = None) -> int:
    """The server process of this thread's open connection (to that database) outside a transaction; 0: there is
    none."""
    mine = connections["default"]
    if mine.connection is None or mine.connection.closed or mine.in_atomic_block or not mine.autocommit:
        return 0
    at = mine.connection.info
    is_idle = at.transaction_status == TransactionStatus.IDLE
    return at.backend_pid if is_idle and name in (None, at.dbname) else 0


def _close_aside() -> None:
    with suppress(TimeoutError):
        SyncToAsync.single_thread_executor.submit(connections.close_all).result(10)


class Aside(threading.Thread):
    """Runs `work` in a thread with its own database connection; `result()` waits and gives what it gave or raised."""

    def __init__(self, work: Callable, *args):
        super().__init__(daemon=True)
        self._work, self._args = work, args
        self._given, self._raised = None, None
        self.start()

    def run(self) -> None:
        try:
            self._given = self._work(*self._args)
        except BaseException as error:
            self._raised = error
        finally:
            connections.close_all()

    def result(self, patience: float = 20):
        self.join(patience)
        assert not self.is_alive(), "still at work"
        if self._raised is not None:
            raise self._raised
        return self._given


def serve(server) -> None:
    """Let a server of `http.server` serve aside until it is shut down, which it then is at once."""
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
