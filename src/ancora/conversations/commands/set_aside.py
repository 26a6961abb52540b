"""Keeps what arrived and cannot be read as it is, for a person to look at."""

from datetime import datetime

from django.db import transaction

from ancora.conversations.commands.receive import receive
from ancora.conversations.events import ArrivalQuarantined
from ancora.conversations.models import Arrival, ArrivalState, Mailbox
from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.publishing import publish


@transaction.atomic
def receive_set_aside(
    raw: bytes, *, key: str, mailbox: Mailbox | None, reason: str, received_at: datetime | None = None
) -> int | None:
    """Store `raw` as it came, in the quarantine; returns the arrival's id, or None when this `key` was stored
    before. *Retry* reads it like any other mail."""
    arrival_id = receive(raw, key=key, mailbox=mailbox, received_at=received_at)
    if arrival_id is not None:
        set_aside(arrival_id, mailbox=mailbox, reason=reason)
    return arrival_id


def set_aside(arrival_id: int, *, mailbox: Mailbox | None, reason: str) -> None:
    """In the transaction that stored it, so that nobody reads it before."""
    fields = {"state": ArrivalState.QUARANTINED, "outcome": "quarantined", "reason": reason[:2000].replace("\0", "")}
    Arrival.objects.filter(pk=arrival_id).update(**fields)
    publish(ArrivalQuarantined(arrival_id=arrival_id, mailbox_id=mailbox.pk if mailbox else None), actor=SYSTEM)
