"""Work on connections of its own, beside the test's."""

import threading
from collections.abc import Callable
from contextlib import suppress

from asgiref.sync import SyncToAsync
from django.db import connections


def close_connections() -> None:
    """Of this thread, and of the one in which asynchronous code asks the database from test to test."""
    connections.close_all()
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
