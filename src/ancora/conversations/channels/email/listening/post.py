"""What came through a door, stored. Everything here runs in a thread of its own."""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, transaction

from ancora.conversations.channels.email.envelope import Envelope, under_envelope
from ancora.conversations.channels.email.listening.talk import NO_ROOM
from ancora.conversations.commands.receive import receive
from ancora.conversations.models import Arrival, Mailbox
from ancora.conversations.queries import SECRETS
from ancora.platform import clock
from ancora.platform.files.store import StorageFull

log = logging.getLogger("ancora.listening")
# A sender that did not hear our 250 comes again within minutes. The same bytes much later are another mail: programs
# send the same words every night, without a date and without a Message-ID.
SAME_SECONDS = 1800
KEPT = "250 2.0.0 It is kept"
AWAY = "451 4.3.0 The database does not answer here, try again later"
BROKE = "451 4.3.0 Something broke here, try again later"


@dataclass(frozen=True, slots=True)
class Handed:
    """A mail as it was handed over: its bytes, and who for (mailbox id → the addresses that were named)."""

    raw: bytes
    sender: str
    received: str
    addresses: dict[int, list[str]]


def keep_together(handed: Handed) -> str:
    """For all mailboxes or for none: SMTP has one answer."""
    return _answered(_keep_in_one, handed, list(handed.addresses))


def keep_for(handed: Handed, mailbox_id: int) -> str:
    """For one mailbox, whatever becomes of the others: LMTP has an answer for each."""
    return _answered(_keep_in_one, handed, [mailbox_id])


@transaction.atomic
def _keep_in_one(handed: Handed, mailbox_ids: list[int]) -> None:
    digest = hashlib.blake2b(handed.raw, digest_size=16).hexdigest()
    moment = clock.now()
    mailboxes = list(Mailbox.objects.defer(*SECRETS).filter(pk__in=mailbox_ids).order_by("id"))
    if len(mailboxes) != len(mailbox_ids):
        raise LookupError("a mailbox is gone since its address was accepted")
    for mailbox in mailboxes:
        key, former_key = _keys(mailbox.pk, digest, moment)
        if Arrival.objects.filter(key=former_key).exists():
            continue
        envelope = Envelope(handed.sender, tuple(handed.addresses[mailbox.pk]), handed.received)
        receive(under_envelope(handed.raw, envelope, moment), key=key, mailbox=mailbox, received_at=moment)


def _keys(mailbox_id: int, digest: str, moment: datetime) -> tuple[str, str]:
    """The arrival's key for this half hour and for the one before it."""
    number = int(moment.timestamp()) // SAME_SECONDS
    return tuple(f"mail:{mailbox_id}:{digest}:{one}" for one in (number, number - 1))


def _answered(command, *arguments) -> str:
    try:
        command(*arguments)
    except StorageFull:
        return NO_ROOM
    except DatabaseError as error:
        log.warning("A mail could not be kept, its sender is to come again: %s", type(error).__name__)
        return AWAY
    except Exception:
        log.exception("A mail could not be kept, its sender is to come again")
        return BROKE
    return KEPT
