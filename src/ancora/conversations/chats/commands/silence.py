"""Sessions in which nobody writes any more, or for whose answer nobody waits."""

import logging
from datetime import timedelta

from django.db import OperationalError, connection, transaction

from ancora.conversations.chats.commands.end import end_chat
from ancora.conversations.chats.models import Contact, Ending
from ancora.conversations.chats.visitors import hold_visitors
from ancora.platform import clock
from ancora.platform.events.actors import SYSTEM

log = logging.getLogger("ancora.chat")
SILENT_AFTER = timedelta(minutes=30)
# Telephones let pages sleep: who comes back sooner waits as before.
GONE_AFTER = timedelta(minutes=5)
MOST_AT_ONCE = 500
_SILENT = """
SELECT t.conversation_id FROM conversations_contact t
WHERE t.ended_at IS NULL AND (%(only)s::bigint IS NULL OR t.conversation_id = %(only)s) AND (
    (t.started_at < %(since)s AND NOT EXISTS (SELECT 1 FROM conversations_chatline l
        WHERE l.conversation_id = t.conversation_id AND l.at >= %(since)s))
    OR (t.answered_at IS NULL AND t.gone_at < %(gone)s))
ORDER BY t.started_at LIMIT %(most)s
"""


def end_silent_chats() -> int:
    """End the sessions without a line for half an hour, and those whose visitor has been gone for five minutes before
    one of us answered; how many. What is written later begins another. One that cannot be ended keeps nobody from
    ending the others; it is tried again the next time."""
    ended = 0
    for conversation_id in _silent():
        try:
            ended += end_if_silent(conversation_id)
        except OperationalError:
            raise
        except Exception:
            log.exception("The session of chat %s was not ended", conversation_id)
    return ended


def _silent(only: int | None = None) -> list[int]:
    now = clock.now()
    asked = {"since": now - SILENT_AFTER, "gone": now - GONE_AFTER, "most": MOST_AT_ONCE, "only": only}
    with connection.cursor() as cursor:
        cursor.execute(_SILENT, asked)
        return [pk for (pk,) in cursor.fetchall()]


@transaction.atomic
def end_if_silent(conversation_id: int) -> bool:
    """The same for one; False when somebody wrote, or came back, meanwhile."""
    hold_visitors(conversation_id)
    # One of us may be giving the first answer.
    list(Contact.objects.select_for_update(no_key=True).filter(conversation=conversation_id, ended_at=None))
    return bool(_silent(conversation_id)) and end_chat(conversation_id, ending=Ending.SILENCE, actor=SYSTEM)
