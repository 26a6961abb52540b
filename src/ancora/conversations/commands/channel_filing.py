"""Files what an account of a channel delivered: the message, in the conversation that the other side means."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from ancora.conversations.attached import mark_of
from ancora.conversations.channels import adapter_of
from ancora.conversations.channels.contract import InboundMessage, Proof, Unreadable, Writer
from ancora.conversations.channels.email.parsing.language import language
from ancora.conversations.commands.deciding import Result
from ancora.conversations.commands.settle import settle_unknown_by_answer
from ancora.conversations.events import MessageReceived
from ancora.conversations.identity import content_key, key_on_channel, message_key
from ancora.conversations.judging import blocked
from ancora.conversations.models import (
    Attachment,
    ChannelAccount,
    ChannelThread,
    Conversation,
    Direction,
    Message,
    Place,
    Sighting,
)
from ancora.conversations.queries import excerpt_of
from ancora.conversations.search import index_message, words_of_name
from ancora.customers.commands import Sight, note_reached, observe_handles, verify_handle
from ancora.customers.models import Handle, HandleKind
from ancora.platform import clock
from ancora.platform.events.actors import SYSTEM, Actor
from ancora.platform.events.publishing import publish
from ancora.platform.files.store import store

MOST_SUBJECT = 80
# These are the same wherever they are seen; other handles are somebody only within their account.
_OF_EVERYWHERE = (HandleKind.EMAIL, HandleKind.PHONE)
_PROOFS = list(Proof)


@transaction.atomic
def file_inbound(account: ChannelAccount, inbound: InboundMessage, *, at: datetime | None = None) -> Result:
    """The message in its conversation, a new one where the thread has none, with its case. The same message again has
    no further effect, also when both come at once. `Unreadable` for a handle of a kind that the channel has not."""
    _one_thread_at_a_time(account, inbound)
    key = message_key(key_on_channel(account.pk, inbound.key))
    if known := Place.objects.filter(message__message_key=key, until__isnull=True).first():
        return Result("duplicate", "", "this message is already here", known.message_id, known.conversation_id)
    handle = _seen(account, inbound.writer, inbound.language)
    thread = _thread_of(account, inbound.thread_key)
    place = thread and Place.objects.select_related("conversation").get(message=thread.newest_id, until__isnull=True)
    at = at or clock.now()
    conversation = place.conversation if place else _begun(account, inbound, handle, at)
    message = _written(account, inbound, handle, key, at, rung="thread" if place else "new")
    Place.objects.create(message=message, conversation=conversation, since=at, actor_kind="system")
    Sighting.objects.create(message=message, mailbox_id=account.mailbox_id, seen_at=at)
    _attach(message, inbound)
    ChannelThread.objects.update_or_create(
        account=account,
        thread_key=inbound.thread_key or inbound.key,
        defaults={"conversation": conversation, "newest": message},
    )
    if inbound.reply_to:
        settle_unknown_by_answer([inbound.reply_to])
    _tell(account, inbound, message, conversation, is_first=place is None)
    outcome = "opened" if place is None else "auto_reply" if inbound.auto else "appended"
    return Result(outcome, message.rung, "", message.pk, conversation.pk)


def _one_thread_at_a_time(account: ChannelAccount, inbound: InboundMessage) -> None:
    """Two messages of a new thread that come at once begin one conversation."""
    with connection.cursor() as cursor:
        name = f"{account.pk}:{inbound.thread_key or inbound.key}"
        cursor.execute("SELECT pg_advisory_xact_lock(746011, hashtext(%s))", [name])


def _thread_of(account: ChannelAccount, thread_key: str) -> ChannelThread | None:
    found = ChannelThread.objects.filter(account=account, thread_key=thread_key) if thread_key else None
    return found.first() if found is not None else None


def _seen(account: ChannelAccount, writer: Writer, spoken: str) -> Handle:
    """Whose handle it is, made when it is new; proved as far as the channel may prove it, and no further."""
    most = adapter_of(account.kind).capabilities(account).handles.get(writer.kind)
    if most is None or writer.kind not in HandleKind.values:
        raise Unreadable(f"handle of an unknown kind: {writer.kind}")
    proof = min(writer.proof, most, key=_PROOFS.index)
    value = writer.value if writer.kind in _OF_EVERYWHERE else f"{writer.value[:300]}#{account.pk}"
    verification = Proof.NONE if proof == Proof.NONE else Proof.WEAK
    [handle] = observe_handles(
        [Sight(writer.kind, value, writer.name, spoken[:8], str(verification), display=writer.value)]
    )
    if proof == Proof.STRONG:
        verify_handle(handle, method=account.kind, actor=SYSTEM)
    if handle.bounced_at:
        note_reached(writer.kind, [handle.value])
    return handle


def _begun(account: ChannelAccount, inbound: InboundMessage, handle: Handle, at: datetime) -> Conversation:
    return Conversation.objects.create(
        customer_id=handle.customer_id,
        mailbox_id=account.mailbox_id,
        account=account,
        channel=account.kind,
        subject=(inbound.subject or excerpt_of(inbound.text)[:MOST_SUBJECT])[:998],
        started_at=at,
    )


def _written(
    account: ChannelAccount, inbound: InboundMessage, handle: Handle, key: UUID, at: datetime, *, rung: str
) -> Message:
    writer = inbound.writer
    block_id = blocked(writer.value) if writer.kind == HandleKind.EMAIL else None
    to = writer.address or writer.value
    return Message.objects.create(
        direction=Direction.IN,
        channel=account.kind,
        handle=handle,
        from_name=writer.name[:320],
        from_address=writer.value[:320],
        addresses={"channel": {"account": account.pk, "thread": inbound.thread_key or inbound.key, "to": to}},
        subject=inbound.subject,
        text=inbound.text,
        reply_text=inbound.text,
        language=(inbound.language or language(inbound.text) or "")[:8],
        auto=inbound.auto,
        rung=rung,
        spam="blocked" if block_id else "",
        block_id=block_id,
        message_id=inbound.key,
        message_key=key,
        content_key=content_key("", None, ""),
        references=[inbound.reply_to] if inbound.reply_to else [],
        sent_at=inbound.sent_at,
        recorded_at=at,
    )


def _attach(message: Message, inbound: InboundMessage) -> None:
    Attachment.objects.bulk_create(
        Attachment(
            message=message,
            position=position,
            file=store(one.content),
            filename=one.filename[:255],
            content_type=one.content_type[:127],
            size=len(one.content),
            mark=mark_of(one.filename, one.content),
        )
        for position, one in enumerate(inbound.files, start=1)
    )
    names = " ".join(words_of_name(one.filename) for one in inbound.files)
    index_message(message.pk, f"{inbound.subject}\n{names}\n{inbound.text}")


def _tell(
    account: ChannelAccount, inbound: InboundMessage, message: Message, conversation: Conversation, *, is_first: bool
) -> None:
    customer_id = message.handle.customer_id
    event = MessageReceived(
        message_id=message.pk,
        conversation_id=conversation.pk,
        customer_id=customer_id,
        mailbox_id=account.mailbox_id,
        channel=account.kind,
        rung=message.rung,
        auto=inbound.auto or None,
        language=message.language or None,
        spam=message.spam or None if is_first else None,
        is_first=is_first,
    )
    publish(event, actor=Actor("customer", customer_id), at=message.recorded_at)
