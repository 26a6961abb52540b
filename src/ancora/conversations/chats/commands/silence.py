"""Sessions in which nobody writes any more, or for whose answer nobody waits."""

from datetime import timedelta

from django.db import connection

from ancora.conversations.chats.commands.end import end_chat
from ancora.conversations.chats.models import Ending
from ancora.platform import clock
from ancora.platform.events.actors import SYSTEM

SILENT_AFTER = timedelta(minutes=30)
# Telephones let pages sleep: who comes back sooner waits as before.
GONE_AFTER = timedelta(minutes=5)
MOST_AT_ONCE = 500
_SILENT = """
SELECT t.conversation_id FROM conversations_contact t WHERE t.ended_at IS NULL AND (
    (t.started_at < %(since)s AND NOT EXISTS (SELECT 1 FROM conversations_chatline l
        WHERE l.conversation_id = t.conversation_id AND l.at >= %(since)s))
    OR (t.answered_at IS NULL AND t.gone_at < %(gone)s))
ORDER BY t.started_at LIMIT %(most)s
"""


def end_silent_chats() -> int:
    """End the sessions without a line for half an hour, and those whose visitor has been gone for five minutes before
    one of us answered; how many. What is written later begins another."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_SILENT, {"since": now - SILENT_AFTER, "gone": now - GONE_AFTER, "most": MOST_AT_ONCE})
        silent = [pk for (pk,) in cursor.fetchall()]
    return sum(end_chat(pk, ending=Ending.SILENCE, actor=SYSTEM) for pk in silent)
