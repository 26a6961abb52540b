"""The real product inside the test process: uvicorn and the worker, each in a thread with a loop of its own."""

import asyncio
import contextlib
import threading
import time

import uvicorn
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore


@contextlib.contextmanager
def running():
    """Serves until the block ends, worker included; gives http://localhost:PORT."""
    from ancora.config.worker import work

    with web_server() as (_server, address):
        worker = _Worker(work)
        worker.start()
        try:
            yield address
        finally:
            worker.stop()
            worker.join(15)


@contextlib.contextmanager
def web_server():
    """The web server alone, until the block ends; gives it and its address. `has_stopped` says when it is gone."""
    from ancora.config.operations.assets import collect_assets
    from ancora.config.server import LiveServer

    collect_assets()
    server = LiveServer(
        uvicorn.Config("ancora.config.asgi:application", host="127.0.0.1", port=0, lifespan="on", log_config=None)
    )
    server.has_stopped = False
    web = _Web(server)
    web.start()
    try:
        yield server, f"http://localhost:{_port(server)}"
    finally:
        server.should_exit = True
        web.join(15)


def session_cookie(user, address: str) -> dict:
    """The cookie of a signed-in session, as Playwright takes it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": address}


class _Web(threading.Thread):
    """Runs a server until it is told to exit."""

    def __init__(self, server) -> None:
        super().__init__(daemon=True)
        self._server = server

    def run(self) -> None:
        try:
            self._server.run()
        finally:
            self._server.has_stopped = True


class _Worker(threading.Thread):
    """Runs the worker until told to stop."""

    def __init__(self, work) -> None:
        super().__init__(daemon=True)
        self._work, self._loop, self._stop_event = work, asyncio.new_event_loop(), asyncio.Event()

    def run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._work(self._stop_event))

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop_event.set)


def _port(server, patience: float = 15.0) -> int:
    deadline = time.monotonic() + patience
    while not (server.started and server.servers):
        if time.monotonic() > deadline:
            raise RuntimeError("The web server did not start.")
        time.sleep(0.02)
    return server.servers[0].sockets[0].getsockname()[1]
