"""The chat of a case, and the chats of a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from ancora.cases.models import Case
from ancora.cases.queries.cases import conversations_of, messages_of, seen_by
from ancora.conversations.chats.desk_queries import IS_GOING_ON, IS_VISITED, Room, room_of
from ancora.conversations.models import ChatGuest, Conversation, Direction, Message
from ancora.platform import clock


@dataclass(frozen=True, slots=True)
class Chat:
    """The chat of a case (the one that goes on, then the newest, where it holds several), and how it stands."""

    conversation: Conversation
    customer: str
    room: Room

    @property
    def pk(self) -> int:
        return self.conversation.pk

    @property
    def name(self) -> str:
        """Of the website's chat."""
        return self.room.name

    @property
    def email(self) -> str:
        return self.room.email


def chat_of(viewer, case: Case) -> Chat | None:
    """None where the case has none: then nothing is asked. One query else."""
    conversation = chat_in(case)
    return Chat(conversation, case.customer.name, room_of(conversation)) if conversation else None


def chat_in(case: Case) -> Conversation | None:
    """The conversation that is its chat, looked up once for an object: one in which a visitor is, else nobody would
    see what is said there."""
    if not hasattr(case, "held_chat"):
        possible = [one for one in conversations_of(case) if one.channel == "chat" and one.account_id]
        case.held_chat = _visited(possible) if possible else None
    return case.held_chat


# As `chat_held_by` chooses.
_VISITED = f"""
SELECT c.id FROM unnest(%s::bigint[]) WITH ORDINALITY AS c(id, position) WHERE {IS_VISITED}
ORDER BY {IS_GOING_ON} DESC, c.position DESC LIMIT 1
"""  # noqa: S608


def _visited(conversations: list[Conversation]) -> Conversation | None:
    with connection.cursor() as cursor:
        cursor.execute(_VISITED, [[one.pk for one in conversations]])
        row = cursor.fetchone()
    return next((one for one in conversations if row and one.pk == row[0]), None)


def attends(viewer, case: Case) -> bool:
    """Whether what the viewer sees of its chat was read by us: not what a lead reads along."""
    if case.owner_id in (None, viewer.pk):
        return True
    chat = chat_in(case)
    return ChatGuest.objects.filter(conversation=chat, person=viewer, until__isnull=True).exists()


def is_said_in_chat(case: Case) -> bool:
    """Whether what the customer wrote last was said in a chat."""
    last = last_received(case)
    return last is not None and last.channel == "chat"


def last_received(case: Case) -> Message | None:
    """What the customer wrote last."""
    messages = messages_of(case)
    return next((one for one in reversed(messages) if one.direction == Direction.IN and not one.auto), None)


class MyChat(NamedTuple):
    """A chat that goes on and is the viewer's. `waits_since`: of the visitor's first line after our last one, None
    when it was answered · `gone_at`: since when the visitor is not there · `is_guest`: a colleague asked them in."""

    reference: int
    conversation_id: int
    customer: str
    unread: int
    waits_since: datetime | None
    gone_at: datetime | None
    is_guest: bool

    @property
    def waited_seconds(self) -> int | None:
        return int((clock.now() - self.waits_since).total_seconds()) if self.waits_since else None


_MINE = """
SELECT reference, t.conversation_id, u.name, l.unread, l.waits_since, t.gone_at,
    cases_case.owner_id IS DISTINCT FROM %(me)s
FROM conversations_contact t
JOIN cases_caseconversation c ON c.conversation_id = t.conversation_id AND c.until IS NULL
JOIN cases_case ON cases_case.id = c.case_id JOIN customers_customer u ON u.id = cases_case.customer_id
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE read_at IS NULL) AS unread, min(at) FILTER (WHERE number > coalesce((
        SELECT max(o.number) FROM conversations_chatline o
        WHERE o.conversation_id = t.conversation_id AND o.direction = 'out'), 0)) AS waits_since
    FROM conversations_chatline i WHERE i.conversation_id = t.conversation_id AND i.direction = 'in') l
WHERE t.ended_at IS NULL AND cases_case.status NOT IN ('spam', 'trash') AND (cases_case.owner_id = %(me)s
    OR EXISTS (SELECT 1 FROM conversations_chatguest g
        WHERE g.conversation_id = t.conversation_id AND g.person_id = %(me)s AND g.until IS NULL)) AND {seen}
ORDER BY l.waits_since, t.started_at LIMIT %(most)s
"""
MOST_CHATS = 50


def chats_of(viewer) -> list[MyChat]:
    """The chats that go on and are the viewer's, who waits longest first; one query."""
    seen, parameters = seen_by(viewer)
    with connection.cursor() as cursor:
        cursor.execute(_MINE.format(seen=seen), {**parameters, "me": viewer.pk, "most": MOST_CHATS})
        return [MyChat(*row) for row in cursor.fetchall()]
