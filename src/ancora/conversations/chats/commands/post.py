"""A line that a visitor writes. The way is short, because a hundred of them may come in a second: who it is, the row
of the message with all that belongs to it, its case, its number."""

import json
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from ancora.conversations.attached import mark_of, shown_name
from ancora.conversations.channels.chat.limits import refuse_beyond
from ancora.conversations.channels.chat.posted import storable
from ancora.conversations.chats.commands.amounts import refuse_too_much
from ancora.conversations.chats.commands.lines import file_line
from ancora.conversations.chats.hiding import HIDDEN, hidden_in, kept_of
from ancora.conversations.chats.queries import state_of
from ancora.conversations.chats.visitors import Standing, refuse_haste, standing_of
from ancora.conversations.chats.words import Said, SaidFile, topic_of
from ancora.conversations.drafting import Upload
from ancora.conversations.events import ContactStarted, MessageReceived, QueueEntered
from ancora.conversations.search import words_of_name
from ancora.platform import clock
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import Published, Telling, prepared, publish_all, react
from ancora.platform.files.store import store
from ancora.platform.live.lines import tell

SUBJECT_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a post: the number of its line, and the conversation by the number people quote. `hidden`: kinds
    of numbers that were covered in it."""

    number: int
    conversation_id: int
    reference: int
    hidden: tuple[str, ...] = ()


def post_from_visitor(
    account_token: str, visitor_token: str, *, client_key: UUID, text: str, files: list[Upload] = ()
) -> Posted:
    """What the visitor wrote is in the conversation that goes on, or begins one; its case is opened or continued. The
    same `client_key` changes nothing and gives the same number. `NoVisitor`, `Blocked`, `TooQuick`; `Refusal` for
    too much at once and for nothing."""
    text = checked(text, files)
    try:
        with transaction.atomic():
            standing = standing_of(account_token, visitor_token, client_key=client_key, is_held=True)
            if standing.number is not None:
                return posted_before(standing)
            refuse_haste(standing)
            return write_line(standing, client_key=client_key, text=text, files=files)
    except IntegrityError:
        # The same post came twice in one instant: the other one is committed by now.
        standing = standing_of(account_token, visitor_token, client_key=client_key)
        if standing.number is None:
            raise
        return posted_before(standing)


def posted_before(standing: Standing) -> Posted:
    """What the same post became the first time."""
    hidden = () if standing.is_proved else hidden_in(standing.conversation_id, standing.number)
    return Posted(standing.number, standing.conversation_id, standing.reference, hidden)


def checked(text: str, files: list[Upload]) -> str:
    """The text as it is kept; `Refusal` for too much, and for nothing."""
    text = plain(text)
    refuse_beyond(text, [len(file.content) for file in files])
    return text


def plain(text: str) -> str:
    """As a text of a line is kept; empty where nothing of it can be seen."""
    kept = storable(text).replace("\r\n", "\n").strip()
    return kept if any(one.isprintable() and not one.isspace() for one in kept) else ""


_WRITE = """
WITH given AS MATERIALIZED (
    SELECT nextval(pg_get_serial_sequence('conversations_message', 'id')) AS id,
        coalesce(g.conversation, nextval(pg_get_serial_sequence('conversations_conversation', 'id'))) AS place, g.*
    FROM json_to_record(%s) AS g(visitor bigint, account bigint, mailbox bigint, conversation bigint, contact bigint,
        customer bigint, handle bigint, name text, subject text, text text, language text, at timestamptz, words text,
        enclosed jsonb, told jsonb)
), begun AS (
    INSERT INTO conversations_conversation (id, customer_id, mailbox_id, channel, account_id, subject, started_at)
    SELECT place, customer, mailbox, 'chat', account, subject, at FROM given WHERE conversation IS NULL
    RETURNING reference
), filed AS (
    INSERT INTO conversations_message (id, direction, channel, handle_id, from_name, from_address, addresses, subject,
        text, reply_text, signature, enclosed, html, language, auto, rung, warnings, message_id, "references",
        recorded_at)
    SELECT id, 'in', 'chat', handle, name, '', '{}', '', text, text, '', enclosed, '', language, '', 'chat', '[]', '',
        '[]', at
    FROM given
), placed AS (
    INSERT INTO conversations_place (message_id, conversation_id, since, actor_kind)
    SELECT id, place, at, 'system' FROM given
), found AS (
    INSERT INTO conversations_searchentry (message_id, words) SELECT id, search_words(words) FROM given
), met AS (
    INSERT INTO conversations_contact (conversation_id, account_id, visitor_id, channel, started_at, ending)
    SELECT place, account, visitor, 'chat', at, '' FROM given WHERE contact IS NULL
    ON CONFLICT (conversation_id) WHERE ended_at IS NULL DO NOTHING RETURNING id
), kept AS (
    UPDATE conversations_chatvisitor v SET conversation_id = given.place, seen_at = given.at
    FROM given WHERE v.id = given.visitor AND given.conversation IS NULL
)
SELECT given.id, place, (SELECT reference FROM begun), (SELECT id FROM met), p.event_id
FROM given LEFT JOIN LATERAL publish_events(CASE WHEN told IS NULL THEN '[]'
    ELSE json_build_array(jsonb_set(told, '{ids,0}', to_jsonb(given.id))) END) p ON true
