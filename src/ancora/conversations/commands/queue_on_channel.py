"""What is written to the customer by a channel that is no mail: the message, and the bytes in which it leaves."""

from uuid import uuid4

from django.utils.translation import gettext as _

from ancora.conversations.channels import adapter_of
from ancora.conversations.channels.contract import ChannelFile, Forbidden, Outbound
from ancora.conversations.commands.windows import window_words
from ancora.conversations.drafting import Writing
from ancora.conversations.identity import content_key, id_of_kept, message_key
from ancora.conversations.models import Direction, Message
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.files.store import read


def written_on_channel(writing: Writing, text: str) -> tuple[Message, bytes]:
    """As `Outbound` in the words of its channel. `Refusal` for what the channel cannot carry; nothing is ever cut."""
    way, now = writing.way, clock.now()
    is_kept = writing.conversation.is_example and writing.form_key
    key = id_of_kept(writing.form_key) if is_kept else f"msg_{uuid4().hex}"
    answers = way.answers.message_id if way.answers.direction == Direction.IN else ""
    outbound = Outbound(
        key=key,
        thread_key=way.thread_key,
        to=way.to,
        text=text,
        html=writing.html,
        author=str(writing.author or writing.identity.name),
        files=_files(writing),
        reply_to=answers,
        written_at=writing.send_at or now,
        last_heard_at=way.last_heard_at,
    )
    try:
        raw = adapter_of(way.account.kind).render(outbound, way.capabilities)
    except Forbidden as forbidden:
        raise Refusal(in_words(forbidden, str(way.account))) from forbidden
    message = Message.objects.create(
        direction=Direction.OUT,
        channel=way.account.kind,
        author=writing.author,
        from_name=outbound.author,
        from_address=writing.identity.address,
        addresses={
            "to": [[way.name, way.to]],
            "channel": {"account": way.account.pk, "thread": way.thread_key, "to": way.to},
        },
        text=text,
        reply_text=text,
        html=writing.html if way.capabilities.carries_html else "",
        message_id=key,
        message_key=message_key(key),
        content_key=content_key("", None, key),
        references=[answers] if answers else [],
        sent_at=outbound.written_at,
        recorded_at=now,
    )
    return message, raw


def _files(writing: Writing) -> tuple[ChannelFile, ...]:
    """Those that lie here already, then the new ones: in the order in which the message keeps them."""
    old = [ChannelFile(one.filename, one.content_type, read(one.file)) for one in writing.enclosed]
    return (*old, *(ChannelFile(one.filename, one.content_type, one.content) for one in writing.files))


def in_words(forbidden: Forbidden, name: str) -> str:
    """Why a channel cannot carry a message, and what to do instead."""
    words = {"name": name, "most": forbidden.most, "megabytes": forbidden.most // 1_000_000}
    match forbidden.reason:
        case "too_long":
            return _("“%(name)s” takes at most %(most)s characters. Write less, or in several messages.") % words
        case "too_many_files":
            return _("“%(name)s” takes at most %(most)s files. Send them in parts.") % words
        case "too_large":
            return _("“%(name)s” takes files of at most %(megabytes)s MB together. Send fewer, or a link.") % words
        case "file_too_large":
            return _("“%(name)s” takes files of at most %(megabytes)s MB each. Send smaller ones, or a link.") % words
        case "no_files":
            return _("“%(name)s” takes no files. Send a link, or use another way.") % words
        case "window":
            return window_words(forbidden.most)
        case "first":
            return _("“%(name)s” takes answers only: the customer has not written there.") % words
    return _("The message is empty. Write something before sending.")
