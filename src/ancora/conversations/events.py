"""What happens in conversations."""

from dataclasses import dataclass

from ancora.platform.events.event import Code, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived(Event):
    """A message of a customer is in its conversation, or one of a third party in its side thread, which names no
    customer. `is_first`: the conversation begins with it. `spam` says who took it for spam (border, blocked): its case
    begins in spam and takes part in nothing."""

    type = "message.received"
    objects = {
        "message_id": "message",
        "conversation_id": "conversation",
        "customer_id": "customer",
        "third_party_id": "third_party",
        "mailbox_id": "mailbox",
    }
    message_id: int
    conversation_id: int
    customer_id: int | None
    third_party_id: int | None = None
    mailbox_id: int | None
    channel: Code
    rung: Code
    auto: Code | None = None
    language: Code | None = None
    trust: Code | None = None
    spam: Code | None = None
    is_first: bool = False
    is_silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSighted(Event):
    """A message we have arrived once more, at another mailbox."""

    type = "message.sighted"
    objects = {"message_id": "message", "conversation_id": "conversation", "mailbox_id": "mailbox"}
    message_id: int
    conversation_id: int
    mailbox_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageQueued(Event):
    """An agent's message is on its way out, to a customer or, in a side thread, to a third party."""

    type = "message.queued"
    objects = {
        "message_id": "message",
        "conversation_id": "conversation",
        "customer_id": "customer",
        "third_party_id": "third_party",
        "mailbox_id": "mailbox",
    }
    message_id: int
    conversation_id: int
    customer_id: int | None
    third_party_id: int | None = None
    mailbox_id: int
    channel: Code
    is_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingEvent(Event):
    """What became of an outgoing message at its recipients."""

    objects = {"message_id": "message", "conversation_id": "conversation"}
    message_id: int
    conversation_id: int
    reason: Code | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTakenBack(OutgoingEvent):
    """The message was not sent, and is in no conversation any more: its author took it back before its moment, or
    wanted it to be sent only without an answer (`reason` answered), or its case was put away (trash, spam)."""

    type = "message.taken_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRetried(OutgoingEvent):
    """A person sent the message again to those it had not reached, or perhaps not."""

    type = "message.retried"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDelayed(OutgoingEvent):
    """The message waits; `reason` says for what: turn, earlier, mailbox, server or recipient."""

    type = "message.delayed"


