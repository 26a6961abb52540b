"""Gives messages their number in the chat, and tells the open streams."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from ancora.conversations.chats.typed import TYPED
from ancora.conversations.chats.words import Said, said_files, written
from ancora.platform.live.lines import MOST_BYTES

# What the database adds to the words of a line.
_NUMBER_BYTES = 30


@dataclass(frozen=True, slots=True)
class Line:
    """Where a message has its place in a chat. `is_going_on`: a session was, when it was filed."""

    conversation_id: int
    number: int
    message_id: int
    is_going_on: bool = True


def file_line(said: Said) -> Line:
    """The next number of the conversation in which the message is, held from now until the transaction ends. An
    `IntegrityError` when its client key was used there before."""
    return file_written(said.message_id, said.direction, said.client_key, said.at, written(said))


def file_written(message_id: int, direction: str, client_key: UUID | None, at: datetime, line: bytes) -> Line:
    """The same for a line that is written already, but for its number."""
    with connection.cursor() as cursor:
        cursor.execute(_FILE, [message_id, direction, client_key, at, told(direction, line)])
        conversation_id, number, is_going_on = cursor.fetchone()
    return Line(conversation_id, number, message_id, is_going_on)


def told(direction: str, line: bytes) -> str:
    """A line that is written, but for its number, as it travels in the stream."""
    if len(line) <= MOST_BYTES - _NUMBER_BYTES:
        return line.decode()
    # Whose it is, is known without fetching it.
    return json.dumps({"kind": "line", "from": "visitor" if direction == "in" else "agent", "fetch": True})


_FILE = """
SELECT f.conversation, f.number, EXISTS (SELECT 1 FROM conversations_contact t
    WHERE t.conversation_id = f.conversation AND t.ended_at IS NULL)
FROM file_chat_line(%s, %s, %s, %s, %s) f
"""


# What passes between us and the visitor by another channel: what the customer of the conversation wrote, or who
# answers from the address that the visitor gave, and replies of ours that go there. Nothing passed on, nothing of
# third persons.
_BESIDE = f"""
WITH here AS (
    SELECT m.id, m.direction, m.channel, m.from_name, coalesce(nullif(m.reply_text, ''), m.text) AS text,
        m.recorded_at, m.handle_id, c.id AS conversation_id, c.customer_id
    FROM conversations_message m
    JOIN conversations_place p ON p.message_id = m.id AND p.until IS NULL
    JOIN conversations_conversation c ON c.id = p.conversation_id
    WHERE m.id = ANY(%s) AND m.auto = '' AND m.spam = '' AND m.trust <> 'failed'
        AND EXISTS (SELECT 1 FROM conversations_chatline l WHERE l.conversation_id = c.id)
        AND NOT EXISTS (SELECT 1 FROM conversations_chatline l WHERE l.message_id = m.id)
), typed AS (
    SELECT t.* FROM ({TYPED}) t WHERE t.conversation_id IN (SELECT conversation_id FROM here)
)
SELECT h.id, h.direction, h.channel, h.from_name, h.text, h.recorded_at,
    (SELECT json_agg(json_build_array(f.id, f.filename, f.content_type, f.size) ORDER BY f.position)
     FROM conversations_attachment f WHERE f.message_id = h.id AND NOT f.is_inline)
FROM here h WHERE CASE h.direction
    WHEN 'in' THEN EXISTS (SELECT 1 FROM customers_handle a WHERE a.id = h.handle_id AND (a.customer_id = h.customer_id
        OR EXISTS (SELECT 1 FROM typed t WHERE t.conversation_id = h.conversation_id AND t.is_written_to
            AND a.kind = 'email' AND t.address = a.value)))
    ELSE EXISTS (SELECT 1 FROM conversations_outgoing o JOIN conversations_recipient r ON r.outgoing_id = o.id
        WHERE o.message_id = h.id AND o.purpose = 'reply' AND o.state <> 'taken_back'
            AND NOT (o.state = 'queued' AND o.waits_for = 'moment')
            AND (EXISTS (SELECT 1 FROM customers_handle a WHERE a.customer_id = h.customer_id AND a.kind = 'email'
                    AND a.value = lower(r.address))
                OR EXISTS (SELECT 1 FROM typed t WHERE t.conversation_id = h.conversation_id
                    AND t.address = lower(r.address)))) END
ORDER BY h.id
"""  # noqa: S608


def file_lines_of(message_ids: list[int]) -> None:
    """Messages of other channels that belong into the chat of their conversation become lines of it; nothing for
    those that do not, or are lines. Runs in the transaction that files them, after their cases are held."""
    if not message_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(_BESIDE, [message_ids])
        found = cursor.fetchall()
    for *known, files in found:
        message_id, direction, channel, name, text, at = known
        file_line(Said(message_id, direction, channel, name, text, at, files=said_files(files)))
