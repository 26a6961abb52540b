"""Tables of conversations: mailboxes and other doors, what arrives, messages and their places, what leaves."""

from ancora.conversations.models.arrival import Arrival, ArrivalState
from ancora.conversations.models.conversation import Conversation
from ancora.conversations.models.door import ImportedFile, InboundHook, Listener, Provider
from ancora.conversations.models.mailbox import Fetch, Mailbox, OldMail, Security
from ancora.conversations.models.message import Attachment, Direction, Message, Place, SearchEntry, Sighting
from ancora.conversations.models.outgoing import Outgoing, OutgoingState, Recipient, RecipientState

__all__ = [
    "Arrival",
    "ArrivalState",
    "Attachment",
    "Conversation",
    "Direction",
    "Fetch",
    "ImportedFile",
    "InboundHook",
    "Listener",
    "Mailbox",
    "Message",
    "OldMail",
    "Outgoing",
    "OutgoingState",
    "Place",
    "Provider",
    "Recipient",
    "RecipientState",
    "SearchEntry",
    "Security",
    "Sighting",
]
