"""Messages that we write: a reply, a new mail, a conversation opened by hand."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.conversations import tokens
from ancora.conversations.channels.email.compose import Draft, Part, build, plain_text, safe_html
from ancora.conversations.events import MessageQueued
from ancora.conversations.identity import content_key, message_key
from ancora.conversations.jobs import send_outgoing
from ancora.conversations.models import (
    Attachment,
    Conversation,
    Direction,
    Mailbox,
    Message,
    Outgoing,
    Place,
    Recipient,
)
from ancora.conversations.search import index_message
from ancora.customers.commands import observe_handle
from ancora.customers.models import Customer, HandleKind
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.platform.files.store import store
from ancora.platform.jobs import later
from ancora.platform.once import one_at_a_time

type Addresses = list[tuple[str, str]]
MOST_ATTACHED_BYTES = 25_000_000
MOST_RECIPIENTS = 100


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to send along."""

    filename: str
    content_type: str
    content: bytes


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
    form_key: UUID | None = None,
) -> Message:
    """Put an answer on its way, in the thread of `answers`; sent after commit by the worker.

    The same `form_key` gives the message of the first time and sends nothing more. `Refusal` without a mailbox to
    send from, without a recipient, text or room.
    """
    one_at_a_time(form_key)
    if form_key and (sent := _sent_before(form_key)):
        return sent
    mailbox = conversation.mailbox or Mailbox.objects.filter(is_active=True).order_by("id").first()
    if mailbox is None:
        raise Refusal(_("There is no mailbox to send from. An administrator can connect one in the settings."))
    subject = _reply_subject(answers.subject if answers and answers.subject else conversation.subject)
    draft = _Writing(conversation, mailbox, subject, html, to, cc, bcc, files, answers, author, form_key)
    return _queue(draft, is_first=False)


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
    form_key: UUID | None = None,
) -> Message:
    """A new mail to a customer: the first of `to` is the customer of the new conversation."""
    one_at_a_time(form_key)
    if form_key and (sent := _sent_before(form_key)):
        return sent
    if not to:
        raise Refusal(_("Nobody to send to. Write at least one address."))
    handle = observe_handle(HandleKind.EMAIL, to[0][1], name=to[0][0])
    conversation = _create(handle.customer, subject, "email", mailbox)
    return _queue(
        _Writing(conversation, mailbox, subject, html, to, cc, bcc, files, None, author, form_key), is_first=True
    )


@transaction.atomic
def start_conversation_by_hand(
    *, customer: Customer, subject: str, channel: str, mailbox: Mailbox | None = None
) -> Conversation:
    """A conversation that began outside, on the phone for example; it has no message yet."""
    return _create(customer, subject, channel, mailbox)


@dataclass(frozen=True, slots=True)
class _Writing:
    conversation: Conversation
    mailbox: Mailbox
    subject: str
    html: str
    to: Addresses
    cc: Addresses
    bcc: Addresses
    files: list[Upload]
    answers: Message | None
    author: object
    form_key: UUID | None


def _queue(writing: _Writing, *, is_first: bool) -> Message:
    html = safe_html(writing.html)
    text = plain_text(html)
    _check(writing, text)
    reference, now = writing.conversation.reference, clock.now()
    message_id = tokens.new_message_id(reference, writing.mailbox.address.partition("@")[2])
    raw = build(_draft(writing, html, text, message_id, reference))
    message = Message.objects.create(
        direction=Direction.OUT,
        author=writing.author,
        from_name=str(writing.author),
        from_address=writing.mailbox.address,
        addresses={"to": [list(pair) for pair in writing.to], "cc": [list(pair) for pair in writing.cc]},
        subject=writing.subject,
        text=text,
        reply_text=text,
        html=html,
        message_id=message_id,
        message_key=message_key(message_id),
        content_key=content_key(writing.mailbox.address, now, message_id),
        references=_references(writing.answers),
        sent_at=now,
        recorded_at=now,
    )
    actor = Actor.human(writing.author)
    Place.objects.create(
        message=message, conversation=writing.conversation, since=now, actor_kind=actor.kind, actor_id=actor.id
    )
    _attach(message, writing.files)
    names = " ".join(upload.filename for upload in writing.files)
    index_message(message.pk, f"{writing.subject}\n{names}\n{text}")
    outgoing = Outgoing.objects.create(
        message=message, mailbox=writing.mailbox, file=store(raw), next_at=now, form_key=writing.form_key
    )
    _address(outgoing, writing)
    later(send_outgoing, lock=f"conversation-{writing.conversation.pk}", outgoing_id=outgoing.pk)
    publish(
        MessageQueued(
            message_id=message.pk,
            conversation_id=writing.conversation.pk,
            customer_id=writing.conversation.customer_id,
            mailbox_id=writing.mailbox.pk,
            channel="email",
            is_first=is_first,
        ),
        actor=actor,
    )
    return message


