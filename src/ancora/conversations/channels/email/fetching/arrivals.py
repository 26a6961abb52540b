"""Calls the intake whenever something arrived, and every few seconds in case a call was missed."""

import asyncio
import contextlib
import logging

import psycopg
from django.db import Error as DatabaseTrouble
from django.db import connections

from ancora.conversations.channels.email.fetching.cursor import in_database
from ancora.conversations.commands.intake import process_pending
from ancora.conversations.commands.receive import WAKE_CHANNEL

log = logging.getLogger("ancora.intake")
LOOK_SECONDS = 5.0


async def process_arrivals(stop: asyncio.Event) -> None:
    """Read what arrives until `stop` is set; a database that goes away is waited for."""
    news = asyncio.Event()
    listener = asyncio.create_task(_listen(news))
    stopping = asyncio.create_task(_wake_at_the_end(stop, news))
    try:
        while not stop.is_set():
            news.clear()
            await _process_all(stop)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), LOOK_SECONDS)
    finally:
        for task in (listener, stopping):
            task.cancel()
        await asyncio.gather(listener, stopping, return_exceptions=True)


async def _process_all(stop: asyncio.Event) -> None:
    try:
        while not stop.is_set() and await in_database(process_pending):
            pass
    except DatabaseTrouble as error:
        log.error("What arrived cannot be read now: %s", error)
    except Exception:
        log.exception("What arrived cannot be read now")


async def _listen(news: asyncio.Event) -> None:
    parameters = connections["default"].get_connection_params()
    parameters = {
        name: value for name, value in parameters.items() if name not in ("cursor_factory", "context", "pool")
    }
    while True:
        try:
            connection = await psycopg.AsyncConnection.connect(autocommit=True, **parameters)
            async with connection:
                await connection.execute(f"LISTEN {WAKE_CHANNEL}")
                news.set()
                async for _notice in connection.notifies():
                    news.set()
        except psycopg.Error as error:
            log.warning("The intake waits for the database: %s", error)
        await asyncio.sleep(1)


async def _wake_at_the_end(stop: asyncio.Event, news: asyncio.Event) -> None:
    await stop.wait()
    news.set()
