"""Puts what somebody wrote on its way: message, mail file, recipients and job in one transaction. In an example it is
kept, and has no way out."""

from dataclasses import replace
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from ancora.conversations import tokens
from ancora.conversations.channels.email.adapter import MOST_ATTACHED_BYTES, MOST_FILES
from ancora.conversations.channels.email.compose import build, plain_text, safe_html
from ancora.conversations.channels.email.draft_bodies import forwarded_text
from ancora.conversations.channels.email.pictures import picture_type
from ancora.conversations.channels.email.writing import content_ids_in
from ancora.conversations.chats.commands.lines import file_lines_of
from ancora.conversations.commands.queue_on_channel import written_on_channel
from ancora.conversations.commands.sending_queue import enqueue
from ancora.conversations.drafting import Upload, Writing, draft_of, forwarded_of, references_of
from ancora.conversations.events import MessageQueued
from ancora.conversations.identity import content_key, id_of_kept, message_key
from ancora.conversations.jobs import send_outgoing
from ancora.conversations.models import Attachment, Direction, Message, Outgoing, Place, Purpose, Recipient, WaitsFor
from ancora.conversations.queries import message_written_with
from ancora.conversations.search import index_message, words_of_name
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import SYSTEM, Actor
from ancora.platform.events.publishing import publish
from ancora.platform.files.store import store
from ancora.platform.jobs import later

__all__ = ["MOST_ATTACHED_BYTES", "MOST_FILES", "MOST_RECIPIENTS", "queue_message", "sent_before"]
MOST_RECIPIENTS = 100


def queue_message(writing: Writing) -> Message:
    """The message as it was queued, with one job that sends it after commit; in an example only the message.
    `Refusal` without a recipient, text or room, and for a picture that is none."""
    html = safe_html(writing.html, pictures=[one.content_id for one in writing.pictures])
    writing = replace(writing, html=html, files=_sorted_files(html, writing.files))
    text = plain_text(html)
    _check(writing, text)
    message, raw = written_on_channel(writing, text) if writing.way else _written(writing, text)
    actor = Actor.human(writing.author) if writing.author else SYSTEM
    Place.objects.create(
        message=message,
        conversation=writing.conversation,
        since=message.recorded_at,
        actor_kind=actor.kind,
        actor_id=actor.id,
    )
    _attach(message, writing)
    names = " ".join(words_of_name(file.filename) for file in [*writing.enclosed, *writing.files])
    index_message(message.pk, f"{writing.subject}\n{names}\n{text}")
    if writing.conversation.is_example:
        # Without a row of its own in the outbox nothing can ever send it, and nobody waits for it.
        return message
    _address(message, writing, raw)
    beside = writing.conversation.third_party_id
    publish(
        MessageQueued(
            message_id=message.pk,
            conversation_id=writing.conversation.pk,
            customer_id=None if beside else writing.conversation.customer_id,
            third_party_id=beside,
            mailbox_id=writing.identity.mailbox.pk,
            channel=message.channel,
            is_first=writing.purpose == Purpose.NEW,
        ),
        actor=actor,
    )
    if writing.purpose == Purpose.REPLY:
        file_lines_of([message.pk])
    return message


def sent_before(form_key: UUID | None) -> Message | None:
    """The message that was queued, or kept in an example, with this key."""
    return message_written_with(form_key) if form_key else None


def _written(writing: Writing, text: str) -> tuple[Message, bytes]:
    """The message, and the mail that it is for others."""
    now, address = clock.now(), writing.identity.address
    sent_at = writing.send_at or now
    message_id = tokens.new_message_id(writing.conversation.reference, address.partition("@")[2])
    if writing.conversation.is_example and writing.form_key:
        message_id = id_of_kept(writing.form_key)
    with translation.override(writing.language or translation.get_language()):
        raw = build(draft_of(writing, text=text, message_id=message_id, at=sent_at))
        forwarded = forwarded_of(writing)
        whole = f"{text}\n\n{forwarded_text(forwarded)}".strip() if forwarded else text
    message = Message.objects.create(
        direction=Direction.OUT,
        author=writing.author,
        from_name=str(writing.author or writing.identity.name),
        from_address=address,
        addresses={"to": [list(pair) for pair in writing.to], "cc": [list(pair) for pair in writing.cc]},
        subject=writing.subject,
        text=whole,
        reply_text=text,
        html=writing.html,
        auto=Purpose.ACKNOWLEDGEMENT if writing.purpose == Purpose.ACKNOWLEDGEMENT else "",
        message_id=message_id,
        message_key=message_key(message_id),
        content_key=content_key(address, sent_at, message_id),
        references=references_of(writing),
        sent_at=sent_at,
        recorded_at=now,
    )
    return message, raw


