"""Tables of conversations: mailboxes, what arrives, messages and their places, what leaves."""

from ancora.conversations.models.alert import Alert, AlertKind
from ancora.conversations.models.arrival import Arrival, ArrivalState
from ancora.conversations.models.conversation import Conversation
from ancora.conversations.models.fetch import Fetch
from ancora.conversations.models.grant import Grant, Provider, ProviderKind
from ancora.conversations.models.mailbox import Mailbox, OldMail, Security, SignIn
from ancora.conversations.models.message import Attachment, Direction, Message, Place, SearchEntry, Sighting
from ancora.conversations.models.outgoing import Outgoing, OutgoingState, Recipient, RecipientState

__all__ = [
    "Alert",
    "AlertKind",
    "Arrival",
    "ArrivalState",
    "Attachment",
    "Conversation",
    "Direction",
    "Fetch",
    "Grant",
    "Mailbox",
    "Message",
    "OldMail",
    "Outgoing",
    "OutgoingState",
    "Place",
    "Provider",
    "ProviderKind",
    "Recipient",
    "RecipientState",
    "SearchEntry",
    "Security",
    "Sighting",
    "SignIn",
]
