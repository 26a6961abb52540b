"""The durable place up to which a mailbox was read. Everything here is quick and runs in a thread of its own."""

import asyncio
import functools
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.db import close_old_connections, transaction
from django.utils.translation import gettext as _

from ancora.conversations.channels.email.smtp import Account
from ancora.conversations.commands.receive import Delivery, receive_all
from ancora.conversations.commands.set_aside import set_aside
from ancora.conversations.events import MailboxResumed, MailboxStopped
from ancora.conversations.models import Fetch, Mailbox, OldMail
from ancora.platform import clock
from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.publishing import publish
from ancora.platform.keys import KeyChanged

# A mail that was moved into the folder by hand keeps its old arrival; a mail that waited for us has a true one.
WAITED = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Source:
    """A mailbox to be fetched, with all that a change of must begin anew."""

    mailbox_id: int
    account: Account
    folder: str
    connected_at: datetime
    imports_old: bool

    @property
    def place(self) -> str:
        return _place(self.account.host, self.account.user, self.folder)


@dataclass(frozen=True, slots=True)
class Cursor:
    """`last_uid` was read. Mail up to `old_until_uid` was there before, when it arrived before the mailbox was
    connected; `succeeded_at` is when the last look was."""

    uid_validity: int | None
    last_uid: int
    old_until_uid: int
    succeeded_at: datetime | None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A mail to be stored; `problem` sends it to the quarantine with that reason."""

    uid: int
    raw: bytes
    received_at: datetime | None
    problem: str = ""


class CursorMoved(Exception):
    """The mailbox was connected anew meanwhile; look again from there."""


async def in_database[T](function: Callable[..., T], *arguments, **named) -> T:
    """Runs in a thread that gives its connection back."""
    return await asyncio.to_thread(_with_connection, functools.partial(function, *arguments, **named))


def _with_connection(call: Callable):
    try:
        return call()
    finally:
        close_old_connections()


def sources() -> dict[int, Source]:
    """All mailboxes that are in use and have a server to fetch from; one whose password cannot be read says so."""
    found = {}
    for box in Mailbox.objects.filter(is_active=True).exclude(imap_host="").order_by("id"):
        try:
            found[box.pk] = _source(box)
        except KeyChanged:
            words = _(
                "The stored password cannot be read: this installation has another key than the one it was stored "
                "with. Type the password anew."
            )
            note_failure(box.pk, words, "password")
    return found


def _source(box: Mailbox) -> Source:
    account = Account(box.imap_host, box.imap_port, box.imap_security, box.imap_user, box.imap_password)
    connected_at = box.created_at.astimezone(UTC).replace(microsecond=0)
    return Source(box.pk, account, box.imap_folder, connected_at, box.old_mail == OldMail.IMPORT)


def cursor_of(mailbox_id: int) -> Cursor:
    fetch, _made = Fetch.objects.get_or_create(mailbox_id=mailbox_id)
    return Cursor(fetch.uid_validity, fetch.last_uid, fetch.old_until_uid, fetch.succeeded_at)


@transaction.atomic
def begin_anew(mailbox_id: int, cursor: Cursor, uid_validity: int, *, last_uid: int, old_until_uid: int) -> Cursor:
    """The folder is new to us, or the server numbers it anew."""
    Fetch.objects.filter(pk=mailbox_id).update(
        uid_validity=uid_validity, last_uid=last_uid, old_until_uid=old_until_uid
    )
    return replace(cursor, uid_validity=uid_validity, last_uid=last_uid, old_until_uid=old_until_uid)


@transaction.atomic
def keep(source: Source, cursor: Cursor, mails: list[Loaded], upto: int) -> Cursor:
    """Store the mails and move the cursor past them to `upto`: both or neither."""
    fetch = Fetch.objects.select_for_update().get(pk=source.mailbox_id)
    if fetch.uid_validity != cursor.uid_validity:
        raise CursorMoved
    mailbox = Mailbox.objects.get(pk=source.mailbox_id)
    if _place(mailbox.imap_host, mailbox.imap_user, mailbox.imap_folder) != source.place:
        # Another account or folder by now: its numbers are others, even where they look the same.
        raise CursorMoved
    arrivals = receive_all([_delivery(source, cursor, mailbox, mail) for mail in mails])
    for mail, arrival_id in zip(mails, arrivals, strict=True):
        if arrival_id and mail.problem:
            set_aside(arrival_id, mailbox=mailbox, reason=mail.problem)
    fetch.last_uid = max(fetch.last_uid, upto)
    fetch.save(update_fields=["last_uid"])
    return replace(cursor, last_uid=fetch.last_uid)


def is_old(source: Source, cursor: Cursor, uid: int, received_at: datetime | None) -> bool:
    """Whether a mail was in the folder before the mailbox was connected to Ancora."""
    return uid <= cursor.old_until_uid and (received_at is None or received_at < source.connected_at)


def _place(host: str, user: str, folder: str) -> str:
    """A short digest of server, account and folder: only within them a UID means one mail."""
    named = "\0".join((host.lower(), user, folder)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(named, digest_size=6).hexdigest()


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
def note_success(mailbox_id: int) -> None:
    fetch = Fetch.objects.select_for_update().get(pk=mailbox_id)
    was_stopped = bool(fetch.error)
    fetch.succeeded_at, fetch.error = clock.now(), ""
    fetch.save(update_fields=["succeeded_at", "error"])
    if was_stopped:
        publish(MailboxResumed(mailbox_id=mailbox_id), actor=SYSTEM)


@transaction.atomic
def note_failure(mailbox_id: int, message: str, reason: str) -> None:
    fetch, _made = Fetch.objects.select_for_update().get_or_create(mailbox_id=mailbox_id)
    was_stopped = bool(fetch.error)
    fetch.failed_at, fetch.error = clock.now(), message[:2000].replace("\0", "")
    fetch.save(update_fields=["failed_at", "error"])
    if not was_stopped:
        publish(MailboxStopped(mailbox_id=mailbox_id, reason=reason), actor=SYSTEM)
