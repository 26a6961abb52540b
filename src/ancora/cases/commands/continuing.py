"""A message comes into a case that is open or held, the commonest thing to happen to one: one statement."""

import json

from django.db import connection

from ancora.cases.events import CaseContinued
from ancora.cases.models import Case
from ancora.conversations.models import Message
from ancora.conversations.queries import excerpt_of
from ancora.platform.accounts.models import User
from ancora.platform.events.actors import Actor
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
        "told": json.dumps(prepared(Telling(told, one.actor, one.occurred_at, is_line=True))),
    }
    with connection.cursor() as cursor:
        cursor.execute(_CONTINUE, asked)
        return cursor.fetchone() is not None


_REPEAT = """
WITH continued AS (
    UPDATE cases_case SET last_message_at = %(at)s, excerpt = %(excerpt)s, version = version + 1 WHERE id = %(case)s
    RETURNING version
)
SELECT c.version FROM continued c, LATERAL publish_events(%(told)s::json)
"""


def continue_with(case: Case, message: Message, author: User, *, is_line: bool = False) -> None:
    """The case, which is held, repeats a message of ours; nothing where it knows a newer one. `is_line`: it is one of
    a chat."""
    if case.last_message_at >= message.recorded_at:
        return
    case.last_message_at, case.excerpt = message.recorded_at, excerpt_of(message.reply_text or message.text)
    event = CaseContinued(case_id=case.pk, message_id=message.pk, direction="out")
    asked = {
        "case": case.pk,
        "at": case.last_message_at,
        "excerpt": case.excerpt,
        "told": json.dumps([prepared(Telling(event, Actor.human(author), is_line=is_line))]),
    }
    with connection.cursor() as cursor:
        cursor.execute(_REPEAT, asked)
        (case.version,) = cursor.fetchone()
