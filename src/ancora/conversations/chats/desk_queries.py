"""What the desk asks of chats."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from ancora.conversations.chats.typed import HAS_BOUNCED
from ancora.conversations.models import ChatLine, ChatVisitor, Conversation, Message

# Of a conversation `c`: somebody is there who sees its lines, which a message that was moved does not bring along; a
# session goes on.
IS_VISITED = "EXISTS (SELECT 1 FROM conversations_chatvisitor v WHERE v.conversation_id = c.id)"
IS_GOING_ON = "EXISTS (SELECT 1 FROM conversations_contact t WHERE t.conversation_id = c.id AND t.ended_at IS NULL)"


def lines_of(messages: list[Message]) -> dict[int, ChatLine]:
    """The lines that these messages are, by message id. One query, none where no message was said in a chat."""
    if all(one.channel != "chat" for one in messages):
        return {}
    return ChatLine.objects.in_bulk([one.pk for one in messages])


def typed_addresses(conversation_ids: list[int]) -> list[str]:
    """What visitors of these chats typed as their address: nothing proves it. One query, none without a chat."""
    if not conversation_ids:
        return []
    typed = ChatVisitor.objects.filter(conversation__in=conversation_ids).exclude(email="")
    return list(typed.order_by("email").values_list("email", flat=True).distinct())


@dataclass(frozen=True, slots=True)
class Room:
    """A chat as who answers sees it. `email`: where the visitor can be written to, empty where nobody knows ·
    `since`: of the session that goes on, None when it ended · `gone_at`: since when no page of the visitor is open ·
    `newest`, `read`: the number of the visitor's last line, and of the last one that was read · `blocked_at`,
    `blocked_by`: since when nothing is taken from the visitor, and who of us said so."""

    name: str
    email: str
    since: datetime | None
    answered_at: datetime | None
    gone_at: datetime | None
    newest: int
    read: int
    blocked_at: datetime | None = None
    blocked_by: str = ""


_ROOM = f"""
SELECT a.name, coalesce(v.email, h.display, ''), t.started_at, t.answered_at, t.gone_at, l.newest, l.read,
    b.blocked_at, coalesce(b.name, '')
FROM conversations_conversation c JOIN conversations_channelaccount a ON a.id = c.account_id
CROSS JOIN LATERAL (SELECT coalesce(max(number), 0) AS newest,
    coalesce(max(number) FILTER (WHERE read_at IS NOT NULL), 0) AS read
    FROM conversations_chatline WHERE conversation_id = c.id AND direction = 'in') l
LEFT JOIN conversations_contact t ON t.conversation_id = c.id AND t.ended_at IS NULL
LEFT JOIN LATERAL (SELECT o.email FROM conversations_chatvisitor o WHERE o.conversation_id = c.id AND o.email <> ''
    AND NOT {HAS_BOUNCED} ORDER BY o.seen_at DESC LIMIT 1) v ON true
LEFT JOIN LATERAL (SELECT display FROM customers_handle WHERE customer_id = c.customer_id AND kind = 'email'
    AND bounced_at IS NULL ORDER BY verification = 'strong' DESC, id DESC LIMIT 1) h ON true
LEFT JOIN LATERAL (SELECT o.blocked_at, w.name FROM conversations_chatvisitor o
    LEFT JOIN accounts_user w ON w.id = o.blocked_by_id WHERE o.conversation_id = c.id AND o.blocked_at IS NOT NULL
    ORDER BY o.blocked_at DESC LIMIT 1) b ON true
WHERE c.id = %s
"""  # noqa: S608


def room_of(conversation: Conversation) -> Room:
    """One query."""
    with connection.cursor() as cursor:
        cursor.execute(_ROOM, [conversation.pk])
        return Room(*cursor.fetchone())
