"""Tables of conversations: mailboxes, what arrives, messages and their places, what leaves, whom to trust."""

from ancora.conversations.models.arrival import Arrival, ArrivalState, Kept
from ancora.conversations.models.conversation import Conversation
from ancora.conversations.models.mailbox import Fetch, Mailbox, OldMail, Security
from ancora.conversations.models.message import Attachment, Direction, Message, Place, SearchEntry, Sighting
from ancora.conversations.models.outgoing import Outgoing, OutgoingState, Recipient, RecipientState
from ancora.conversations.models.trust import (
    BlockKind,
    ImageConsent,
    ImageState,
    RemoteImage,
    SenderBlock,
    SenderLink,
)

__all__ = [
    "Arrival",
    "ArrivalState",
    "Attachment",
    "BlockKind",
    "Conversation",
    "Direction",
    "Fetch",
    "ImageConsent",
    "ImageState",
    "Kept",
    "Mailbox",
    "Message",
    "OldMail",
    "Outgoing",
    "OutgoingState",
    "Place",
    "Recipient",
    "RecipientState",
    "RemoteImage",
    "SearchEntry",
    "Security",
    "SenderBlock",
    "SenderLink",
    "Sighting",
]
