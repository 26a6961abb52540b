"""Who of us has a chat: whoever answered it first, then whoever its case is given to."""

from collections.abc import Collection

from django.db import connection

from ancora.conversations.chats.queries import state_of
from ancora.conversations.chats.words import topic_of
from ancora.conversations.events import QueueLeft
from ancora.platform.accounts.models import User
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.platform.live.lines import tell

_HOLD = """
UPDATE conversations_contact SET answered_by_id = %(person)s
WHERE conversation_id = ANY(%(conversations)s) AND ended_at IS NULL AND answered_at IS NOT NULL
    AND answered_by_id IS DISTINCT FROM %(person)s RETURNING conversation_id
"""


def hold_chats(conversation_ids: Collection[int], *, person_id: int | None) -> None:
    """Those of them that go on and were answered are this person's; with None nobody has them and they wait. The
    visitor is told when that is new."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, {"person": person_id, "conversations": list(conversation_ids)})
        held = [pk for (pk,) in cursor.fetchall()]
    for pk in held:
        tell(topic_of(pk), state_of(pk).told)


_ANSWER = """
UPDATE conversations_contact t SET answered_at = m.recorded_at, answered_by_id = %(author)s
FROM conversations_message m, conversations_conversation c
WHERE m.id = %(message)s AND t.conversation_id = ANY(%(conversations)s) AND c.id = t.conversation_id
    AND t.ended_at IS NULL AND t.answered_at IS NULL
RETURNING t.id, t.conversation_id, c.customer_id, t.account_id, extract(epoch FROM t.answered_at - t.started_at)::int
"""


def answer_by_mail(conversation_ids: Collection[int], *, message_id: int, author: User) -> None:
    """Those of them that wait are answered by this mail: nobody was left alone."""
    asked = {"author": author.pk, "message": message_id, "conversations": list(conversation_ids)}
    with connection.cursor() as cursor:
        cursor.execute(_ANSWER, asked)
        answered = cursor.fetchall()
    for contact_id, conversation_id, customer_id, account_id, waited in answered:
        event = QueueLeft(
            contact_id=contact_id,
            conversation_id=conversation_id,
            customer_id=customer_id,
            account_id=account_id,
            channel="chat",
            kind="answered",
            waited_seconds=max(waited, 0),
        )
        publish(event, actor=Actor.human(author))
        tell(topic_of(conversation_id), state_of(conversation_id).told)
