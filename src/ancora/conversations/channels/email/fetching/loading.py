"""Mails loaded from a server, a few at a time; what a server does not hand over is told, never left out."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from ancora.conversations.channels.email.fetching.cursor import Cursor, Loaded, Source, in_database
from ancora.conversations.channels.email.fetching.imap import Imap, Listed
from ancora.conversations.channels.email.fetching.oversized import stand_in
from ancora.conversations.channels.email.fetching.stumbling import Stumbles
from ancora.conversations.channels.email.fetching.wire import ImapRefusal, ImapTrouble
from ancora.conversations.models import Kept

# Of UIDs looked at in one go: a folder of a million is never listed whole.
WINDOW = 500
WIDEST_WINDOW = 500_000
# Empty windows in a row before somebody may look at something else.
MOST_EMPTY = 20
MOST_AT_ONCE = 50
MOST_BYTES_AT_ONCE = 8_000_000
MOST_BYTES_OF_ONE = 50_000_000


async def next_window(imap: Imap, after: int, last: int, width: int = WINDOW) -> tuple[list[Listed], int]:
    """(the next mails after `after`, the UID up to which these are all), at most `last`. Gaps are jumped over, or
    crossed in longer and longer strides where the server cannot jump: then the window may be empty."""
    stride = width
    for _stride in range(MOST_EMPTY):
        first, after = after + 1, min(after + stride, last)
        if listed := await imap.listed(first, after):
            return listed, after
        if imap.can_jump and after < last:
            found = await imap.first_uid(after + 1, last)
            after = last if found is None else found - 1
        stride = min(stride * 4, WIDEST_WINDOW) if not imap.can_jump else width
        if after >= last:
            break
    return [], after


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


async def load(imap: Imap, batch: list[Listed], stumbles: Stumbles) -> tuple[list[Loaded], ImapTrouble | None]:
    """The mails of a batch that are still there, in order, up to where there was trouble. A mail at which the server
    stumbles ends the attempt, and is tried again; only when that does not help its header stands for it, so that it
    does not block those behind it."""
    apart = {one.uid: await _stand_in(imap, one, stumbles) for one in batch if _stays_there(one, stumbles)}
    texts, trouble = await _texts(imap, [one.uid for one in batch if one.uid not in apart], stumbles)
    loaded = []
    for one in batch:
        if one.uid in apart:
            loaded.append(apart[one.uid])
        elif one.uid in texts:
            loaded.append(Loaded(one.uid, texts[one.uid], one.received_at))
        elif trouble is not None:
            _note(one.uid, trouble, stumbles)
            break
        elif await imap.listed(one.uid, one.uid):
            loaded.append(await _stand_in(imap, one, stumbles))
    return loaded, trouble


async def take(
    imap: Imap, source: Source, cursor: Cursor, batch: list[Listed], stumbles: Stumbles, keep: Callable[..., Cursor]
) -> Cursor:
    """Load a batch and store it by `keep`. What came before a trouble is kept, so that the next attempt begins behind
    it."""
    loaded, trouble = await load(imap, batch, stumbles)
    if trouble is None:
        return await in_database(keep, source, cursor, loaded, batch[-1].uid)
    if loaded:
        await in_database(keep, source, cursor, loaded, loaded[-1].uid)
    raise trouble


def _stays_there(one: Listed, stumbles: Stumbles) -> bool:
    return one.size > MOST_BYTES_OF_ONE or stumbles.breaks_off(one.uid)


def _note(uid: int, trouble: ImapTrouble, stumbles: Stumbles) -> None:
    """At which mail it was. A server that has enough for now does not stumble over a mail."""
    if not isinstance(trouble, ImapRefusal) and trouble.reason != "busy":
        stumbles.broke(uid)


async def _stand_in(imap: Imap, one: Listed, stumbles: Stumbles) -> Loaded:
    """A mail that stays on the server, with its header if that can be had, and why."""
    words = {"size": one.size // 1_000_000, "uid": one.uid}
    if one.size > MOST_BYTES_OF_ONE:
        problem = _("The mail has %(size)s MB. More than 50 MB is left on the server: only its header is here.") % words
    elif stumbles.breaks_off(one.uid):
        problem = (
            _("The mail server breaks off whenever it hands over this mail (UID %(uid)s). It is left there.") % words
        )
    else:
        problem = _("The mail server lists this mail (UID %(uid)s) but does not hand it over.") % words
    header = await _header(imap, one.uid, stumbles)
    kept = Kept.HEADER if header else Kept.NOTHING
    return Loaded(one.uid, stand_in(header, problem), one.received_at, problem, kept)


async def _header(imap: Imap, uid: int, stumbles: Stumbles) -> bytes:
    if stumbles.breaks_off_at_header(uid):
        return b""
    try:
        return await imap.header(uid)
    except ImapRefusal:
        return b""
    except ImapTrouble as trouble:
        if trouble.reason != "busy":
            stumbles.broke_at_header(uid)
        raise


async def _texts(imap: Imap, uids: list[int], stumbles: Stumbles) -> tuple[dict[int, bytes], ImapTrouble | None]:
    """(by UID what came, the trouble that ended it). A server that stumbles over one mail may leave out those after
    it: then each is asked for alone."""
    texts: dict[int, bytes] = {}
    try:
        if uids:
            await _ask(imap, uids, texts, stumbles)
        if len(uids) > 1:
            for uid in [one for one in uids if one not in texts]:
                await _ask(imap, [uid], texts, stumbles)
    except ImapTrouble as trouble:
        return texts, trouble
    return texts, None


async def _ask(imap: Imap, uids: list[int], texts: dict[int, bytes], stumbles: Stumbles) -> None:
    try:
        async for uid, raw in imap.mails(uids):
            texts[uid] = raw
    except ImapRefusal:
        if len(uids) > 1:
            return
        stumbles.refused(uids[0])
        if not stumbles.is_refused(uids[0]):
            raise