def _sorted_files(html: str, files: list[Upload]) -> list[Upload]:
    """Pictures under their true type; one that the text does not show becomes a file like the others."""
    shown, found = content_ids_in(html), []
    for one in files:
        if not one.content_id or one.content_id not in shown:
            found.append(replace(one, content_id=""))
            continue
        kind = picture_type(one.content)
        if kind is None:
            words = _("“%(name)s” is no picture that a text can show: PNG, JPEG, GIF or WebP. Attach it instead.")
            raise Refusal(words % {"name": one.filename})
        found.append(replace(one, content_type=kind))
    return found


def _check(writing: Writing, text: str) -> None:
    is_forward = writing.forwards is not None
    if not text.strip() and not writing.files and not is_forward:
        raise Refusal(_("The message is empty. Write something before sending."))
    everybody = [*writing.to, *writing.cc, *writing.bcc]
    if not everybody:
        raise Refusal(_("Nobody to send to. Write at least one address."))
    if len(everybody) > MOST_RECIPIENTS:
        raise Refusal(_("More than %(most)s recipients. Send it in parts.") % {"most": MOST_RECIPIENTS})
    sizes = [len(one.content) for one in writing.files]
    sizes += [one.size for one in [*writing.enclosed, *writing.shown_in_forward]]
    if len(sizes) > MOST_FILES:
        raise Refusal(_("More than %(most)s files. Send them in parts.") % {"most": MOST_FILES})
    if sum(sizes) > MOST_ATTACHED_BYTES:
        raise Refusal(_("The files are larger than 25 MB together. Send fewer, or a link."))


def _attach(message: Message, writing: Writing) -> None:
    """Files in the order in which they lie in the mail."""
    old = [(one.file, one.filename, one.content_type, one.size, "") for one in writing.enclosed]
    new = [(store(one.content), one.filename, one.content_type, len(one.content), one.content_id)
           for one in writing.files]  # fmt: skip
    Attachment.objects.bulk_create(
        Attachment(
            message=message,
            position=position,
            file=file,
            filename=filename[:255],
            content_type=content_type[:127],
            size=size,
            is_inline=bool(content_id),
            content_id=content_id,
        )
        for position, (file, filename, content_type, size, content_id) in enumerate(old + new, start=1)
    )


def _address(message: Message, writing: Writing, raw: bytes) -> None:
    """The way out of the message: its mail file, who gets it, and the job at its moment."""
    is_held = writing.send_at is not None and writing.send_at > message.recorded_at
    outgoing = Outgoing.objects.create(
        message=message,
        mailbox=writing.identity.mailbox,
        account=writing.way.account if writing.way else None,
        file=store(raw),
        purpose=writing.purpose,
        forwards=writing.forwards,
        waits_for=WaitsFor.MOMENT if is_held else "",
        next_at=writing.send_at if is_held else message.recorded_at,
        form_key=writing.form_key,
        unless_answered=is_held and writing.unless_answered,
    )
    seen: dict[str, Recipient] = {}
    for kind, addresses in (("to", writing.to), ("cc", writing.cc), ("bcc", writing.bcc)):
        for name, address in addresses:
            seen.setdefault(
                address.lower(), Recipient(outgoing=outgoing, kind=kind, name=name[:320], address=address[:320])
            )
    Recipient.objects.bulk_create(seen.values())
    if is_held:
        enqueue(outgoing)
    else:
        later(send_outgoing, lock=f"conversation-{writing.conversation.pk}", outgoing_id=outgoing.pk)
