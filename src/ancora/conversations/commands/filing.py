"""Writes received messages with all that belongs to them, in a number of statements that does not grow with them."""

import json
from datetime import datetime, timedelta

from django.db import connection

from ancora.conversations.attached import mark_of
from ancora.conversations.channels.email.parsing import ParsedMail
from ancora.conversations.chats.commands.adopting import adopt_addresses
from ancora.conversations.chats.commands.lines import file_lines_of
from ancora.conversations.commands.deciding import Incoming
from ancora.conversations.commands.senders import Sender, senders_of
from ancora.conversations.enclosed import enclosed_in
from ancora.conversations.events import MessageReceived
from ancora.conversations.models import Arrival, Attachment
from ancora.conversations.queries import third_parties_of
from ancora.conversations.search import MOST_SEARCHED, words_of_name
from ancora.platform import clock
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import Telling, publish_all
from ancora.platform.files.store import store

# What comes in later than this after it reached its server did not come in live.
LIVE = timedelta(minutes=2)

_NUMBERS = """
SELECT nextval(pg_get_serial_sequence('conversations_message', 'id')),
    nextval(pg_get_serial_sequence('conversations_conversation', 'id')) FROM generate_series(1, %s)
"""


class Ids:
    """Numbers for new messages and conversations, drawn before the rows are written, so that the next mail of the
    same lot can be told where the one before it is."""

    def __init__(self, most: int):
        self._most, self._drawn = most, []

    def give(self, mail: Incoming) -> None:
        """The mail's message, its moment, and its conversation when it begins one."""
        if not self._drawn:
            with connection.cursor() as cursor:
                cursor.execute(_NUMBERS, [self._most])
                self._drawn = cursor.fetchall()[::-1]
        mail.message_id, fresh = self._drawn.pop()
        mail.at = _moment(mail.arrival)
        mail.conversation_id = fresh if mail.is_first else mail.found.conversation_id


