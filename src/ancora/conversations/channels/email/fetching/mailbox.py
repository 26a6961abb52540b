"""One mailbox followed: opened, read from the cursor on, then waited for, with old mail taken in meanwhile."""

import asyncio
import logging
from datetime import timedelta

from ancora.conversations.channels.email.fetching import cursor as durable
from ancora.conversations.channels.email.fetching.cursor import Cursor, Source, in_database
from ancora.conversations.channels.email.fetching.imap import Imap, Listed, Selected
from ancora.conversations.channels.email.fetching.importing import begin_stretch, import_some
from ancora.conversations.channels.email.fetching.loading import batches, next_window, take
from ancora.conversations.channels.email.fetching.stumbling import Stumbles
from ancora.platform import clock

log = logging.getLogger("ancora.fetching")
# RFC 2177 wants IDLE renewed within 29 minutes; routers forget a silent connection much earlier.
IDLE_SECONDS = 240
POLL_SECONDS = 30
# An IDLE that the server ends by itself at once is not asked for again at once.
SHORTEST_WAIT = 1.0
# Servers date arrivals in a zone and by a clock of their own; ours may have been wrong at the last look.
MARGIN, MARGIN_AGAIN = timedelta(days=1), timedelta(days=7)


async def follow(source: Source, worked: asyncio.Event, stumbles: Stumbles) -> None:
    """Connect, read what is new (then `worked` is set), import a little of what is old, wait for more; ends only by
    raising."""
    imap = await Imap.connect(source.account)
    try:
        selected = await imap.select(source.folder)
        cursor = await _placed(imap, source, selected)
        cursor = await _read_windows(imap, source, cursor, await imap.uid_next(selected), stumbles)
        if cursor.is_importing:
            await begin_stretch(imap, source, cursor, selected)
        while True:
            cursor = await _read_new(imap, source, cursor, stumbles)
            await in_database(durable.note_success, source.mailbox_id)
            worked.set()
            if cursor.is_importing:
                # An import that fails is a failure, although new mail is fetched.
                worked.clear()
                cursor = await import_some(imap, source, cursor, stumbles)
                worked.set()
            elif not imap.has_news:
                await _wait(imap)
    finally:
        await imap.close()


async def _wait(imap: Imap) -> None:
    if not imap.can_idle:
        await asyncio.sleep(POLL_SECONDS)
        await imap.noop()
        return
    began = asyncio.get_running_loop().time()
    is_new = await imap.idle(IDLE_SECONDS)
    if not is_new:
        spent = asyncio.get_running_loop().time() - began
        await asyncio.sleep(max(0.0, min(SHORTEST_WAIT, IDLE_SECONDS) - spent))


async def _placed(imap: Imap, source: Source, selected: Selected) -> Cursor:
    """The cursor, set anew at the first connection and when the server numbers its mails anew (UIDVALIDITY)."""
    cursor = await in_database(durable.cursor_of, source.mailbox_id)
    if cursor.uid_validity == selected.uid_validity:
        return cursor
    uid_next = await imap.uid_next(selected)
    # Not simply the highest: mail that came since the mailbox was connected, or last looked at, is not old, although
    # this look may come late, after a wrong password was put right for example.
    if cursor.uid_validity is None or cursor.succeeded_at is None:
        since = source.connected_at - MARGIN
    else:
        since = min(cursor.succeeded_at, clock.now()) - MARGIN_AGAIN
    first = await imap.first_uid_since(since.date()) or uid_next
    if cursor.uid_validity is None:
        first = await _first_new(imap, source, first, uid_next)
    last_uid = first - 1
    # What was imported before the server numbered anew is here; what was not is begun anew.
    imports = source.imports_old and (cursor.uid_validity is None or cursor.is_importing)
    return await in_database(
        durable.begin_anew,
        source.mailbox_id,
        cursor,
        selected.uid_validity,
        last_uid=last_uid,
        old_until_uid=uid_next - 1,
        old_uid=0,
        old_end_uid=last_uid if imports else 0,
        old_total=0,
    )


async def _first_new(imap: Imap, source: Source, first: int, uid_next: int) -> int:
    """The first mail from `first` on that arrived since the mailbox was connected. A server searches by whole days, and
    the old mails of the last day belong behind those that they answer."""
    after = first - 1
    while after < uid_next - 1:
        listed, after = await next_window(imap, after, uid_next - 1)
        for one in listed:
            if one.received_at is None or one.received_at >= source.connected_at:
                return one.uid
    return uid_next


async def _read_windows(imap: Imap, source: Source, cursor: Cursor, uid_next: int, stumbles: Stumbles) -> Cursor:
    """What was there when the folder was opened, a stretch of UIDs at a time."""
    while cursor.last_uid < uid_next - 1:
        listed, upto = await next_window(imap, cursor.last_uid, uid_next - 1)
        cursor = await _read(imap, source, cursor, listed, upto, stumbles)
        await in_database(durable.note_success, source.mailbox_id, uid_next)
    return cursor


async def _read_new(imap: Imap, source: Source, cursor: Cursor, stumbles: Stumbles) -> Cursor:
    listed = await imap.listed(cursor.last_uid + 1, None)
    return await _read(imap, source, cursor, listed, listed[-1].uid, stumbles) if listed else cursor


async def _read(
    imap: Imap, source: Source, cursor: Cursor, listed: list[Listed], upto: int, stumbles: Stumbles
) -> Cursor:
    """Load and store in batches; the cursor never passes a mail that is not stored."""
    wanted = [
        one for one in listed if source.imports_old or not durable.is_old(source, cursor, one.uid, one.received_at)
    ]
    for batch in batches(wanted):
        cursor = await take(imap, source, cursor, batch, stumbles, durable.keep)
    if cursor.last_uid < upto:
        cursor = await in_database(durable.keep, source, cursor, [], upto)
    return cursor
