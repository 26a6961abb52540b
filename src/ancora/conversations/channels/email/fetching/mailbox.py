"""One mailbox followed: opened, read from the cursor on, then waited for."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext as _

from ancora.conversations.channels.email.fetching import cursor as durable
from ancora.conversations.channels.email.fetching.cursor import Cursor, Loaded, Source, in_database
from ancora.conversations.channels.email.fetching.imap import Imap, Listed, Selected
from ancora.conversations.channels.email.fetching.oversized import stand_in
from ancora.conversations.channels.email.fetching.stumbling import is_given_up, stumbled
from ancora.conversations.channels.email.fetching.wire import ImapTrouble
from ancora.conversations.models import Kept

log = logging.getLogger("ancora.fetching")
# RFC 2177 wants IDLE renewed within 29 minutes; routers forget a silent connection much earlier.
IDLE_SECONDS = 240
POLL_SECONDS = 30
# Of UIDs looked at in one go while reading what was there: a folder of a million is never listed whole.
WINDOW = 500
WIDEST_WINDOW = 500_000
MOST_AT_ONCE = 50
MOST_BYTES_AT_ONCE = 8_000_000
MOST_BYTES_OF_ONE = 50_000_000


async def follow(source: Source, worked: asyncio.Event) -> None:
    """Connect, read what is new (then `worked` is set), wait for more; ends only by raising `ImapTrouble`."""
    imap = await Imap.connect(source.account)
    try:
        selected = await imap.select(source.folder)
        cursor = await _placed(imap, source, selected)
        cursor = await _read_windows(imap, source, cursor, selected.uid_next)
        while True:
            cursor = await _read_new(imap, source, cursor)
            await in_database(durable.note_success, source.mailbox_id)
            worked.set()
            if imap.can_idle:
                await imap.idle(IDLE_SECONDS)
            else:
                await asyncio.sleep(POLL_SECONDS)
                await imap.noop()
    finally:
        await imap.close()


async def _placed(imap: Imap, source: Source, selected: Selected) -> Cursor:
    """The cursor, set anew at the first connection and when the server numbers its mails anew (UIDVALIDITY)."""
    cursor = await in_database(durable.cursor_of, source.mailbox_id)
    if cursor.uid_validity == selected.uid_validity:
        return cursor
    uid_next = selected.uid_next
    if uid_next is None:
        listed = await imap.listed(1, None)
        uid_next = listed[-1].uid + 1 if listed else 1
    last_uid = 0
    if not source.imports_old:
        # Not simply the highest: mail that came since the mailbox was connected is not old, although the first
        # look may come late, after a wrong password was put right for example.
        since = await imap.uids_since((source.connected_at - timedelta(days=1)).date())
        last_uid = since[0] - 1 if since else uid_next - 1
    return await in_database(
        durable.begin_anew,
        source.mailbox_id,
        cursor,
        selected.uid_validity,
        last_uid=last_uid,
        old_until_uid=uid_next - 1,
    )


async def _read_windows(imap: Imap, source: Source, cursor: Cursor, uid_next: int | None) -> Cursor:
    """What was there when the folder was opened, a stretch of UIDs at a time."""
    width = WINDOW
    while uid_next is not None and cursor.last_uid < uid_next - 1:
        upto = min(cursor.last_uid + width, uid_next - 1)
        listed = await imap.listed(cursor.last_uid + 1, upto)
        cursor = await _read(imap, source, cursor, listed, upto)
        await in_database(durable.note_success, source.mailbox_id)
        width = WINDOW if listed else min(width * 4, WIDEST_WINDOW)
    return cursor


async def _read_new(imap: Imap, source: Source, cursor: Cursor) -> Cursor:
    listed = await imap.listed(cursor.last_uid + 1, None)
    return await _read(imap, source, cursor, listed, listed[-1].uid) if listed else cursor


async def _read(imap: Imap, source: Source, cursor: Cursor, listed: list[Listed], upto: int) -> Cursor:
    """Load and store in batches; the cursor never passes a mail that is not stored."""
    wanted = [
        one for one in listed if source.imports_old or not durable.is_old(source, cursor, one.uid, one.received_at)
    ]
    for batch in _apart(source, batches(wanted)):
        loaded, trouble = await _load(imap, source, batch)
        if trouble is not None:
            # What came before the break is kept, so that the next attempt begins behind it.
            if loaded:
                await in_database(durable.keep, source, cursor, loaded, loaded[-1].uid)
            raise trouble
        cursor = await in_database(durable.keep, source, cursor, loaded, batch[-1].uid)
    if cursor.last_uid < upto:
        cursor = await in_database(durable.keep, source, cursor, [], upto)
    return cursor


def batches(listed: list[Listed]) -> list[list[Listed]]:
    """Groups that fit into memory together; what is too big stands alone."""
    groups: list[list[Listed]] = []
    size = 0
    for one in listed:
        size += one.size
        if not groups or len(groups[-1]) >= MOST_AT_ONCE or size > MOST_BYTES_AT_ONCE:
            groups.append([])
            size = one.size
        groups[-1].append(one)
    return groups


def _apart(source: Source, groups: list[list[Listed]]) -> Iterator[list[Listed]]:
    """Mails that are given up stand alone: the others are asked for without them."""
    for group in groups:
        rest: list[Listed] = []
        for one in group:
            if not _is_given_up(source, one):
                rest.append(one)
                continue
            if rest:
                yield rest
            yield [one]
            rest = []
        if rest:
            yield rest


async def _load(imap: Imap, source: Source, batch: list[Listed]) -> tuple[list[Loaded], ImapTrouble | None]:
    """What the server handed over, in order, up to where the connection broke."""
    small = [one.uid for one in batch if one.size <= MOST_BYTES_OF_ONE and not _is_given_up(source, one)]
    texts, trouble = await _texts(imap, small)
    loaded = []
    for one in batch:
        if one.uid in texts:
            loaded.append(Loaded(one.uid, texts[one.uid], one.received_at))
        elif trouble is not None:
            stumbled(source.mailbox_id, source.place, one.uid)
            break
        elif _is_given_up(source, one) or one.size > MOST_BYTES_OF_ONE:
            loaded.append(await _header_only(imap, source, one))
        elif await imap.listed(one.uid, one.uid):
            problem = _("The mail server lists this mail (UID %(uid)s) but does not hand it over.") % {"uid": one.uid}
            loaded.append(Loaded(one.uid, stand_in(b"", problem), one.received_at, problem, Kept.NOTHING))
    return loaded, trouble


async def _texts(imap: Imap, uids: list[int]) -> tuple[dict[int, bytes], ImapTrouble | None]:
    texts: dict[int, bytes] = {}
    try:
        if uids:
            async for uid, raw in imap.mails(uids):
                texts[uid] = raw
    except ImapTrouble as trouble:
        return texts, trouble
    return texts, None


async def _header_only(imap: Imap, source: Source, one: Listed) -> Loaded:
    """A mail that stays on the server, with its header if that can be had, and why."""
    words = {"size": one.size // 1_000_000, "uid": one.uid}
    if one.size > MOST_BYTES_OF_ONE:
        problem = _("The mail has %(size)s MB. More than 50 MB is left on the server: only its header is here.") % words
    else:
        problem = (
            _("The mail server breaks off whenever it hands over this mail (UID %(uid)s). It is left there.") % words
        )
    where = (source.mailbox_id, source.place, one.uid, "header")
    header = b""
    if not is_given_up(*where, most=1):
        try:
            header = await imap.header(one.uid)
        except ImapTrouble:
            stumbled(*where)
            raise
    kept = Kept.HEADER if header else Kept.NOTHING
    return Loaded(one.uid, stand_in(header, problem), one.received_at, problem, kept)


def _is_given_up(source: Source, one: Listed) -> bool:
    return is_given_up(source.mailbox_id, source.place, one.uid)
