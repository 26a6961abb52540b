"""The durable places up to which a mailbox was read. Everything here is quick and runs in a thread of its own."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from ancora.conversations.channels.email.fetching.source import Source, fetched_mailboxes, place_of, source_of
from ancora.conversations.channels.email.fetching.threads import in_database
from ancora.conversations.commands.receive import Delivery, receive_all
from ancora.conversations.commands.set_aside import set_aside
from ancora.conversations.events import MailboxResumed, MailboxStopped
from ancora.conversations.models import Fetch, Kept, Mailbox
from ancora.platform import clock
from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.publishing import publish
from ancora.platform.keys import KeyChanged

__all__ = ["Cursor", "CursorMoved", "Loaded", "Source", "in_database", "sources"]

# A mail that was moved into the folder by hand keeps its old arrival; a mail that waited for us has a true one.
WAITED = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Cursor:
    """`last_uid` was read. Mail up to `old_until_uid` was there before, when it arrived before the mailbox was
    connected; of it, what is after `old_uid` up to `old_end_uid` is still to be imported. `succeeded_at` is when the
    last look was."""

    uid_validity: int | None
    last_uid: int
    old_until_uid: int
    succeeded_at: datetime | None
    old_uid: int = 0
    old_end_uid: int = 0
    old_total: int = 0

    @property
    def is_importing(self) -> bool:
        return self.old_uid < self.old_end_uid


@dataclass(frozen=True, slots=True)
class Loaded:
    """A mail to be stored; `problem` sends it to the quarantine with that reason, `kept` says how much of it
    `raw` is."""

    uid: int
    raw: bytes
    received_at: datetime | None
    problem: str = ""
    kept: str = Kept.WHOLE


class CursorMoved(Exception):
    """The mailbox was connected anew meanwhile; look again from there."""


def sources() -> dict[int, Source]:
    """All mailboxes that are to be fetched; one whose password cannot be read says so."""
    found = {}
    for box in fetched_mailboxes():
        try:
            found[box.pk] = source_of(box)
        except KeyChanged:
            words = _(
                "The stored password cannot be read: this installation has another key than the one it was stored "
                "with. Type the password anew."
            )
            note_failure(box.pk, words, "password")
    return found


def cursor_of(mailbox_id: int) -> Cursor:
    fetch, _made = Fetch.objects.get_or_create(mailbox_id=mailbox_id)
    return Cursor(
        fetch.uid_validity,
        fetch.last_uid,
        fetch.old_until_uid,
        fetch.succeeded_at,
        fetch.old_uid,
        fetch.old_end_uid,
        fetch.old_total,
    )


@transaction.atomic
def begin_anew(mailbox_id: int, cursor: Cursor, uid_validity: int, **places: int) -> Cursor:
    """The folder is new to us, or the server numbers it anew; `places` are those of the cursor."""
    Fetch.objects.filter(pk=mailbox_id).update(uid_validity=uid_validity, old_done=0, **places)
    return replace(cursor, uid_validity=uid_validity, **places)


@transaction.atomic
def keep(source: Source, cursor: Cursor, mails: list[Loaded], upto: int) -> Cursor:
    """Store the mails and move the cursor past them to `upto`: both or neither."""
    fetch = _kept(source, cursor, mails)
    fetch.last_uid = max(fetch.last_uid, upto)
    fetch.save(update_fields=["last_uid"])
    return replace(cursor, last_uid=fetch.last_uid)


@transaction.atomic
def keep_old(source: Source, cursor: Cursor, mails: list[Loaded], upto: int) -> Cursor:
    """As `keep`, for mail that is imported: that has a cursor of its own, and is counted."""
    fetch = _kept(source, cursor, mails)
    # What another worker has passed meanwhile is counted already.
    fetch.old_done += sum(mail.uid > fetch.old_uid for mail in mails)
    fetch.old_uid = max(fetch.old_uid, upto)
    fetch.save(update_fields=["old_uid", "old_done"])
    return replace(cursor, old_uid=fetch.old_uid)


def is_old(source: Source, cursor: Cursor, uid: int, received_at: datetime | None) -> bool:
    """Whether a mail was in the folder before the mailbox was connected to Ancora."""
    return uid <= cursor.old_until_uid and (received_at is None or received_at < source.connected_at)


def _kept(source: Source, cursor: Cursor, mails: list[Loaded]) -> Fetch:
    """Store what was not here before; returns the locked row of the cursors."""
    fetch = _locked(source, cursor)
    if mails:
        mailbox = Mailbox.objects.get(pk=source.mailbox_id)
        known = _known(mailbox, mails)
        if new := [mail for mail in mails if mail.uid not in known]:
            _store(source, cursor, mailbox, new)
    return fetch


def _locked(source: Source, cursor: Cursor) -> Fetch:
    fetch = _present(source.mailbox_id)
    mailbox = Mailbox.objects.only("address", "sign_in", "imap_host", "imap_user", "imap_folder")
    # Another account or folder by now: its numbers are others, even where they look the same.
    if fetch.uid_validity != cursor.uid_validity or place_of(mailbox.get(pk=source.mailbox_id)) != source.place:
        raise CursorMoved
    return fetch


def _present(mailbox_id: int) -> Fetch:
    fetch = Fetch.objects.select_for_update().filter(pk=mailbox_id).first()
    if fetch is None:
        raise CursorMoved
    return fetch


# One by one in the indices: with an array the planner reads the whole of a young table.
_KNOWN = """
SELECT wanted.digest FROM unnest(%s::text[]) AS wanted(digest) CROSS JOIN LATERAL (
    SELECT 1 FROM file f JOIN conversations_arrival a ON a.file_id = f.id
    WHERE f.digest = wanted.digest AND a.mailbox_id = %s LIMIT 1) AS here
