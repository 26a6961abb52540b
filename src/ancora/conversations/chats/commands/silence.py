"""Sessions in which nobody writes any more."""

from datetime import timedelta

from django.db import connection

from ancora.conversations.chats.commands.end import end_chat
from ancora.conversations.chats.models import Ending
from ancora.platform import clock
from ancora.platform.events.actors import SYSTEM

SILENT_AFTER = timedelta(minutes=30)
MOST_AT_ONCE = 500
_SILENT = """
SELECT t.conversation_id FROM conversations_contact t WHERE t.ended_at IS NULL AND t.started_at < %(since)s
    AND NOT EXISTS (SELECT 1 FROM conversations_chatline l
        WHERE l.conversation_id = t.conversation_id AND l.at >= %(since)s)
ORDER BY t.started_at LIMIT %(most)s
"""


def end_silent_chats() -> int:
    """End the sessions without a line for half an hour; how many. What is written later begins another."""
    with connection.cursor() as cursor:
        cursor.execute(_SILENT, {"since": clock.now() - SILENT_AFTER, "most": MOST_AT_ONCE})
        silent = [pk for (pk,) in cursor.fetchall()]
    return sum(end_chat(pk, ending=Ending.SILENCE, actor=SYSTEM) for pk in silent)
