"""Writes a received message with all that belongs to it, in few round trips."""

import json
from datetime import timedelta
from uuid import UUID

from django.db import connection

from ancora.conversations.attached import mark_of
from ancora.conversations.channels.email.parsing import ParsedMail
from ancora.conversations.channels.email.trust import Verdict
from ancora.conversations.events import MessageReceived
from ancora.conversations.ladder import Found
from ancora.conversations.models import Arrival, Attachment, Mailbox
from ancora.conversations.queries import own_addresses
from ancora.conversations.search import MOST_SEARCHED
from ancora.conversations.senders import sender_of
from ancora.conversations.tokens import without_token
from ancora.platform import clock
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.platform.files.store import store

LIVE = timedelta(minutes=2)


EXCERPT = 200


def addresses_of(parsed: ParsedMail) -> list[str]:
    """Every address a mail was sent or delivered to."""
    named = [one.address for one in (*parsed.to, *parsed.cc)]
    return list(dict.fromkeys(address.lower() for address in (*parsed.delivered_to, *named) if address))


def mailbox_of(parsed: ParsedMail) -> Mailbox | None:
    """The mailbox a mail is addressed to, plus addresses included."""
    wanted = {without_token(address) for address in addresses_of(parsed)}
    found = [mailbox for mailbox in Mailbox.objects.order_by("id") if wanted & set(mailbox.addresses)]
    return found[0] if found else None


def is_from_ourselves(parsed: ParsedMail) -> bool:
    """Whether the sender is one of our own mailboxes: answering would never end."""
    sender = parsed.from_.address.lower() if parsed.from_ else ""
    return bool(sender) and without_token(sender) in own_addresses()


def file_message(
    arrival: Arrival,
    parsed: ParsedMail,
    mailbox: Mailbox | None,
    found: Found,
    keys: tuple[UUID, UUID],
    verdict: Verdict,
) -> tuple[int, int]:
    """Write the message into its conversation (a new one when none was found) and tell the record of it.

    Returns (message id, conversation id). The case is opened or continued in this same transaction.
    """
    handle, customer_id = sender_of(parsed, verdict, found.conversation_id)
    is_first = found.conversation_id is None
    conversation_id = found.conversation_id or _start(parsed, mailbox, customer_id, arrival)
    message_id = _insert(arrival, parsed, handle, found.rung, keys, conversation_id, mailbox, is_first, verdict)
    _attach(message_id, parsed)
    publish(
        MessageReceived(
            message_id=message_id,
            conversation_id=conversation_id,
            customer_id=customer_id,
            mailbox_id=mailbox.pk if mailbox else None,
            channel="email",
            rung=found.rung,
            auto=parsed.auto,
            language=parsed.language,
            trust=verdict.state,
            spam=verdict.spam or None if is_first else None,
            is_first=is_first,
            is_silent=arrival.is_silent,
        ),
        actor=Actor("customer", customer_id),
        at=_moment(arrival),
    )
    return message_id, conversation_id


def _moment(arrival: Arrival):
    """When the mail came. Servers tell whole seconds and their clocks differ: what comes in live comes now, so that
    an answer never stands before what it answers."""
    now = clock.now()
    return now if not arrival.is_silent and abs(now - arrival.received_at) < LIVE else arrival.received_at


def _start(parsed: ParsedMail, mailbox: Mailbox | None, customer_id: int, arrival: Arrival) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO conversations_conversation (customer_id, mailbox_id, channel, subject, started_at)"
            " VALUES (%s, %s, 'email', %s, %s) RETURNING id",
            [customer_id, mailbox.pk if mailbox else None, parsed.subject[:998], _moment(arrival)],
        )
        return cursor.fetchone()[0]


_INSERT = """
WITH filed AS (
    INSERT INTO conversations_message (direction, handle_id, from_name, from_address, addresses, subject, text,
        reply_text, signature, html, language, auto, rung, warnings, trust, trust_reasons, spam, block_id, message_id,
        message_key, content_key, "references", sent_at, recorded_at)
    VALUES ('in', %(handle)s, %(from_name)s, %(from_address)s, %(addresses)s, %(subject)s, %(text)s,
        %(reply_text)s, %(signature)s, %(html)s, %(language)s, %(auto)s, %(rung)s, %(warnings)s, %(trust)s,
        %(trust_reasons)s, %(spam)s, %(block)s, %(message_id)s, %(message_key)s, %(content_key)s, %(references)s,
        %(sent_at)s, %(recorded_at)s)
    RETURNING id
), placed AS (
    INSERT INTO conversations_place (message_id, conversation_id, since, actor_kind)
    SELECT id, %(conversation)s, %(recorded_at)s, 'system' FROM filed
), sighted AS (
    INSERT INTO conversations_sighting (message_id, mailbox_id, seen_at)
    SELECT id, %(mailbox)s, %(recorded_at)s FROM filed WHERE %(mailbox)s::bigint IS NOT NULL
), indexed AS (
    INSERT INTO conversations_searchentry (message_id, words) SELECT id, search_words(%(words)s) FROM filed
)
SELECT id FROM filed
"""


def _insert(arrival, parsed, handle, rung, keys, conversation_id, mailbox, is_first, verdict) -> int:
    from_ = parsed.from_
    fields = {
        "handle": handle.pk if handle else None,
        "from_name": (from_.name or "")[:320] if from_ else "",
        "from_address": from_.address[:320] if from_ else "",
        "addresses": json.dumps({kind: _pairs(getattr(parsed, kind)) for kind in ("to", "cc", "reply_to")}),
        "subject": parsed.subject,
        "text": parsed.text,
        "reply_text": parsed.reply_text,
        "signature": parsed.signature,
        "html": parsed.html or "",
        "language": parsed.language or "",
        "auto": parsed.auto or "",
        "rung": rung,
        "warnings": json.dumps(parsed.warnings),
        "trust": verdict.state,
        "trust_reasons": json.dumps(verdict.reasons),
        "spam": verdict.spam,
        "block": verdict.block_id,
        "message_id": parsed.message_id or "",
        "message_key": keys[0],
        "content_key": keys[1],
        "references": json.dumps(parsed.references[-100:]),
        "sent_at": parsed.date,
        "recorded_at": _moment(arrival),
        "conversation": conversation_id,
        "mailbox": mailbox.pk if mailbox else None,
        "words": words_of(parsed, whole=is_first or parsed.is_forward),
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, fields)
        return cursor.fetchone()[0]


def words_of(parsed: ParsedMail, *, whole: bool) -> str:
    """What search finds of a mail: subject, what was newly written (all of it for first and forwarded mails),
    names of attachments; never HTML, at most `MOST_SEARCHED` characters."""
    names = " ".join(attachment.filename.replace(".", " . ") for attachment in parsed.attachments[:50])
    body = parsed.text if whole else parsed.reply_text or parsed.text
    return f"{parsed.subject}\n{names}\n{body}"[:MOST_SEARCHED]


def _attach(message_id: int, parsed: ParsedMail) -> None:
    Attachment.objects.bulk_create(
        Attachment(
            message_id=message_id,
            position=position,
            file=store(attachment.content),
            filename=attachment.filename[:255],
            content_type=attachment.content_type[:127],
            size=len(attachment.content),
            is_inline=attachment.inline,
            content_id=(attachment.content_id or "")[:255],
            mark=mark_of(attachment.filename, attachment.content),
        )
        for position, attachment in enumerate(parsed.attachments, start=1)
    )


def _pairs(addresses) -> list[list[str]]:
    return [[one.name or "", one.address] for one in addresses[:200]]
