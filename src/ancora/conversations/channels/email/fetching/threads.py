"""Work for the database, and other work that waits, beside the event loop."""

import asyncio
import functools
from collections.abc import Callable

from django.db import close_old_connections


async def in_database[T](function: Callable[..., T], *arguments, **named) -> T:
    """Runs in a thread that gives its connection back."""
    return await asyncio.to_thread(_with_connection, functools.partial(function, *arguments, **named))


def _with_connection(call: Callable):
    try:
        return call()
    finally:
        close_old_connections()
