"""Old mail taken in, window after window, at the pace at which it can be read; new mail is looked at in between."""

import asyncio

from ancora.conversations.channels.email.fetching import cursor as durable
from ancora.conversations.channels.email.fetching.cursor import Cursor, Source, in_database
from ancora.conversations.channels.email.fetching.imap import Imap, Selected
from ancora.conversations.channels.email.fetching.loading import batches, next_window, take
from ancora.conversations.channels.email.fetching.stumbling import Stumbles
from ancora.conversations.mailbox_state import is_backlog_longer_than

# Of UIDs between two looks at new mail.
WINDOW = 200
# So many mails may wait to be read: more would only delay new ones behind them.
MOST_WAITING = 300
FULL_SECONDS, MOST_LOOKS = 0.3, 10


async def begin_stretch(imap: Imap, source: Source, cursor: Cursor, selected: Selected) -> None:
    """An import begins, or goes on after a pause: count once what there is, and note when."""
    total = 0 if cursor.old_total else await imap.count(cursor.old_end_uid, among=selected.exists)
    await in_database(durable.note_stretch, source.mailbox_id, total)


async def import_some(imap: Imap, source: Source, cursor: Cursor, stumbles: Stumbles) -> Cursor:
    """The next old mails, once not too many wait to be read; nothing when that takes longer than a moment."""
    if not await _has_room():
        return cursor
    listed, upto = await next_window(imap, cursor.old_uid, cursor.old_end_uid, WINDOW)
    for batch in batches(listed):
        cursor = await take(imap, source, cursor, batch, stumbles, durable.keep_old)
    return await in_database(durable.keep_old, source, cursor, [], upto)


async def _has_room() -> bool:
    for _look in range(MOST_LOOKS):
        if not await in_database(is_backlog_longer_than, MOST_WAITING):
            return True
        await asyncio.sleep(FULL_SECONDS)
    return False
