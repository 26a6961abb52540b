"""Parts of the worker that live in the test's own process, and waiting for what they do."""

import asyncio
import threading
import time
from contextlib import contextmanager

from ancora.conversations.channels.email.fetching.cursor import in_database
from ancora.conversations.commands import process_pending
from ancora.conversations.models import Fetch, Mailbox


@contextmanager
def running(function):
    """A part of the worker in a thread with a loop of its own, ended as the worker ends it."""
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(function(stop)), daemon=True)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        assert not thread.is_alive()
        loop.close()


async def process_arrivals(stop: asyncio.Event) -> None:
    """Stands for the part of the worker that reads what arrived."""
    while not stop.is_set():
        await in_database(process_pending)
        await asyncio.sleep(0.05)


def until(condition, seconds: float = 15):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")


def fetch_of(box: Mailbox) -> Fetch:
    return Fetch.objects.filter(pk=box.pk).first() or Fetch()


def looked(box: Mailbox) -> bool:
    return bool(fetch_of(box).succeeded_at)
