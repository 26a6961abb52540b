"""How an answer goes into the chat of a case, where it is queued and not said at once."""

from ancora.cases.models import Case
from ancora.cases.queries.cases import messages_of
from ancora.cases.queries.chats import chat_in, last_received
from ancora.conversations.chats.ways import way_into
from ancora.conversations.models import Direction, Message
from ancora.conversations.ways_back import Way


def way_into_chat(case: Case, answers: Message | None = None) -> Way | None:
    """Of an answer to this message, else to what the customer wrote last; None where that was not said in the chat, or
    nobody is in it any more."""
    asked = answers or last_received(case)
    chat = chat_in(case) if asked is not None and asked.channel == "chat" else None
    if chat is None:
        return None
    here = [one for one in messages_of(case) if one.place_conversation_id == chat.pk and one.channel == "chat"]
    heard = next((one for one in reversed(here) if one.direction == Direction.IN), None)
    return way_into(chat, heard) if heard and asked.pk in {one.pk for one in here} else None
