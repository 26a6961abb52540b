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
from ancora.conversations.chats.commands.lines import Line, told
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
from ancora.platform.events.publishing import Telling, prepared, publish

# The conversation is held with its case, so the line is numbered by the same statement.
_SAY = """
WITH given AS MATERIALIZED (
    SELECT coalesce(g.message, nextval(pg_get_serial_sequence('conversations_message', 'id'))) AS id, g.*
    FROM json_to_record(%s) AS g(message bigint, conversation bigint, author bigint, name text, text text, html text,
        at timestamptz, words text, key uuid, line jsonb, told jsonb)
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
SELECT given.id, number_chat_line(conversation, given.id, 'out', key, at, line), a.id, a.account_id, a.waited
FROM given LEFT JOIN answered a ON true,
    LATERAL publish_events(json_build_array(jsonb_set(told, '{ids,0}', to_jsonb(given.id)))) p
"""
_NEXT = "SELECT nextval(pg_get_serial_sequence('conversations_message', 'id'))"


@transaction.atomic(savepoint=False)
def say(
    conversation: Conversation, *, text: str, author: User, form_key: UUID, files: list[Upload] = ()
) -> tuple[Message, Line]:
    """A line of ours in a chat, and its message as far as a case repeats it. Whoever says it holds the case of the
    conversation, and has looked whether this `form_key` was here: a second time is an `IntegrityError`. `Refusal` for
    too much at once and for nothing."""
    outbound = _spoken(conversation, plain(text), author, form_key, files)
    try:
        check(outbound, ADAPTER.capabilities())
    except Forbidden as forbidden:
        raise Refusal(in_words(forbidden)) from forbidden
    message_id, attached, names = None, (), [shown_name(file.filename)[:255] for file in files]
    if files:
        message_id = _next_id()
        attached = attach(message_id, files, names)
    told_line = told("out", ADAPTER.render(replace(outbound, kept=attached), ADAPTER.capabilities()))
    row = {
        "message": message_id,
        "key": str(form_key),
        "words": f"{' '.join(map(words_of_name, names))}\n{outbound.text}",
        "line": json.loads(told_line),
        **_row(conversation, outbound, author),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SAY, [json.dumps(row, ensure_ascii=False)])
        message_id, number, contact_id, account_id, waited = cursor.fetchone()
    if contact_id:
        _leave_queue(conversation, author, contact_id, account_id, waited)
        # Before anybody had it, nobody's look counted; whoever answers has read what waited.
        note_read(conversation.pk, number - 1, by_visitor=False)
    message = Message(pk=message_id, text=outbound.text, recorded_at=outbound.written_at)
    return message, Line(conversation.pk, number, message_id)


def _spoken(conversation: Conversation, text: str, author: User, form_key: UUID, files: list[Upload]) -> Spoken:
    now = clock.now()
    return Spoken(
        key=str(form_key),
        to=topic_of(conversation.pk),
        text=text,
        author=str(author),
        written_at=now,
        files=tuple(ChannelFile(file.filename, file.content_type, file.content) for file in files),
        # A chat is begun by its visitor.
        last_heard_at=now if conversation.account_id else None,
    )


def _row(conversation: Conversation, outbound: Spoken, author: User) -> dict:
    # The message is the first of its objects, and takes its place there as it is written.
    event = MessageQueued(
        message_id=0,
        conversation_id=conversation.pk,
        customer_id=conversation.customer_id,
        mailbox_id=conversation.mailbox_id,
        channel="chat",
    )
    text, at = outbound.text, outbound.written_at
    return {
        "conversation": conversation.pk,
        "author": author.pk,
        "name": str(author),
        "text": text,
        "html": linebreaks(text, autoescape=True) if text else "",
        "at": at.isoformat(),
        "told": prepared(Telling(event, Actor.human(author), at, is_line=True)),
    }


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT)
        return cursor.fetchone()[0]


def _leave_queue(conversation: Conversation, author: User, contact_id: int, account_id: int, waited: int) -> None:
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
