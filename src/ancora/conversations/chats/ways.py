"""The way into a chat, for what is queued and not said at once."""

from ancora.conversations.chats.words import topic_of
from ancora.conversations.models import Conversation, Message
from ancora.conversations.ways_back import Way


def way_into(conversation: Conversation, answers: Message) -> Way:
    """Into this chat, as an answer to this line of its visitor."""
    topic = topic_of(conversation.pk)
    return Way(conversation.account, topic, topic, answers.from_name, answers)
