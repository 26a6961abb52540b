"""The end of a session. The case stays, and a next line of the visitor begins another session in it."""

from django.db import connection, transaction

from ancora.conversations.chats.commands.guests import dismiss, guests_in
from ancora.conversations.chats.models import Ending
from ancora.conversations.chats.words import topic_of
from ancora.conversations.events import ContactEnded, QueueLeft
from ancora.platform import clock
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import Telling, publish_all
from ancora.platform.live.lines import tell

_END = """
UPDATE conversations_contact t SET ended_at = %(now)s, ending = %(ending)s FROM conversations_conversation c
WHERE t.conversation_id = %(conversation)s AND t.ended_at IS NULL AND c.id = t.conversation_id
RETURNING t.id, t.account_id, t.channel, c.customer_id, extract(epoch FROM t.answered_at - t.started_at)::int,
    extract(epoch FROM coalesce(t.gone_at, t.ended_at) - t.started_at)::int
"""


@transaction.atomic
def end_chat(conversation_id: int, *, ending: Ending, actor: Actor) -> bool:
    """The session of this conversation is over; False when none goes on. The other side is told."""
    asked = {"now": clock.now(), "ending": str(ending), "conversation": conversation_id}
    with connection.cursor() as cursor:
        cursor.execute(_END, asked)
        row = cursor.fetchone()
    if row is None:
        return False
    contact_id, account_id, channel, customer_id, waited, stayed = row
    for guest in guests_in(conversation_id):
        dismiss(conversation_id, guest)
    ended = {
        "contact_id": contact_id,
        "conversation_id": conversation_id,
        "customer_id": customer_id,
        "account_id": account_id,
        "channel": channel,
    }
    tellings = [Telling(ContactEnded(**ended, ending=str(ending), waited_seconds=waited), actor)]
    if waited is None:
        kind = "parked" if ending == Ending.PARKED else "abandoned"
        tellings.append(Telling(QueueLeft(**ended, kind=kind, waited_seconds=max(stayed, 0)), actor))
    publish_all(tellings)
    tell(topic_of(conversation_id), {"kind": "ended", "by": str(ending)})
    return True