def file_messages(mails: list[Incoming]) -> None:
    """Write messages into their conversations (new ones where `is_first`) and tell the record of them.

    Their cases are opened or continued in this same transaction, and then the chats to which they belong.
    """
    if not mails:
        return
    beside = third_parties_of([mail.conversation_id for mail in mails if not mail.is_first])
    adopt_addresses(mails)
    senders = senders_of(mails, beside)
    rows = [_row(mail, sender) for mail, sender in zip(mails, senders, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_FILE, [json.dumps(rows, ensure_ascii=False)])
    _attach(mails)
    publish_all(
        _told(mail, customer_id, beside.get(mail.conversation_id))
        for mail, (_handle, customer_id) in zip(mails, senders, strict=True)
    )
    file_lines_of([mail.message_id for mail in mails if not mail.is_first])


def words_of(parsed: ParsedMail, *, whole: bool) -> str:
    """What search finds of a mail: subject, what was newly written (all of it for first and forwarded mails),
    names of attachments; never HTML, at most `MOST_SEARCHED` characters."""
    names = " ".join(words_of_name(attachment.filename) for attachment in parsed.attachments[:50])
    body = parsed.text if whole else parsed.reply_text or parsed.text
    return f"{parsed.subject}\n{names}\n{body}"[:MOST_SEARCHED]


_FILE = """
WITH given AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%s) AS g(
        id bigint, conversation bigint, is_first boolean, customer bigint, mailbox bigint, handle bigint,
        from_name text, from_address text, addresses jsonb, subject text, text text, reply_text text,
        signature text, enclosed jsonb, html text, language text, auto text, rung text, warnings jsonb, trust text,
        trust_reasons jsonb, spam text, block bigint, message_id text, message_key uuid, content_key uuid,
        "references" jsonb, sent_at timestamptz, at timestamptz, words text)
), begun AS (
    INSERT INTO conversations_conversation (id, customer_id, mailbox_id, channel, subject, started_at)
    SELECT conversation, customer, mailbox, 'email', left(subject, 998), at FROM given WHERE is_first
), filed AS (
    INSERT INTO conversations_message (id, direction, handle_id, from_name, from_address, addresses, subject, text,
        reply_text, signature, enclosed, html, language, auto, rung, warnings, trust, trust_reasons, spam, block_id,
        message_id, message_key, content_key, "references", sent_at, recorded_at)
    SELECT id, 'in', handle, from_name, from_address, addresses, subject, text, reply_text, signature, enclosed, html,
        language, auto, rung, warnings, trust, trust_reasons, spam, block, message_id, message_key, content_key,
        "references", sent_at, at FROM given
), placed AS (
    INSERT INTO conversations_place (message_id, conversation_id, since, actor_kind)
    SELECT id, conversation, at, 'system' FROM given
), sighted AS (
    INSERT INTO conversations_sighting (message_id, mailbox_id, seen_at)
    SELECT id, mailbox, at FROM given WHERE mailbox IS NOT NULL
)
INSERT INTO conversations_searchentry (message_id, words) SELECT id, search_words(words) FROM given
"""


def _row(mail: Incoming, sender: Sender) -> dict:
    parsed, from_ = mail.parsed, mail.parsed.from_
    return {
        "id": mail.message_id,
        "conversation": mail.conversation_id,
        "is_first": mail.is_first,
        "customer": sender[1],
        "mailbox": mail.mailbox.pk if mail.mailbox else None,
        "handle": sender[0],
        "from_name": (from_.name or "")[:320] if from_ else "",
        "from_address": from_.address[:320] if from_ else "",
        "addresses": {kind: _pairs(getattr(parsed, kind)) for kind in ("to", "cc", "reply_to")},
        "subject": parsed.subject,
        "text": parsed.text,
        "reply_text": parsed.reply_text,
        "signature": parsed.signature,
        "enclosed": enclosed_in(parsed),
        "html": parsed.html or "",
        "language": parsed.language or "",
        "auto": parsed.auto or "",
        "rung": mail.found.rung,
        "warnings": parsed.warnings,
        "trust": mail.verdict.state,
        "trust_reasons": mail.verdict.reasons,
        "spam": mail.verdict.spam,
        "block": mail.verdict.block_id,
        "message_id": parsed.message_id or "",
        "message_key": str(mail.message_key),
        "content_key": str(mail.content_key),
        "references": parsed.references[-100:],
        "sent_at": parsed.date.isoformat() if parsed.date else None,
        "at": mail.at.isoformat(),
        "words": words_of(parsed, whole=mail.is_first or parsed.is_forward),
    }


def _moment(arrival: Arrival) -> datetime:
    """When the mail came. Servers tell whole seconds and their clocks differ: what comes in live comes now, so that
    an answer never stands before what it answers."""
    now = clock.now()
    return now if not arrival.is_silent and abs(now - arrival.received_at) < LIVE else arrival.received_at


def _pairs(addresses) -> list[list[str]]:
    return [[one.name or "", one.address] for one in addresses[:200]]


def _attach(mails: list[Incoming]) -> None:
    Attachment.objects.bulk_create(
        Attachment(
            message_id=mail.message_id,
            position=position,
            file=store(attachment.content),
            filename=attachment.filename[:255],
            content_type=attachment.content_type[:127],
            size=len(attachment.content),
            is_inline=attachment.inline,
            content_id=(attachment.content_id or "")[:255],
            mark=mark_of(attachment.filename, attachment.content),
        )
        for mail in mails
        for position, attachment in enumerate(mail.parsed.attachments, start=1)
    )


def _told(mail: Incoming, customer_id: int | None, third_party_id: int | None) -> Telling:
    event = MessageReceived(
        message_id=mail.message_id,
        conversation_id=mail.conversation_id,
        customer_id=customer_id,
        third_party_id=third_party_id,
        mailbox_id=mail.mailbox.pk if mail.mailbox else None,
        channel="email",
        rung=mail.found.rung,
        auto=mail.parsed.auto,
        language=mail.parsed.language,
        trust=mail.verdict.state,
        spam=mail.verdict.spam or None if mail.is_first else None,
        is_first=mail.is_first,
        is_silent=mail.arrival.is_silent,
    )
    actor = Actor("third_party", third_party_id) if third_party_id else Actor("customer", customer_id)
    return Telling(event, actor, mail.at)
