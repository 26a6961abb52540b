"""The order of outgoing messages, and what becomes of one whose worker died."""

from datetime import datetime, timedelta

from django.db import connection

from ancora.conversations.jobs import send_outgoing
from ancora.conversations.models import Outgoing, OutgoingState
from ancora.platform import clock
from ancora.platform.jobs import later

# Long enough for the one before to be sent; when it is settled, those behind it are called at once.
PATIENCE = timedelta(seconds=30)

_BEFORE = """
SELECT max(earlier.next_at) FROM conversations_outgoing earlier
JOIN conversations_place theirs ON theirs.message_id = earlier.message_id AND theirs.until IS NULL
JOIN conversations_place ours ON ours.conversation_id = theirs.conversation_id AND ours.until IS NULL
WHERE ours.message_id = %(message)s AND earlier.id < %(outgoing)s AND earlier.state IN ('queued', 'sending')
AND EXISTS (SELECT 1 FROM conversations_recipient a
            JOIN conversations_recipient b ON lower(a.address) = lower(b.address)
            WHERE a.outgoing_id = earlier.id AND b.outgoing_id = %(outgoing)s AND a.state = 'queued')
"""
_BEHIND = """
SELECT o.id FROM conversations_outgoing o
JOIN conversations_place p ON p.message_id = o.message_id AND p.until IS NULL
WHERE p.conversation_id = %s AND o.id > %s AND o.state = 'queued' ORDER BY o.id LIMIT 20
"""


def enqueue(outgoing: Outgoing) -> None:
    """A job at the message's next time. Without the conversation's lock: a message that waits for hours at one
    address must not hold up answers to another."""
    later(send_outgoing, at=outgoing.next_at, outgoing_id=outgoing.pk)


def moment_of_the_one_before(outgoing: Outgoing) -> datetime | None:
    """When to look again, because an earlier message of the conversation to the same person is still to be sent."""
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE, {"message": outgoing.message_id, "outgoing": outgoing.pk})
        found = cursor.fetchone()[0]
    return max(found, clock.now()) + PATIENCE if found else None


def enqueue_those_behind(outgoing: Outgoing, conversation_id: int) -> None:
    """The way is free for later messages of the same conversation."""
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND, [conversation_id, outgoing.pk])
        waiting = [pk for (pk,) in cursor.fetchall()]
    # One that has an answer of its server waits for its own time, not for us.
    Outgoing.objects.filter(pk__in=waiting, error="").update(next_at=clock.now())
    for pk in waiting:
        later(send_outgoing, outgoing_id=pk)


def recover(outgoing: Outgoing) -> None:
    """A locked message that is *sending* while nobody sends it: its worker died. What is true is written down."""
    from ancora.conversations.commands.sending_outcome import give_up_unknown

    if outgoing.data_begun_at is None:
        outgoing.state, outgoing.next_at = OutgoingState.QUEUED, clock.now()
        outgoing.save(update_fields=["state", "next_at"])
    else:
        give_up_unknown(outgoing, "The worker ended while it was handing over the text.")
