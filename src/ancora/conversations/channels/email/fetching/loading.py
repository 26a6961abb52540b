"""Mails loaded from a server, a few at a time; what a server does not hand over is told, never left out."""

from django.utils.translation import gettext as _

from ancora.conversations.channels.email.fetching.cursor import Loaded
from ancora.conversations.channels.email.fetching.imap import Imap, Listed
from ancora.conversations.channels.email.fetching.oversized import stand_in
from ancora.conversations.channels.email.fetching.wire import ImapRefusal

# Of UIDs looked at in one go: a folder of a million is never listed whole.
WINDOW = 500
WIDEST_WINDOW = 500_000
# A mail that was refused so often is given up; the first times may have been a bad moment of the server.
MOST_STUMBLES = 4
# Empty windows in a row before somebody may look at something else.
MOST_EMPTY = 20
MOST_AT_ONCE = 50
MOST_BYTES_AT_ONCE = 8_000_000
MOST_BYTES_OF_ONE = 50_000_000


class Stumbles:
    """How often a server refused each mail, over all attempts to follow a mailbox."""

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}

    def count(self, uid: int) -> int:
        """One more refusal of this mail; returns how many that are."""
        self._counts[uid] = self._counts.get(uid, 0) + 1
        return self._counts[uid]


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


async def load(imap: Imap, batch: list[Listed], stumbles: Stumbles) -> list[Loaded]:
    """The mails of a batch that are still there. One that the server refuses ends the attempt, and is tried again;
    only when that does not help its header stands for it, so that it does not block those behind it."""
    small = [one.uid for one in batch if one.size <= MOST_BYTES_OF_ONE]
    texts = await _texts(imap, small, stumbles)
    loaded = []
    for one in batch:
        if one.size > MOST_BYTES_OF_ONE:
            problem = _("The mail has %(size)s MB. More than 50 MB is left on the server: only its header is here.")
            problem %= {"size": one.size // 1_000_000}
            loaded.append(await _stand_in(imap, one, problem))
        elif one.uid in texts:
            loaded.append(Loaded(one.uid, texts[one.uid], one.received_at))
        elif await imap.listed(one.uid, one.uid):
            problem = _("The mail server lists this mail (UID %(uid)s) but does not hand it over.") % {"uid": one.uid}
            loaded.append(await _stand_in(imap, one, problem))
    return loaded


async def _stand_in(imap: Imap, one: Listed, problem: str) -> Loaded:
    try:
        header = await imap.header(one.uid)
    except ImapRefusal:
        header = b""
    return Loaded(one.uid, stand_in(header, problem), one.received_at, problem)


async def _texts(imap: Imap, uids: list[int], stumbles: Stumbles) -> dict[int, bytes]:
    """By UID. A server that stumbles over one mail may leave out those after it: then each is asked for alone."""
    if not uids:
        return {}
    texts: dict[int, bytes] = {}
    try:
        async for uid, raw in imap.mails(uids):
            texts[uid] = raw
    except ImapRefusal:
        if len(uids) == 1 and stumbles.count(uids[0]) < MOST_STUMBLES:
            raise
    for uid in [one for one in uids if one not in texts] if len(uids) > 1 else []:
        texts |= await _texts(imap, [uid], stumbles)
    return texts