# The reason of a message that went to some of its recipients only.
PARTLY = "partly"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAccepted(OutgoingEvent):
    """The outgoing server took the message; with `reason` partly, not for everybody."""

    type = "message.accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFailed(OutgoingEvent):
    """The outgoing server refused the message for good; nothing was sent."""

    type = "message.failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageUnknown(OutgoingEvent):
    """The connection broke after the text was begun: it may or may not have been sent."""

    type = "message.unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDelivered(OutgoingEvent):
    """Evidence says that the message reached its recipient."""

    type = "message.delivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageBounced(OutgoingEvent):
    """A delivery report says that a recipient was not reached."""

    type = "message.bounced"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageMoved(Event):
    """A message belongs to another conversation from now on."""

    type = "message.moved"
    objects = {"message_id": "message", "conversation_id": "conversation", "from_conversation_id": "conversation"}
    message_id: int
    conversation_id: int
    from_conversation_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxStopped(Event):
    """A mailbox can no longer be fetched."""

    type = "mailbox.stopped"
    objects = {"mailbox_id": "mailbox"}
    mailbox_id: int
    reason: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxPaused(Event):
    """A person paused a mailbox; `what`: fetching or sending."""

    type = "mailbox.paused"
    objects = {"mailbox_id": "mailbox"}
    mailbox_id: int
    what: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxResumed(Event):
    """A mailbox works again: by itself after a trouble, or because a person let it go on. `what`: fetching or
    sending."""

    type = "mailbox.resumed"
    objects = {"mailbox_id": "mailbox"}
    mailbox_id: int
    what: Code = "fetching"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertOpened(Event):
    """Something lasts that administrators must know of: `kind` says what (see `Alert`)."""

    type = "alert.opened"
    objects = {"alert_id": "alert", "mailbox_id": "mailbox"}
    alert_id: int
    mailbox_id: int | None
    kind: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEnded(Event):
    """What administrators were told of is over."""

    type = "alert.ended"
    objects = {"alert_id": "alert", "mailbox_id": "mailbox"}
    alert_id: int
    mailbox_id: int | None
    kind: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalQuarantined(Event):
    """Something that arrived could not be processed; it waits, with its original, for a person."""

    type = "arrival.quarantined"
    objects = {"arrival_id": "arrival", "mailbox_id": "mailbox"}
    arrival_id: int
    mailbox_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderBlocked(Event):
    """Later mail of a sender goes to spam. kind: address or domain."""

    type = "sender.blocked"
    objects = {"block_id": "block"}
    block_id: int
    kind: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderUnblocked(Event):
    """A block was lifted."""

    type = "sender.unblocked"
    objects = {"block_id": "block"}
    block_id: int
    kind: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderLinked(Event):
    """A person said that a message without proof is really of this customer."""

    type = "sender.linked"
    objects = {
        "message_id": "message",
        "conversation_id": "conversation",
        "customer_id": "customer",
        "before_id": "customer",
    }
    message_id: int
    conversation_id: int
    customer_id: int
    before_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderUnlinked(SenderLinked):
    """It was not: the conversation belongs to `customer_id` again, no longer to `before_id`."""

    type = "sender.unlinked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagesAllowed(Event):
    """Images of other servers may be fetched for a message, or for all mail of its sender."""

    type = "images.allowed"
    objects = {"message_id": "message"}
    message_id: int
    for_sender: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagesForbidden(Event):
    """Images of a sender are no longer shown without asking."""

    type = "images.forbidden"
    objects = {"consent_id": "image_consent"}
    consent_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactStarted(Event):
    """A customer began a session on a channel that has sessions, such as a chat."""

    type = "contact.started"
    objects = {
        "contact_id": "contact",
        "conversation_id": "conversation",
        "customer_id": "customer",
        "account_id": "channel_account",
    }
    contact_id: int
    conversation_id: int
    customer_id: int
    account_id: int
    channel: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactEnded(Event):
    """The session is over; `ending` says who ended it: customer, agent or silence. `waited_seconds`: until one of us
    first answered; none for one that was abandoned."""

    type = "contact.ended"
    objects = {
        "contact_id": "contact",
        "conversation_id": "conversation",
        "customer_id": "customer",
        "account_id": "channel_account",
    }
    contact_id: int
    conversation_id: int
    customer_id: int
    account_id: int
    channel: Code
    ending: Code
    waited_seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueEntered(Event):
    """A customer began to wait for the first answer of one of us in a session."""

    type = "queue.entered"
    objects = ContactStarted.objects
    contact_id: int
    conversation_id: int
    customer_id: int
    account_id: int
    channel: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLeft(Event):
    """They wait no more; once for each session that entered. `kind`: answered, abandoned (it ended before), or
    parked (one of us said that the answer comes by e-mail). `waited_seconds`: until they were answered, or
    gone."""

    type = "queue.left"
    objects = ContactStarted.objects
    contact_id: int
    conversation_id: int
    customer_id: int
    account_id: int
    channel: Code
    kind: Code
    waited_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactTransferred(Event):
    """One of us gave a session that goes on to a colleague, or to a team."""

    type = "contact.transferred"
    objects = {
        "contact_id": "contact",
        "conversation_id": "conversation",
        "from_id": "user",
        "to_id": "user",
        "team_id": "team",
    }
    contact_id: int
    conversation_id: int
    from_id: int | None
    to_id: int | None
    team_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactJoined(Event):
    """A colleague of the owner is in the session too."""

    type = "contact.joined"
    objects = {"conversation_id": "conversation", "person_id": "user"}
    conversation_id: int
    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactLeft(ContactJoined):
    """They are in it no longer."""

    type = "contact.left"


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorBlocked(Event):
    """Nothing more is taken from a browser that chatted with us."""

    type = "visitor.blocked"
    objects = {"visitor_id": "chat_visitor", "conversation_id": "conversation"}
    visitor_id: int
    conversation_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorUnblocked(VisitorBlocked):
    """It may write again."""

    type = "visitor.unblocked"
