"""Tables of conversations: mailboxes and other doors, what arrives, messages and their places, what leaves, whom to
trust."""

from ancora.conversations.models.acknowledgement import Acknowledgement, Withheld
from ancora.conversations.models.arrival import Arrival, ArrivalState, Kept
from ancora.conversations.models.conversation import Conversation
from ancora.conversations.models.door import ImportedFile, InboundHook, Listener, Provider
from ancora.conversations.models.draft_file import DraftFile
from ancora.conversations.models.mailbox import Fetch, Mailbox, OldMail, Security
from ancora.conversations.models.message import Attachment, Direction, Message, Place, SearchEntry, Sighting
from ancora.conversations.models.outgoing import (
    IN_TROUBLE,
    Outgoing,
    OutgoingState,
    Outlet,
    Purpose,
    Recipient,
    RecipientState,
    WaitsFor,
    message_state,
)
from ancora.conversations.models.trust import (
    BlockKind,
    ImageConsent,
    ImageState,
    RemoteImage,
    SenderBlock,
    SenderLink,
)

__all__ = [
    "IN_TROUBLE",
    "Acknowledgement",
    "Arrival",
    "ArrivalState",
    "Attachment",
    "BlockKind",
    "Conversation",
    "Direction",
    "DraftFile",
    "Fetch",
    "ImageConsent",
    "ImageState",
    "ImportedFile",
    "InboundHook",
    "Kept",
    "Listener",
    "Mailbox",
    "Message",
    "OldMail",
    "Outgoing",
    "OutgoingState",
    "Outlet",
    "Place",
    "Provider",
    "Purpose",
    "Recipient",
    "RecipientState",
    "RemoteImage",
    "SearchEntry",
    "Security",
    "SenderBlock",
    "SenderLink",
    "Sighting",
    "WaitsFor",
    "Withheld",
    "message_state",
]
