"""A task per mailbox, started, stopped and started anew as mailboxes are connected, changed and retired."""

import asyncio
import contextlib
import logging
import random

from django.db import Error as DatabaseTrouble
from django.utils.translation import activate
from django.utils.translation import gettext as _

from ancora.conversations.channels.email.fetching import cursor as durable
from ancora.conversations.channels.email.fetching.cursor import CursorMoved, Source, in_database
from ancora.conversations.channels.email.fetching.mailbox import follow
from ancora.conversations.channels.email.fetching.stumbling import Stumbles
from ancora.conversations.channels.email.fetching.wire import ImapTrouble
from ancora.platform.accounts.language import our_language
from ancora.platform.files.store import StorageFull

log = logging.getLogger("ancora.fetching")
CHANGES_SECONDS = 5
FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
# Servers lock an account after too many wrong passwords.
PASSWORD_WAIT = 120.0
# Nothing changes until a person does something, and then the mailbox is begun anew.
CONSENT_WAIT = 3600.0


async def watch_mailboxes(stop: asyncio.Event) -> None:
    """Follow every mailbox in use until `stop` is set; a changed one is begun anew within seconds."""
    tasks: dict[Source, asyncio.Task] = {}
    try:
        while not stop.is_set():
            try:
                # What is told of a mailbox is told in the language in which its task was begun.
                activate(await in_database(our_language))
                wanted = set((await in_database(durable.sources)).values())
            except Exception as error:
                # The database is away, or the key of the stored passwords was changed: said, and tried again.
                log.error("Mailboxes cannot be read: %s", error)
                wanted = set(tasks)
            for source in set(tasks) - wanted:
                await _end(tasks.pop(source))
            for source in wanted - set(tasks):
                tasks[source] = asyncio.create_task(_keep_following(source), name=f"mailbox-{source.mailbox_id}")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), CHANGES_SECONDS)
    finally:
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)


async def _keep_following(source: Source) -> None:
    """Follow, and after a trouble follow again, waiting longer and longer."""
    failures, stumbles = 0, Stumbles()
    while True:
        worked = asyncio.Event()
        try:
            await follow(source, worked, stumbles)
        except CursorMoved:
            continue
        except Exception as error:
            message, reason = _described(error)
            # A connection that worked and broke is opened again before anybody is told.
            failures = 0 if worked.is_set() else failures + 1
            log.warning("Mailbox %s: %s", source.mailbox_id, message)
            if failures or reason == "busy":
                await _note(source, message, reason)
            wait = _wait_after(error, reason, failures)
            # Not all mailboxes of a server that comes back at the same moment.
            await asyncio.sleep(wait * random.uniform(0.8, 1.0))  # noqa: S311


def _wait_after(error: Exception, reason: str, failures: int) -> float:
    if reason == "consent":
        return CONSENT_WAIT
    if reason in ("password", "token", "client"):
        return PASSWORD_WAIT
    return max(min(FIRST_WAIT * 2**failures, LONGEST_WAIT), getattr(error, "seconds", 0))


def _described(error: Exception) -> tuple[str, str]:
    if isinstance(error, ImapTrouble):
        return str(error), error.reason
    if isinstance(error, StorageFull):
        return str(error), "storage"
    if isinstance(error, DatabaseTrouble):
        return _("The database cannot be reached."), "database"
    log.error("Fetching failed", exc_info=error)
    return f"{type(error).__name__}: {error}", "protocol"


async def _note(source: Source, message: str, reason: str) -> None:
    try:
        await in_database(durable.note_failure, source.mailbox_id, message, reason)
    except DatabaseTrouble as error:
        log.error("Mailbox %s: the failure could not be noted: %s", source.mailbox_id, error)


async def _end(task: asyncio.Task) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
