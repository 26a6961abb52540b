"""A line of a chat in an open case, the commonest thing to happen to one: one statement instead of four."""

from datetime import datetime

from django.db import connection

from ancora.conversations.events import MessageReceived

# The version as it was seen: who waited for the row, and finds it changed, does nothing, because the conversation may
# have passed to another case.
_CONTINUE = """
WITH seen AS MATERIALIZED (
    SELECT l.case_id, k.version, left(btrim(regexp_replace(left(m.text, 400), '\\s+', ' ', 'g')), 160) AS excerpt
    FROM cases_caseconversation l JOIN cases_case k ON k.id = l.case_id, conversations_message m
    WHERE l.conversation_id = %(conversation)s AND l.until IS NULL AND m.id = %(message)s
)
UPDATE cases_case k SET last_message_at = greatest(k.last_message_at, %(at)s), excerpt = seen.excerpt,
    version = k.version + 1
FROM seen WHERE k.id = seen.case_id AND k.version = seen.version AND k.status = 'open'
    AND k.mailbox_ids @> ARRAY[%(mailbox)s]::bigint[]
RETURNING k.id
"""


def continue_at_once(event: MessageReceived, at: datetime) -> int | None:
    """The open case that holds the conversation, held and continued; None where more is to be decided."""
    if event.channel != "chat" or event.is_first or event.auto is not None:
        return None
    asked = {
        "conversation": event.conversation_id,
        "message": event.message_id,
        "mailbox": event.mailbox_id,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CONTINUE, asked)
        row = cursor.fetchone()
    return row[0] if row else None
