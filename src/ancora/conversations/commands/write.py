"""Messages that we write: a reply, a new mail, one passed on, a conversation opened by hand."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.conversations.commands.queue_message import MOST_ATTACHED_BYTES, MOST_FILES, queue_message, sent_before
from ancora.conversations.drafting import (
    Addresses,
    Upload,
    Writing,
    forward_subject,
    reader_language,
    reply_subject,
    shown_pictures,
)
from ancora.conversations.identities import Identity, default_identity
from ancora.conversations.models import Attachment, Conversation, Mailbox, Message, Purpose
from ancora.conversations.ways_back import Way, way_back
from ancora.customers.commands import observe_handle
from ancora.customers.models import Customer, HandleKind
from ancora.parties.models import ThirdParty
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.once import one_at_a_time

__all__ = [
    "MOST_ATTACHED_BYTES",
    "MOST_FILES",
    "Addresses",
    "Upload",
    "queue_forward",
    "queue_reply",
    "start_beside",
    "start_conversation",
    "start_conversation_by_hand",
]


@transaction.atomic
def queue_reply(
    conversation: Conversation,
    *,
    html: str,
    to: Addresses,
    author,
    cc: Addresses = (),
    bcc: Addresses = (),
    files: list[Upload] = (),
    answers: Message | None = None,
    identity: Identity | None = None,
    is_signed: bool = True,
    form_key: UUID | None = None,
    send_at: datetime | None = None,
    unless_answered: bool = False,
    enclosed: list[Attachment] = (),
    way: Way | None = None,
) -> Message:
    """Put an answer on its way, in the thread of `answers`; sent after commit by the worker. `identity`: as whom;
    else as the conversation's mailbox. `send_at`: not before then, and until then it can be taken back; with
    `unless_answered` it is not sent when a person wrote in the conversation before. Where what is answered, else the
    customer's last message, came by another channel than mail, the answer goes back there, whatever recipients and
    identity are named; `way` says it where there is a choice, as in a chat. `enclosed`: files that lie here.

    The same `form_key` gives the message of the first time and sends nothing more. `Refusal` without a mailbox to
    send from, without a recipient, text or room, and for what the channel cannot carry.
    """
    one_at_a_time(form_key)
    if sent := sent_before(form_key):
        return sent
    way = way or way_back(conversation, answers)
    if way is not None:
        box = way.account.mailbox
        identity, to, cc, bcc = Identity(box, box.name, box.address), [(way.name, way.to)], [], []
    return queue_message(
        Writing(
            conversation=conversation,
            way=way,
            identity=identity or default_identity(conversation),
            purpose=Purpose.REPLY,
            subject=reply_subject(answers.subject if answers and answers.subject else conversation.subject),
            html=html,
            to=to,
            cc=cc,
            bcc=bcc,
            files=files,
            enclosed=enclosed,
            answers=answers,
            author=author,
            form_key=form_key,
            is_signed=is_signed,
            send_at=send_at,
            unless_answered=unless_answered,
            language=reader_language(answers),
        )
    )


@transaction.atomic
def queue_forward(
    conversation: Conversation,
    message: Message,
    *,
    html: str,
    to: Addresses,
    author,
    cc: Addresses = (),
    bcc: Addresses = (),
    enclosed: list[Attachment] = (),
    files: list[Upload] = (),
    identity: Identity | None = None,
    is_signed: bool = True,
    form_key: UUID | None = None,
    send_at: datetime | None = None,
    unless_answered: bool = False,
) -> Message:
    """Pass a message of the conversation on to somebody else, with the chosen `enclosed` of its files; what they
    answer comes back to the conversation. As `queue_reply` otherwise; the text of our own may be empty."""
    one_at_a_time(form_key)
    if sent := sent_before(form_key):
        return sent
    shown = shown_pictures(message)
    return queue_message(
        Writing(
            conversation=conversation,
            identity=identity or default_identity(conversation),
            purpose=Purpose.FORWARD,
            subject=forward_subject(message.subject or conversation.subject),
            html=html,
            to=to,
            cc=cc,
            bcc=bcc,
            files=files,
            forwards=message,
            enclosed=[one for one in enclosed if one not in shown],
            shown_in_forward=shown,
            author=author,
            form_key=form_key,
            is_signed=is_signed,
            send_at=send_at,
            unless_answered=unless_answered,
        )
    )


@transaction.atomic
def start_conversation(
    mailbox: Mailbox,
    *,
    to: Addresses,
    subject: str,
    html: str,
    author,
    cc: Addresses = (),
    bcc: Addresses = (),
    files: list[Upload] = (),
    identity: Identity | None = None,
    is_signed: bool = True,
    form_key: UUID | None = None,
    send_at: datetime | None = None,
) -> Message:
    """A new mail to a customer: the first of `to` is the customer of the new conversation."""
    one_at_a_time(form_key)
    if sent := sent_before(form_key):
        return sent
    if not to:
        raise Refusal(_("Nobody to send to. Write at least one address."))
    handle = observe_handle(HandleKind.EMAIL, to[0][1], name=to[0][0])
    conversation = _create(handle.customer, subject, "email", mailbox)
    return queue_message(
        Writing(
            conversation=conversation,
            identity=identity or Identity(mailbox, mailbox.name, mailbox.address),
            purpose=Purpose.NEW,
            subject=subject,
            html=html,
            to=to,
            cc=cc,
            bcc=bcc,
            files=files,
            author=author,
            form_key=form_key,
            is_signed=is_signed,
            send_at=send_at,
        )
    )


@transaction.atomic
def start_beside(
    conversation: Conversation,
    third_party: ThirdParty,
    *,
    subject: str,
    html: str,
    author,
    files: list[Upload] = (),
    enclosed: list[Attachment] = (),
) -> tuple[Conversation, Message]:
    """A side thread: a mail to a third party, from the mailbox of `conversation` and in a conversation of its own, of
    which nothing is ever in that one. An example stays one: nothing is sent."""
    beside = Conversation.objects.create(
        customer_id=conversation.customer_id,
        third_party=third_party,
        mailbox=conversation.mailbox,
        subject=subject[:998],
        started_at=clock.now(),
        is_example=conversation.is_example,
    )
    message = queue_message(
        Writing(
            conversation=beside,
            identity=default_identity(beside),
            purpose=Purpose.NEW,
            subject=subject,
            html=html,
            to=[(third_party.name, third_party.address)],
            files=files,
            enclosed=enclosed,
            author=author,
        )
    )
    return beside, message


@transaction.atomic
def start_conversation_by_hand(
    *, customer: Customer, subject: str, channel: str, mailbox: Mailbox | None = None
) -> Conversation:
    """A conversation that began outside, on the phone for example; it has no message yet."""
    return _create(customer, subject, channel, mailbox)


def _create(customer: Customer, subject: str, channel: str, mailbox: Mailbox | None) -> Conversation:
    """With an invented customer it is an example too: nothing that is written in it is sent."""
    return Conversation.objects.create(
        customer=customer,
        mailbox=mailbox,
        channel=channel,
        subject=subject[:998],
        started_at=clock.now(),
        is_example=customer.is_example,
    )
