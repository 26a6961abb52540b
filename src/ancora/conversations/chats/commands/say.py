"""A line that one of us writes in a chat. No mail leaves; the visitor is told through the stream."""

import json
from dataclasses import replace
from uuid import UUID

from django.db import connection, transaction
from django.utils.html import linebreaks

from ancora.conversations.attached import shown_name
from ancora.conversations.channels.chat.adapter import ADAPTER, Spoken
from ancora.conversations.channels.chat.limits import in_words
from ancora.conversations.channels.contract import ChannelFile, Forbidden, check
from ancora.conversations.chats.commands.lines import Line, file_written
from ancora.conversations.chats.commands.post import attach, plain
from ancora.conversations.chats.commands.seen import note_read
from ancora.conversations.chats.words import topic_of
from ancora.conversations.drafting import Upload
from ancora.conversations.events import MessageQueued, QueueLeft
from ancora.conversations.models import Conversation, Message
from ancora.conversations.search import words_of_name
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish

_SAY = """
WITH given AS MATERIALIZED (
    SELECT nextval(pg_get_serial_sequence('conversations_message', 'id')) AS id, g.*
    FROM json_to_record(%s) AS g(conversation bigint, author bigint, name text, text text, html text, at timestamptz,
        words text)
), filed AS (
    INSERT INTO conversations_message (id, direction, channel, author_id, from_name, from_address, addresses, subject,
        text, reply_text, signature, html, language, auto, rung, warnings, message_id, "references", sent_at,
        recorded_at)
    SELECT id, 'out', 'chat', author, name, '', '{}', '', text, text, '', html, '', '', '', '[]', '', '[]', at, at
    FROM given
), placed AS (
    INSERT INTO conversations_place (message_id, conversation_id, since, actor_kind, actor_id)
    SELECT id, conversation, at, 'human', author FROM given
), found AS (
    INSERT INTO conversations_searchentry (message_id, words) SELECT id, search_words(words) FROM given
), answered AS (
    UPDATE conversations_contact t SET answered_at = given.at, answered_by_id = given.author FROM given
    WHERE t.conversation_id = given.conversation AND t.ended_at IS NULL AND t.answered_at IS NULL
    RETURNING t.id, t.account_id, extract(epoch FROM given.at - t.started_at)::int AS waited
)
SELECT given.id, a.id, a.account_id, a.waited FROM given LEFT JOIN answered a ON true
"""


@transaction.atomic(savepoint=False)
def say(
    conversation: Conversation, *, text: str, author: User, form_key: UUID, files: list[Upload] = ()
) -> tuple[Message, Line]:
    """A line of ours in a chat, and its message as far as a case repeats it. Whoever says it holds the case of the
    conversation, and has looked whether this `form_key` was here: a second time is an `IntegrityError`. `Refusal` for
    too much at once and for nothing."""
    text, now = plain(text), clock.now()
    outbound = Spoken(
        key=str(form_key),
        to=topic_of(conversation.pk),
        text=text,
        author=str(author),
        written_at=now,
        files=tuple(ChannelFile(file.filename, file.content_type, file.content) for file in files),
        # A chat is begun by its visitor.
        last_heard_at=now if conversation.account_id else None,
    )
    try:
        check(outbound, ADAPTER.capabilities())
    except Forbidden as forbidden:
        raise Refusal(in_words(forbidden)) from forbidden
    names = [shown_name(file.filename)[:255] for file in files]
    row = {
        "conversation": conversation.pk,
        "author": author.pk,
        "name": str(author),
        "text": text,
        "html": linebreaks(text, autoescape=True) if text else "",
        "at": now.isoformat(),
        "words": f"{' '.join(map(words_of_name, names))}\n{text}",
    }
    with connection.cursor() as cursor:
        cursor.execute(_SAY, [json.dumps(row, ensure_ascii=False)])
        message_id, contact_id, account_id, waited = cursor.fetchone()
    attached = attach(message_id, files, names) if files else ()
    event = MessageQueued(
        message_id=message_id,
        conversation_id=conversation.pk,
        customer_id=conversation.customer_id,
        mailbox_id=conversation.mailbox_id,
        channel="chat",
    )
    publish(event, actor=Actor.human(author))
    if contact_id:
        left = QueueLeft(
            contact_id=contact_id,
            conversation_id=conversation.pk,
            customer_id=conversation.customer_id,
            account_id=account_id,
            channel="chat",
            kind="answered",
            waited_seconds=max(waited, 0),
        )
        publish(left, actor=Actor.human(author))
    told = ADAPTER.render(replace(outbound, kept=attached), ADAPTER.capabilities())
    line = file_written(message_id, "out", form_key, now, told)
    if contact_id:
        # Before anybody had it, nobody's look counted; whoever answers has read what waited.
        note_read(conversation.pk, line.number - 1, by_visitor=False)
    return Message(pk=message_id, text=text, recorded_at=now), line