def _check(writing: _Writing, text: str) -> None:
    if not text.strip() and not writing.files:
        raise Refusal(_("The message is empty. Write something before sending."))
    if not writing.to and not writing.cc and not writing.bcc:
        raise Refusal(_("Nobody to send to. Write at least one address."))
    if len(writing.to) + len(writing.cc) + len(writing.bcc) > MOST_RECIPIENTS:
        raise Refusal(_("More than %(most)s recipients. Send it in parts.") % {"most": MOST_RECIPIENTS})
    if sum(len(upload.content) for upload in writing.files) > MOST_ATTACHED_BYTES:
        raise Refusal(_("The files are larger than 25 MB together. Send fewer, or a link."))


def _draft(writing: _Writing, html: str, text: str, message_id: str, reference: int) -> Draft:
    mailbox = writing.mailbox
    return Draft(
        message_id=message_id,
        date=clock.now(),
        from_=(f"{writing.author} · {mailbox.name}" if str(writing.author) else mailbox.name, mailbox.address),
        reply_to=tokens.reply_address(mailbox.address, reference) if mailbox.has_plus_addressing else None,
        to=list(writing.to),
        cc=list(writing.cc),
        subject=writing.subject,
        html=html,
        text=text,
        signature="\n".join(filter(None, [writing.author.signature, mailbox.signature])),
        in_reply_to=writing.answers.message_id if writing.answers else None,
        references=_references(writing.answers),
        quoted=_quoted(writing.answers),
        parts=[Part(upload.filename, upload.content_type, upload.content) for upload in writing.files],
    )


def _quoted(answers: Message | None) -> tuple[str, object, str] | None:
    """(who, when, what) of the message an answer quotes below itself."""
    if answers is None:
        return None
    who = answers.from_name or answers.from_address
    return who, answers.sent_at or answers.recorded_at, answers.reply_text or answers.text


def _references(answers: Message | None) -> list[str]:
    if answers is None or not answers.message_id:
        return []
    return [*answers.references[-20:], answers.message_id]


def _reply_subject(subject: str) -> str:
    return subject if subject.lower().startswith("re:") else f"Re: {subject}".strip()


def _attach(message: Message, files: list[Upload]) -> None:
    Attachment.objects.bulk_create(
        Attachment(
            message=message,
            position=position,
            file=store(upload.content),
            filename=upload.filename[:255],
            content_type=upload.content_type[:127],
            size=len(upload.content),
        )
        for position, upload in enumerate(files, start=1)
    )


def _address(outgoing: Outgoing, writing: _Writing) -> None:
    seen: dict[str, Recipient] = {}
    for kind, addresses in (("to", writing.to), ("cc", writing.cc), ("bcc", writing.bcc)):
        for name, address in addresses:
            seen.setdefault(
                address.lower(), Recipient(outgoing=outgoing, kind=kind, name=name[:320], address=address[:320])
            )
    Recipient.objects.bulk_create(seen.values())


def _create(customer: Customer, subject: str, channel: str, mailbox: Mailbox | None) -> Conversation:
    return Conversation.objects.create(
        customer=customer, mailbox=mailbox, channel=channel, subject=subject[:998], started_at=clock.now()
    )


def _sent_before(form_key: UUID) -> Message | None:
    outgoing = Outgoing.objects.select_related("message").filter(form_key=form_key).first()
    return outgoing.message if outgoing else None
