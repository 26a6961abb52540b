"""The chat of a case."""

from dataclasses import dataclass

from ancora.cases.models import Case
from ancora.cases.queries.cases import conversations_of, messages_of
from ancora.conversations.chats.desk_queries import Room, room_of
from ancora.conversations.models import ChatGuest, Conversation, Direction, Message


@dataclass(frozen=True, slots=True)
class Chat:
    """The chat of a case (the newest, where it holds several), and how it stands."""

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
    """The conversation that is its chat."""
    return next((one for one in reversed(conversations_of(case)) if one.channel == "chat" and one.account_id), None)


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