"""


def _known(mailbox: Mailbox, mails: list[Loaded]) -> set[int]:
    """UIDs of mails that came to this mailbox before, byte for byte: the server numbered them anew, or somebody moved
    them out and back. What became of them, and of their cases, stays."""
    digests = {mail.uid: hashlib.sha256(mail.raw).hexdigest() for mail in mails if not mail.problem}
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [list(set(digests.values())), mailbox.pk])
        known = {digest for (digest,) in cursor.fetchall()}
    return {uid for uid, digest in digests.items() if digest in known}


def _store(source: Source, cursor: Cursor, mailbox: Mailbox, mails: list[Loaded]) -> None:
    arrivals = receive_all([_delivery(source, cursor, mailbox, mail) for mail in mails])
    for mail, arrival_id in zip(mails, arrivals, strict=True):
        if arrival_id and mail.problem:
            set_aside(arrival_id, mailbox=mailbox, reason=mail.problem, kept=mail.kept)


def _delivery(source: Source, cursor: Cursor, mailbox: Mailbox, mail: Loaded) -> Delivery:
    is_silent = is_old(source, cursor, mail.uid, mail.received_at)
    return Delivery(
        mail.raw,
        key=f"imap:{mailbox.pk}:{source.place}:{cursor.uid_validity}:{mail.uid}",
        mailbox=mailbox,
        received_at=_moment(source, cursor, mail.received_at, is_silent),
        is_silent=is_silent,
    )


def _moment(source: Source, cursor: Cursor, received_at: datetime | None, is_silent: bool) -> datetime:
    """When the customer's mail reached the server, if that can be believed; else now."""
    now = clock.now()
    if received_at is None or received_at > now:
        return now
    looked_at = cursor.succeeded_at or source.connected_at
    return received_at if is_silent or received_at >= looked_at - WAITED else now


@transaction.atomic
def note_stretch(mailbox_id: int, total: int) -> None:
    """An import begins or goes on now, with about `total` mails in all: what its speed is told by."""
    fetch = _present(mailbox_id)
    fetch.old_total = fetch.old_total or total
    fetch.old_resumed_at, fetch.old_resumed_done = clock.now(), fetch.old_done
    fetch.save(update_fields=["old_total", "old_resumed_at", "old_resumed_done"])


@transaction.atomic
def note_success(mailbox_id: int, uid_next: int | None = None) -> None:
    """The mailbox was looked at. `uid_next`: what its next mail will be, as far as the server said."""
    fetch = _present(mailbox_id)
    was_stopped = bool(fetch.error)
    fetch.succeeded_at, fetch.stopped_at, fetch.error = clock.now(), None, ""
    fetch.uid_next = max(fetch.last_uid + 1, uid_next or 0)
    fetch.save(update_fields=["succeeded_at", "stopped_at", "error", "uid_next"])
    if was_stopped:
        publish(MailboxResumed(mailbox_id=mailbox_id), actor=SYSTEM)


@transaction.atomic
def note_failure(mailbox_id: int, message: str, reason: str) -> None:
    fetch, _made = Fetch.objects.select_for_update().get_or_create(mailbox_id=mailbox_id)
    was_stopped = bool(fetch.error)
    fetch.failed_at, fetch.error = clock.now(), message[:2000].replace("\0", "")
    fetch.stopped_at = fetch.stopped_at or fetch.failed_at
    fetch.save(update_fields=["failed_at", "stopped_at", "error"])
    if not was_stopped:
        publish(MailboxStopped(mailbox_id=mailbox_id, reason=reason), actor=SYSTEM)
