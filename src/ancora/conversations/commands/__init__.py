"""Changes to conversations, one verb a function."""

from ancora.conversations.commands.intake import process_arrival, process_pending, retry_arrival
from ancora.conversations.commands.receive import receive
from ancora.conversations.commands.settle import settle_as_sent, settle_bounce, settle_unknown_by_answer
from ancora.conversations.commands.settle_reported import settle_reported
from ancora.conversations.commands.write import queue_reply, start_conversation, start_conversation_by_hand

__all__ = [
    "process_arrival",
    "process_pending",
    "queue_reply",
    "receive",
    "retry_arrival",
    "settle_as_sent",
    "settle_bounce",
    "settle_reported",
    "settle_unknown_by_answer",
    "start_conversation",
    "start_conversation_by_hand",
]
