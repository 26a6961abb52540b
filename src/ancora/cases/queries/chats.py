"""The chat of a case."""

from dataclasses import dataclass

from django.db import connection

from ancora.cases.models import Case
from ancora.cases.queries.cases import conversations_of, messages_of
from ancora.conversations.chats.desk_queries import IS_GOING_ON, IS_VISITED, Room, room_of
from ancora.conversations.models import ChatGuest, Conversation, Direction, Message


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
    def is_visited_now(self) -> bool:
        """Whether it goes on, and the visitor is there."""
        return self.room.since is not None and self.room.gone_at is None

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
        possible = _chats_of(case)
        case.held_chat = _visited(possible) if possible else None
    return case.held_chat


def chat_named(case: Case, pk: int) -> Conversation | None:
    """This one of the chats of the case; 0: its chat."""
    return next((one for one in _chats_of(case) if one.pk == pk), None) if pk else chat_in(case)


def chat_ids_of(case: Case) -> list[int]:
    """Ids of all conversations of the case that are chats, the first one first."""
    return [one.pk for one in _chats_of(case)]


def _chats_of(case: Case) -> list[Conversation]:
    return [one for one in conversations_of(case) if one.channel == "chat" and one.account_id]


# As `held_with_chat` chooses.
_VISITED = f"""
SELECT c.id FROM unnest(%s::bigint[]) WITH ORDINALITY AS c(id, position) WHERE {IS_VISITED}
ORDER BY {IS_GOING_ON} DESC, c.position DESC LIMIT 1
"""  # noqa: S608


def _visited(conversations: list[Conversation]) -> Conversation | None:
    with connection.cursor() as cursor:
        cursor.execute(_VISITED, [[one.pk for one in conversations]])
        row = cursor.fetchone()
    return next((one for one in conversations if row and one.pk == row[0]), None)


def attends(viewer, case: Case, chat: Conversation | None = None) -> bool:
    """Whether what the viewer sees of its chat, or of this one of its chats, was read by us: not what a lead reads
    along."""
    if case.owner_id in (None, viewer.pk):
        return True
    chat = chat or chat_in(case)
    return ChatGuest.objects.filter(conversation=chat, person=viewer, until__isnull=True).exists()


def is_said_in_chat(case: Case) -> bool:
    """Whether what the customer wrote last was said in a chat."""
    last = last_received(case)
    return last is not None and last.channel == "chat"


def last_received(case: Case) -> Message | None:
    """What the customer wrote last."""
    messages = messages_of(case)
    return next((one for one in reversed(messages) if one.direction == Direction.IN and not one.auto), None)
