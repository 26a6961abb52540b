"""How far the other side has got, and that somebody types: told at once, and never taken back."""

import json

from django.db import connection

from ancora.conversations.chats.words import topic_of
from ancora.platform import clock
from ancora.platform.live.hub import LINES
from ancora.platform.live.lines import tell

_RAISED = """
raised AS (
    UPDATE conversations_chatline SET delivered_at = coalesce(delivered_at, %(now)s),
        read_at = CASE WHEN number <= %(read)s THEN coalesce(read_at, %(now)s) ELSE read_at END
    WHERE conversation_id = (SELECT id FROM chat) AND direction = %(direction)s AND read_at IS NULL
        AND ((delivered_at IS NULL AND number <= greatest(%(delivered)s, %(read)s)) OR number <= %(read)s)
    RETURNING number, read_at
)
SELECT chat.id, (
    SELECT pg_notify(%(channel)s, 'chat-' || chat.id || ' ' || json_build_object(
        'kind', 'seen', 'by', %(who)s::text, 'delivered', max(number),
        'read', coalesce(max(number) FILTER (WHERE read_at IS NOT NULL), 0)))
    FROM raised HAVING count(*) > 0)
FROM chat
"""
_SEEN = f"WITH chat AS (SELECT %(conversation)s::bigint AS id), {_RAISED}"
# Who asks is a visitor whom nothing keeps from it.
_OF_VISITOR = """
SELECT v.conversation_id AS id
FROM conversations_chatvisitor v JOIN conversations_channelaccount a ON a.id = v.account_id
WHERE v.token_digest = %(visitor)s AND a.token_digest = %(account)s AND v.blocked_at IS NULL
    AND v.conversation_id IS NOT NULL AND a.is_active
"""
_SEEN_BY_VISITOR = f"WITH chat AS MATERIALIZED ({_OF_VISITOR}), {_RAISED}"  # noqa: S608


def note_delivered(conversation_id: int, number: int, *, by_visitor: bool) -> None:
    """All lines of the other side up to this number have reached a screen of this one."""
    _note(conversation_id, delivered=number, read=0, by_visitor=by_visitor)


def note_read(conversation_id: int, number: int, *, by_visitor: bool) -> None:
    """All lines of the other side up to this number were on a screen that somebody looks at; delivered they are too."""
    _note(conversation_id, delivered=number, read=number, by_visitor=by_visitor)


def visitor_saw(*, account_digest: str, visitor_digest: str, delivered: int, read: int) -> bool:
    """Both at once, as a visitor's browser reports them; one statement. False where nobody is known, or has no
    conversation."""
    who = {"account": account_digest, "visitor": visitor_digest}
    return _told(_SEEN_BY_VISITOR, {**who, "delivered": delivered, "read": read}, by_visitor=True)


def _note(conversation_id: int, *, delivered: int, read: int, by_visitor: bool) -> None:
    asked = {"conversation": conversation_id, "delivered": delivered, "read": read}
    _told(_SEEN, asked, by_visitor=by_visitor)


def _told(sql: str, asked: dict, *, by_visitor: bool) -> bool:
    """Whether the chat was found."""
    who, direction = ("visitor", "out") if by_visitor else ("agent", "in")
    asked |= {"who": who, "direction": direction, "channel": LINES, "now": clock.now()}
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return cursor.fetchone() is not None


def show_typing(conversation_id: int, *, name: str) -> None:
    """One of us types. It is forgotten by the screens after some seconds; no row is written."""
    tell(topic_of(conversation_id), {"kind": "typing", "by": "agent", "name": name})


def show_presence(conversation_id: int, *, name: str, is_here: bool) -> None:
    """One of us looks at the chat, or does no longer."""
    tell(topic_of(conversation_id), presence_told(name, is_here))


def presence_told(name: str, is_here: bool) -> dict:
    return {"kind": "presence", "name": name, "here": is_here}


_VISITOR_TYPES = f"SELECT pg_notify(%(channel)s, 'chat-' || c.id || ' ' || %(body)s) FROM ({_OF_VISITOR}) c"  # noqa: S608
_TYPES = """
SELECT pg_notify(%(channel)s, 'chat-' || v.conversation_id || ' ' || %(body)s)
FROM conversations_chatvisitor v JOIN conversations_channelaccount a ON a.id = v.account_id
WHERE v.token_digest = %(visitor)s AND a.token_digest = %(account)s AND v.blocked_at IS NULL
    AND v.conversation_id IS NOT NULL AND a.is_active
"""
_TYPES = json.dumps({"kind": "typing", "by": "visitor"})


def show_visitor_typing(*, account_digest: str, visitor_digest: str) -> bool:
    """The visitor types; one statement. False where nobody is known, or has no conversation."""
    asked = {"channel": LINES, "body": _TYPES, "visitor": visitor_digest, "account": account_digest}
    with connection.cursor() as cursor:
        cursor.execute(_VISITOR_TYPES, asked)
        return cursor.fetchone() is not None
