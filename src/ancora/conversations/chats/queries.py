"""Reads of chats."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from ancora.conversations.chats.visitors import Closed, NoVisitor, digest_of
from ancora.conversations.chats.words import Said, may_open, said_files
from ancora.conversations.models import Attachment, ChannelAccount, ChatLine, ChatVisitor
from ancora.customers.models import Handle, HandleKind

KIND = "chat"
MOST_LINES = 200


def account_with(token: str) -> ChannelAccount | None:
    """The chat in use at this address."""
    found = ChannelAccount.objects.filter(token_digest=digest_of(token), kind=KIND, is_active=True)
    return found.first()


def account_in_use(token: str) -> ChannelAccount:
    """The same; `Closed` where it is not in use, `NoVisitor` where there is none."""
    account = ChannelAccount.objects.filter(token_digest=digest_of(token), kind=KIND).first()
    if account is None:
        raise NoVisitor(_("This chat does not exist any more."))
    if not account.is_active:
        raise Closed
    return account


def is_of_unknown_browser(customer_id: int, visitor_token: str) -> bool:
    """Whether nothing is known of this customer but the browser with this token."""
    theirs = list(Handle.objects.filter(customer=customer_id).values_list("kind", "value"))
    return theirs == [(HandleKind.BROWSER, digest_of(visitor_token)[:32])]


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A line with its number and what became of it."""

    number: int
    said: Said
    delivered_at: datetime | None
    read_at: datetime | None
    mailed_at: datetime | None

    @property
    def told(self) -> dict:
        return {
            **self.said.told,
            "number": self.number,
            "delivered": self.delivered_at is not None,
            "read": self.read_at is not None,
            "mailed": self.mailed_at is not None,
        }


_LINES = """
SELECT a.place, l.number, l.delivered_at, l.read_at, l.mailed_at, m.id, m.direction, m.channel, m.from_name,
    coalesce(nullif(m.reply_text, ''), m.text), l.at, l.client_key,
    (SELECT json_agg(json_build_array(f.id, f.filename, f.content_type, f.size) ORDER BY f.position)
     FROM conversations_attachment f WHERE f.message_id = m.id AND NOT f.is_inline)
FROM unnest(%(conversations)s::bigint[], %(numbers)s::int[]) WITH ORDINALITY a(conversation_id, number, place)
CROSS JOIN LATERAL (
    SELECT * FROM conversations_chatline n WHERE n.conversation_id = a.conversation_id AND n.number > a.number
    ORDER BY n.number LIMIT %(most)s) l
JOIN conversations_message m ON m.id = l.message_id
ORDER BY a.place, l.number
"""


def lines_since(conversation_id: int, number: int, *, most: int = MOST_LINES) -> list[ToldLine]:
    """The lines after this number, in order, at most so many; one query."""
    return lines_of_many([(conversation_id, number)], most=most)[0]


def lines_of_many(since: Sequence[tuple[int, int]], *, most: int = MOST_LINES) -> list[list[ToldLine]]:
    """For each of these conversations the lines after that number, in order, at most so many of each; one query."""
    found: list[list[ToldLine]] = [[] for _one in since]
    asked = {"conversations": [pk for pk, _number in since], "numbers": [number for _pk, number in since], "most": most}
    with connection.cursor() as cursor:
        cursor.execute(_LINES, asked)
        for place, *row in cursor.fetchall():
            found[place - 1].append(_told(*row))
    return found


def _told(
    number: int,
    delivered_at: datetime | None,
    read_at: datetime | None,
    mailed_at: datetime | None,
    message_id: int,
    direction: str,
    channel: str,
    name: str,
    text: str,
    at: datetime,
    client_key: UUID | None,
    files: list | None,
) -> ToldLine:
    said = Said(message_id, direction, channel, name, text, at, client_key, said_files(files))
    return ToldLine(number, said, delivered_at, read_at, mailed_at)


@dataclass(frozen=True, slots=True)
class ChatState:
    """How a chat is: its number for people, its newest line, how far each side has got, and its session.
    `agent`: who of us answers; empty while nobody did. `ending` is empty while the session goes on."""

    reference: int
    newest: int
    delivered: int
    read: int
    read_by_us: int
    agent: str
    ending: str

    @property
    def told(self) -> dict:
        return {
            "kind": "state",
            "reference": self.reference,
            "newest": self.newest,
            "delivered": self.delivered,
            "read": self.read,
            "read_by_us": self.read_by_us,
            "agent": self.agent,
            "ending": self.ending,
        }


_STATE = """
SELECT c.id, c.reference, l.*, coalesce(t.name, ''), coalesce(t.ending, '')
FROM conversations_conversation c
CROSS JOIN LATERAL (SELECT coalesce(max(number), 0),
    coalesce(max(number) FILTER (WHERE direction = 'out' AND delivered_at IS NOT NULL), 0),
    coalesce(max(number) FILTER (WHERE direction = 'out' AND read_at IS NOT NULL), 0),
    coalesce(max(number) FILTER (WHERE direction = 'in' AND read_at IS NOT NULL), 0)
    FROM conversations_chatline WHERE conversation_id = c.id) l
LEFT JOIN LATERAL (SELECT n.ending, u.name FROM conversations_contact n
    LEFT JOIN accounts_user u ON u.id = n.answered_by_id
    WHERE n.conversation_id = c.id ORDER BY n.id DESC LIMIT 1) t ON true
WHERE c.id = ANY(%s)
"""


def state_of(conversation_id: int) -> ChatState:
    """One query."""
    return states_of([conversation_id])[conversation_id]


def states_of(conversation_ids: Collection[int]) -> dict[int, ChatState]:
    """By conversation; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE, [list(conversation_ids)])
        return {pk: ChatState(*row) for pk, *row in cursor.fetchall()}


def attachment_of(account_token: str, attachment_id: int, key: str) -> Attachment | None:
    """A file of a line, for who was told its key."""
    if not may_open(attachment_id, key) or (account := account_with(account_token)) is None:
        return None
    lines = ChatLine.objects.filter(message=OuterRef("message"), conversation__account=account)
    return Attachment.objects.select_related("file").filter(Exists(lines), pk=attachment_id).first()


def blocked_among(visitor_ids: list[int]) -> set[int]:
    """Those of them of whom one of us wants to hear no more."""
    return set(ChatVisitor.objects.filter(pk__in=visitor_ids, blocked_at__isnull=False).values_list("pk", flat=True))


# From the newest message backwards: a chat in use is found at once.
_LAST_HEARD = """
SELECT a.id, h.at FROM unnest(%s::bigint[]) AS a(id) CROSS JOIN LATERAL (
    SELECT l.at FROM conversations_chatline l JOIN conversations_conversation c ON c.id = l.conversation_id
    WHERE c.account_id = a.id AND l.direction = 'in' ORDER BY l.message_id DESC LIMIT 1) h
"""


def last_heard_in(account_ids: list[int]) -> dict[int, datetime]:
    """When a visitor last wrote in each of these chats; those in which nobody did are left out. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST_HEARD, [account_ids])
        return dict(cursor.fetchall())
