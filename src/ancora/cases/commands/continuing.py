"""A line of a chat in an open case, the commonest thing to happen to one: one statement instead of five."""

import json

from django.db import connection

from ancora.cases.events import CaseContinued
from ancora.platform.events.publishing import Published, Telling, prepared

# The version as it was seen: who waited for the row, and finds it changed, does nothing, because the conversation may
# have passed to another case.
_CONTINUE = """
WITH seen AS MATERIALIZED (
    SELECT l.case_id, k.version, left(btrim(regexp_replace(left(m.text, 400), '\\s+', ' ', 'g')), 160) AS excerpt
    FROM cases_caseconversation l JOIN cases_case k ON k.id = l.case_id, conversations_message m
    WHERE l.conversation_id = %(conversation)s AND l.until IS NULL AND m.id = %(message)s
), continued AS (
    UPDATE cases_case k SET last_message_at = greatest(k.last_message_at, %(at)s), excerpt = seen.excerpt,
        version = k.version + 1
    FROM seen WHERE k.id = seen.case_id AND k.version = seen.version AND k.status = 'open'
        AND k.mailbox_ids @> ARRAY[%(mailbox)s]::bigint[]
    RETURNING k.id
)
SELECT c.id, p.event_id FROM continued c,
    LATERAL publish_events(json_build_array(jsonb_set(%(told)s::jsonb, '{ids,0}', to_jsonb(c.id)))) p
"""


def continue_at_once(one: Published) -> bool:
    """Continue the open case that holds the conversation of a line, and record it; False where more is to be
    decided."""
    event = one.event
    if event.channel != "chat" or event.is_first or event.auto is not None:
        return False
    # The case is the first of its objects, and takes its place there as it is found.
    told = CaseContinued(case_id=0, message_id=event.message_id, direction="in")
    asked = {
        "conversation": event.conversation_id,
        "message": event.message_id,
        "mailbox": event.mailbox_id,
        "at": one.occurred_at,
        "told": json.dumps(prepared(Telling(told, one.actor, one.occurred_at))),
    }
    with connection.cursor() as cursor:
        cursor.execute(_CONTINUE, asked)
        return cursor.fetchone() is not None
