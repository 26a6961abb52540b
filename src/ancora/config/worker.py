"""The worker: hands events to subscribers, reads what arrived, fetches mailboxes, listens for mail, runs jobs."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import InterfaceError, OperationalError, connections

from ancora.conversations.channels.email.fetching import watch_mailboxes
from ancora.conversations.channels.email.listening.doors import Rules
from ancora.conversations.commands import process_pending
from ancora.conversations.commands.listeners import forget_listeners_but
from ancora.conversations.commands.receive import WAKE_CHANNEL
from ancora.platform.accounts.language import in_our_language
from ancora.platform.events.dispatcher import BATCH, dispatch_pending
from ancora.platform.events.jobs import prepare_event_partitions

log = logging.getLogger("ancora.worker")
# A notice normally wakes a loop at once; without one it looks again after this long.
IDLE_SECONDS = 5
# What comes all the time is taken together: a batch costs more than a delivery.
APART_SECONDS = 0.15
NOTICE_SECONDS = 0.05


async def work(stop: asyncio.Event) -> None:
    """Runs until `stop` is set; what is under way is finished first. A part that fails ends the worker."""
    # An installation that slept for months has no place for this month's events before its nightly job.
    await _once(prepare_event_partitions)
    wake = {"ancora_deliveries": asyncio.Event(), WAKE_CHANNEL: asyncio.Event()}
    parts = [
        _listen(wake, stop),
        _repeat(dispatch_pending, wake["ancora_deliveries"], stop, apart=APART_SECONDS, full=BATCH),
        _repeat(process_pending, wake[WAKE_CHANNEL], stop),
        watch_mailboxes(stop),
        _listen_for_mail(stop),
        _jobs(stop),
    ]
    tasks = [asyncio.create_task(part) for part in parts]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    for event in wake.values():
        event.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    for task in tasks:
        if task.exception():
            raise task.exception()


async def _repeat(
    step: Callable[[], int], wake: asyncio.Event, stop: asyncio.Event, *, apart: float = 0.0, full: int = 1
) -> None:
    """Run `step` until it finds nothing to do, then wait for a notice. Where it did less than `full` there is no more
    for the moment: it begins again when at least `apart` seconds have passed since it began."""
    while not stop.is_set():
        wake.clear()
        began = time.monotonic()
        taken = await _once(step)
        if stop.is_set():
            return
        if not taken:
            await _wait(wake, IDLE_SECONDS)
        elif taken < full:
            await _wait(stop, began + apart - time.monotonic())


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)


async def _once(step: Callable[[], int | None]) -> int:
    try:
        return await sync_to_async(_with_connection, thread_sensitive=False)(step) or 0
    except (OperationalError, InterfaceError) as error:
        log.warning("The database is away, trying again: %s", error)
        await asyncio.sleep(1)
        return 0


def _with_connection(step: Callable[[], int | None]) -> int | None:
    try:
        return in_our_language(step)()
    finally:
        connections.close_all()


async def _listen(wake: dict[str, asyncio.Event], stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            parameters = connections["default"].get_connection_params()
            wanted = {
                key: value for key, value in parameters.items() if key not in ("cursor_factory", "context", "pool")
            }
            connection = await psycopg.AsyncConnection.connect(autocommit=True, **wanted)
            async with connection:
                for channel in wake:
                    await connection.execute(f"LISTEN {channel}")
                for event in wake.values():
                    event.set()
                while not stop.is_set():
                    heard = False
                    async for notice in connection.notifies(timeout=0.5, stop_after=1):
                        wake[notice.channel].set()
                        heard = True
                    if heard:
                        # Those of the next moment are heard together.
                        await _wait(stop, NOTICE_SECONDS)
        except psycopg.Error as error:
            log.warning("The worker waits for the database: %s", error)
            await asyncio.sleep(1)


async def _listen_for_mail(stop: asyncio.Event) -> None:
    found = settings.ENVIRONMENT
    await _once(lambda: forget_listeners_but(door.kind for door in found.doors))
    if not found.doors:
        await stop.wait()
        return
    from ancora.conversations.channels.email.listening.listener import listen

    rules = Rules(found.trusted, found.largest_mail, found.certificate, found.certificate_key)
    await listen(found.doors, rules, stop)


async def _jobs(stop: asyncio.Event) -> None:
    from procrastinate.contrib.django import app

    while not stop.is_set():
        # Procrastinate keeps one connection of Django's for its own questions and never looks whether it still lives.
        await sync_to_async(connections.close_all)()
        async with app.with_connector(app.connector.get_worker_connector()).open_async() as running:
            task = asyncio.create_task(
                running.run_worker_async(
                    concurrency=4,
                    install_signal_handlers=False,
                    shutdown_graceful_timeout=10,
                    delete_jobs="successful",
                    listen_notify=True,
                )
            )
            waiting = asyncio.create_task(stop.wait())
            await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            task.cancel()
            try:
                await task
            except asyncio.CancelledError:
                pass
            except Exception:
                log.exception("The jobs stopped; starting them again")
                await asyncio.sleep(2)
    await sync_to_async(connections.close_all)()