"""


def write_line(standing: Standing, *, client_key: UUID, text: str, files: list[Upload] = ()) -> Posted:
    """The line of a visitor that is held, with all that belongs to it; of who has proved nothing, without the numbers
    that are nobody's business."""
    refuse_too_much(standing.conversation_id, [len(file.content) for file in files])
    now = clock.now()
    text, names, hidden = kept_of(standing, text, [shown_name(file.filename) for file in files])
    names = [name[:255] for name in names]
    row = _row(standing, text, names, hidden, now)
    # In a session that goes on nothing else is to be told: its own statement tells it.
    going_on = None if standing.conversation_id is None or standing.contact_id is None else _received(standing, now)
    row["told"] = going_on and prepared(going_on, will_react=True)
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [json.dumps(row, ensure_ascii=False)])
        message_id, conversation_id, reference, contact_id, event_id = cursor.fetchone()
    said = attach(message_id, files, names) if files else ()
    if going_on:
        event = replace(going_on.event, message_id=message_id)
        react([Published(event_id, event, going_on.actor, now)])
    else:
        begun = _begun(standing, conversation_id, contact_id) if contact_id else []
        publish_all([*begun, _received(standing, now, message_id, conversation_id)])
    name = standing.name
    line = file_line(Said(message_id, "in", "chat", name, text, now, client_key, said))
    if line.conversation_id != conversation_id:
        # The case had ended long ago: this begins a new matter.
        reference = _follow(conversation_id, contact_id or standing.contact_id, line.conversation_id)
    if not line.is_going_on:
        # It was ended while we waited for the case.
        _meet_again(standing, line.conversation_id, now)
    return Posted(line.number, line.conversation_id, reference or standing.reference, hidden)


_ATTACH = """
INSERT INTO conversations_attachment (message_id, position, file_id, filename, content_type, size, is_inline,
    content_id, mark)
SELECT %(message)s, g.position, g.file, g.name, g.type, g.size, false, '', g.mark
FROM json_to_recordset(%(rows)s) AS g(position int, file bigint, name text, type text, size bigint, mark text)
RETURNING position, id, filename, content_type, size
"""


def attach(message_id: int, files: list[Upload], names: list[str]) -> tuple[SaidFile, ...]:
    """The files of a line, in their order, under these names."""
    rows = [
        {
            "position": position,
            "file": store(file.content).pk,
            "name": name,
            "type": file.content_type[:127],
            "size": len(file.content),
            "mark": mark_of(name, file.content),
        }
        for position, (file, name) in enumerate(zip(files, names, strict=True), start=1)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_ATTACH, {"message": message_id, "rows": json.dumps(rows)})
        return tuple(SaidFile(*rest) for _position, *rest in sorted(cursor.fetchall()))


def _row(standing: Standing, text: str, names: list[str], hidden: tuple[str, ...], now) -> dict:
    subject = _subject(text or ", ".join(names))
    found = " ".join(words_of_name(name) for name in names)
    return {
        "visitor": standing.visitor_id,
        "account": standing.account_id,
        "mailbox": standing.mailbox_id,
        "conversation": standing.conversation_id,
        "contact": standing.contact_id,
        "customer": standing.talks_to,
        "handle": standing.handle_id,
        "name": standing.name,
        "subject": subject,
        "text": text,
        "language": standing.language,
        "at": now.isoformat(),
        "words": f"{found}\n{text}",
        "enclosed": {HIDDEN: hidden} if hidden else {},
    }


def _subject(text: str) -> str:
    """The first words, by which the case is known in lists."""
    words = " ".join(text.split())
    if len(words) <= SUBJECT_CHARACTERS:
        return words
    return f"{words[:SUBJECT_CHARACTERS].rpartition(' ')[0] or words[:SUBJECT_CHARACTERS]}…"


def _received(standing: Standing, now, message_id: int = 0, conversation_id: int | None = None) -> Telling:
    """Without `message_id` that of a line in the conversation that goes on, which takes its place as it is written."""
    event = MessageReceived(
        message_id=message_id,
        conversation_id=conversation_id or standing.conversation_id,
        customer_id=standing.talks_to,
        mailbox_id=standing.mailbox_id,
        channel="chat",
        rung="chat",
        language=standing.language or None,
        is_first=standing.conversation_id is None,
    )
    return Telling(event, Actor("customer", standing.talks_to), now, is_line=not event.is_first)


def _begun(standing: Standing, conversation_id: int, contact_id: int) -> list[Telling]:
    actor = Actor("customer", standing.talks_to)
    met = {
        "contact_id": contact_id,
        "conversation_id": conversation_id,
        "customer_id": standing.talks_to,
        "account_id": standing.account_id,
        "channel": "chat",
    }
    return [Telling(ContactStarted(**met), actor), Telling(QueueEntered(**met), actor)]


_MEET = """
INSERT INTO conversations_contact (conversation_id, account_id, visitor_id, channel, started_at, ending)
VALUES (%s, %s, %s, 'chat', %s, '') ON CONFLICT (conversation_id) WHERE ended_at IS NULL DO NOTHING RETURNING id
"""


def _meet_again(standing: Standing, conversation_id: int, now) -> None:
    """A session begins; nothing where one goes on."""
    with connection.cursor() as cursor:
        cursor.execute(_MEET, [conversation_id, standing.account_id, standing.visitor_id, now])
        row = cursor.fetchone()
    if row:
        publish_all(_begun(standing, conversation_id, row[0]))


_FOLLOW = """
WITH moved AS (UPDATE conversations_chatvisitor SET conversation_id = %(to)s WHERE conversation_id = %(from)s),
passed AS (UPDATE conversations_contact SET conversation_id = %(to)s WHERE id = %(contact)s AND ended_at IS NULL)
SELECT reference FROM conversations_conversation WHERE id = %(to)s
"""


def _follow(before_id: int, contact_id: int, conversation_id: int) -> int:
    """All browsers of the visitor go on in the new conversation; their pages, which listen to the old one, hear so."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, {"to": conversation_id, "from": before_id, "contact": contact_id})
        reference = cursor.fetchone()[0]
    tell(topic_of(before_id), state_of(conversation_id).told)
    return reference
