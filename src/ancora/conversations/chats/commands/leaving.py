"""The visitor ends the chat."""

from django.db import transaction

from ancora.conversations.chats.commands.end import end_chat
from ancora.conversations.chats.models import Ending
from ancora.conversations.chats.visitors import standing_of
from ancora.platform.events.actors import Actor


@transaction.atomic
def end_as_visitor(account_token: str, visitor_token: str) -> None:
    """The session of this visitor is over; a line that it writes in the same instant is in it or begins another.
    Nothing where none goes on. `NoVisitor`, `Blocked`."""
    standing = standing_of(account_token, visitor_token, is_held=True)
    if standing.conversation_id is not None:
        end_chat(standing.conversation_id, ending=Ending.CUSTOMER, actor=Actor("customer", standing.talks_to))
