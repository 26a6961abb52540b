"""The order of outgoing messages: who waits for whom, and who is called when the way is free."""

from datetime import datetime, timedelta

from django.db import connection

from ancora.conversations.events import MessageDelayed
from ancora.conversations.jobs import send_outgoing
from ancora.conversations.models import (
    ChannelAccount,
    Mailbox,
    Outgoing,
    OutgoingState,
    Place,
    RecipientState,
    WaitsFor,
)
from ancora.platform import clock
from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.publishing import publish
from ancora.platform.jobs import later

# Long enough for the one before to be sent; when it is settled, those behind it are called at once.
PATIENCE = timedelta(seconds=30)
MOST_CALLED = 500
# An earlier message whose author chose a moment later than this is overtaken.
SOON = timedelta(minutes=1)

_BEFORE = """
SELECT lower(b.address), max(earlier.next_at) FROM conversations_outgoing earlier
JOIN conversations_place theirs ON theirs.message_id = earlier.message_id AND theirs.until IS NULL
JOIN conversations_place ours ON ours.conversation_id = theirs.conversation_id AND ours.until IS NULL
JOIN conversations_recipient a ON a.outgoing_id = earlier.id AND a.state IN ('queued', 'sending')
JOIN conversations_recipient b ON b.outgoing_id = %(outgoing)s AND lower(a.address) = lower(b.address)
WHERE ours.message_id = %(message)s AND earlier.id < %(outgoing)s AND earlier.state IN ('queued', 'sending')
    AND NOT (earlier.waits_for = 'moment' AND earlier.next_at > %(soon)s)
GROUP BY 1
"""
_BEHIND = """
SELECT o.id FROM conversations_outgoing o
JOIN conversations_place p ON p.message_id = o.message_id AND p.until IS NULL
WHERE p.conversation_id = %s AND o.id > %s AND o.state = 'queued' ORDER BY o.id LIMIT 20
"""


def enqueue(outgoing: Outgoing, *, not_before: datetime | None = None) -> None:
    """A job at the message's next time. Without the conversation's lock: a message that waits for hours at one
    address must not hold up answers to another."""
    later(send_outgoing, at=max(outgoing.next_at, not_before or outgoing.next_at), outgoing_id=outgoing.pk)


def wait(outgoing: Outgoing, reason: str, until: datetime) -> None:
    """Put a locked message back until then, and say so where it was not known before."""
    is_new = outgoing.waits_for != reason
    outgoing.state, outgoing.waits_for, outgoing.next_at = OutgoingState.QUEUED, reason, until
    outgoing.data_begun_at = None
    outgoing.save(update_fields=["state", "waits_for", "next_at", "data_begun_at"])
    enqueue(outgoing)
    if is_new:
        conversation_id = conversation_of(outgoing)
        publish(
            MessageDelayed(message_id=outgoing.message_id, conversation_id=conversation_id, reason=str(reason)),
            actor=SYSTEM,
        )


def ready_recipients(outgoing: Outgoing) -> tuple[list[str], datetime | None]:
    """The addresses to which the message may go now, and when to look again because an earlier message of the
    conversation is still on its way to the others (None: to nobody)."""
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE, _asked_of(outgoing))
        earlier = dict(cursor.fetchall())
    waiting = outgoing.recipients.filter(state=RecipientState.QUEUED).order_by("id").values_list("address", flat=True)
    ready = [address for address in waiting if address.lower() not in earlier]
    return ready, max(*earlier.values(), clock.now()) + PATIENCE if len(ready) < len(waiting) else None


def _asked_of(outgoing: Outgoing) -> dict:
    return {"message": outgoing.message_id, "outgoing": outgoing.pk, "soon": clock.now() + SOON}


def call_those_behind(outgoing: Outgoing, conversation_id: int) -> None:
    """The way is free, or free to one address more, for later messages of the same conversation."""
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND, [conversation_id, outgoing.pk])
        waiting = [pk for (pk,) in cursor.fetchall()]
    # One that has an answer of its server waits for its own time, not for us.
    for one in Outgoing.objects.filter(pk__in=waiting, waits_for__in=["", WaitsFor.EARLIER]).order_by("id"):
        Outgoing.objects.filter(pk=one.pk).update(next_at=clock.now())
        later(send_outgoing, outgoing_id=one.pk)


def wake(mailbox: Mailbox, reasons: list[str], *, account: ChannelAccount | None = None) -> None:
    """Call the messages of a mailbox, or of one of its accounts, that wait for one of `reasons`, the oldest first."""
    rows = Outgoing.objects.select_for_update(skip_locked=True).filter(state=OutgoingState.QUEUED, account=account)
    # An account may have belonged to another mailbox when they were written.
    rows = rows.filter(mailbox=mailbox) if account is None else rows
    # Whoever holds one of them is deciding about it right now.
    called = list(rows.filter(waits_for__in=reasons).order_by("id").values_list("pk", flat=True)[:MOST_CALLED])
    Outgoing.objects.filter(pk__in=called).update(next_at=clock.now())
    for pk in called:
        later(send_outgoing, outgoing_id=pk)


def conversation_of(outgoing: Outgoing) -> int:
    """The conversation in which the message is now."""
    places = Place.objects.filter(message_id=outgoing.message_id, until__isnull=True)
    return places.values_list("conversation_id", flat=True).get()
