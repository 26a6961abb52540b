"""Tables of conversations: mailboxes and other doors, what arrives, messages and their places, what leaves, whom to
trust."""

from ancora.conversations.chats.models import ChatGuest, ChatLine, ChatVisitor, Contact, DeviceLink, Ending
from ancora.conversations.models.account import ChannelAccount
from ancora.conversations.models.acknowledgement import Acknowledgement, Withheld
from ancora.conversations.models.alert import Alert, AlertKind
from ancora.conversations.models.arrival import Arrival, ArrivalState, Kept
from ancora.conversations.models.conversation import Conversation
from ancora.conversations.models.door import HookProvider, ImportedFile, InboundHook, Listener
from ancora.conversations.models.draft_file import DraftFile
from ancora.conversations.models.fetch import Fetch
from ancora.conversations.models.grant import Grant, Provider, ProviderKind
from ancora.conversations.models.mailbox import Mailbox, OldMail, Security, SignIn
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
from ancora.conversations.models.thread import ChannelThread
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
    "Alert",
    "AlertKind",
    "Arrival",
    "ArrivalState",
    "Attachment",
    "BlockKind",
    "ChannelAccount",
    "ChannelThread",
    "ChatGuest",
    "ChatLine",
    "ChatVisitor",
    "Contact",
    "Conversation",
    "DeviceLink",
    "Direction",
    "DraftFile",
    "Ending",
    "Fetch",
    "Grant",
    "HookProvider",
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
    "ProviderKind",
    "Purpose",
    "Recipient",
    "RecipientState",
    "RemoteImage",
    "SearchEntry",
    "Security",
    "SenderBlock",
    "SenderLink",
    "Sighting",
    "SignIn",
    "WaitsFor",
    "Withheld",
    "message_state",
]
