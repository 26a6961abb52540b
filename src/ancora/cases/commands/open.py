"""How a case begins."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from ancora.cases.commands.drafts import Written, keep_sent
from ancora.cases.commands.notes import add_note
from ancora.cases.events import CaseOpened
from ancora.cases.models import Case, CaseConversation
from ancora.cases.queries.cases import FORM, case_opened_by
from ancora.conversations.commands import start_conversation, start_conversation_by_hand
from ancora.conversations.commands.write import Addresses, Upload
from ancora.conversations.identities import Identity
from ancora.conversations.models import Conversation, Mailbox, Place
from ancora.conversations.queries import Head, excerpt_of
from ancora.customers.models import Customer
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import Telling, publish_all


class OpenedBefore(Exception):
    """Another request with the same form was quicker."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A case to be opened for a conversation that has none."""

    head: Head
    conversation_id: int
    mailbox_id: int | None
    actor: Actor
    at: datetime
    language: str = ""
    owner_id: int | None = None
    form_key: UUID | None = None
    is_spam: bool = False
    is_example: bool = False


_OPEN = """
WITH given AS MATERIALIZED (
    SELECT nextval(pg_get_serial_sequence('cases_case', 'id')) AS id, g.* FROM json_to_recordset(%s) AS g(
        n int, reference bigint, customer bigint, owner bigint, team bigint, subject text, excerpt text, channel text,
        language text, mailbox bigint, conversation bigint, is_spam boolean, is_example boolean, at timestamptz)
), opened AS (
    INSERT INTO cases_case (id, reference, customer_id, status, status_before, waiting_on, owner_id, team_id, priority,
        subject, excerpt, channel, language, mailbox_ids, opened_at, last_message_at, version,
        is_example)
    SELECT id, reference, customer, CASE WHEN is_spam THEN 'spam' ELSE 'open' END,
        CASE WHEN is_spam THEN 'open' ELSE '' END, '', owner, team, 2, subject, excerpt, channel, language,
        CASE WHEN mailbox IS NULL THEN ARRAY[]::bigint[] ELSE ARRAY[mailbox] END, at, at, 1,
        is_example FROM given
), linked AS (
    INSERT INTO cases_caseconversation (case_id, conversation_id, since) SELECT id, conversation, at FROM given
)
SELECT id FROM given ORDER BY n
"""


def open_cases(openings: list[Opening]) -> list[int]:
    """Cases for conversations that have none; their ids in the same order. Runs in the conversations' transaction,
    which `OpenedBefore` undoes when a case was opened with the same `form_key`."""
    if not openings:
        return []
    rows = [_row(number, opening) for number, opening in enumerate(openings)]
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [json.dumps(rows)])
        ids = [pk for (pk,) in cursor.fetchall()]
    if None in publish_all(_opened(pk, opening) for pk, opening in zip(ids, openings, strict=True)):
        raise OpenedBefore
    return ids


def _row(number: int, opening: Opening) -> dict:
    head = opening.head
    return {
        "n": number,
        "reference": head.reference,
        "customer": head.customer_id,
        "owner": opening.owner_id,
        "team": head.team_id,
        "subject": head.subject,
        "excerpt": head.excerpt,
        "channel": head.channel,
        "language": opening.language,
        "mailbox": opening.mailbox_id,
        "conversation": opening.conversation_id,
        "is_spam": opening.is_spam,
        "is_example": opening.is_example,
        "at": opening.at.isoformat(),
    }


def _opened(case_id: int, opening: Opening) -> Telling:
    event = CaseOpened(
        case_id=case_id,
        customer_id=opening.head.customer_id,
        conversation_id=opening.conversation_id,
        team_id=opening.head.team_id,
        channel=opening.head.channel,
        is_spam=opening.is_spam,
    )
    once = {"source": FORM, "key": str(opening.form_key)} if opening.form_key else {}
    return Telling(event, opening.actor, opening.at, **once)


def open_case_by_hand(
    *,
    customer: Customer,
    subject: str,
    text: str,
    channel: str,
    author: User,
    mailbox: Mailbox | None = None,
    form_key: UUID | None = None,
) -> Case:
    """A case for something said outside, on the phone for example; `text` becomes its first note. The same
    `form_key` gives the case of the first time."""
    if form_key and (known := case_opened_by(form_key)):
        return known
    try:
        with transaction.atomic():
            conversation = start_conversation_by_hand(
                customer=customer, subject=subject, channel=channel, mailbox=mailbox
            )
            case = _open_for(conversation, text, author, form_key)
            if text.strip():
                add_note(case, text=text, author=author)
            return case
    except OpenedBefore:
        return case_opened_by(form_key)


@transaction.atomic
def open_case_by_mail(
    *,
    mailbox: Mailbox,
    to: Addresses,
    subject: str,
    html: str,
    author: User,
    cc: Addresses = (),
    bcc: Addresses = (),
    files: list[Upload] = (),
    identity: Identity | None = None,
    is_signed: bool = True,
    form_key: UUID | None = None,
    send_at: datetime | None = None,
    written: Written | None = None,
) -> Case:
    """A new mail to a customer with the case it begins; the same `form_key` gives the case of the first time.
    `send_at`: not before then; until then `written`, what was typed, comes back when it is taken back."""
    message = start_conversation(
        mailbox,
        to=to,
        subject=subject,
        html=html,
        cc=cc,
        bcc=bcc,
        files=files,
        identity=identity,
        is_signed=is_signed,
        author=author,
        form_key=form_key,
        send_at=send_at,
    )
    # The last one: of a message that was taken back none is current.
    place = Place.objects.select_related("conversation__mailbox").filter(message=message).latest("id")
    link = CaseConversation.objects.select_related("case").filter(conversation=place.conversation, until=None).first()
    if link:
        return link.case
    case = _open_for(place.conversation, message.text, author)
    if written is not None:
        keep_sent(message, written, case=None, author=author)
    return case


def _open_for(conversation: Conversation, text: str, author: User, form_key: UUID | None = None) -> Case:
    mailbox = conversation.mailbox
    head = Head(
        conversation.reference,
        conversation.customer_id,
        conversation.subject,
        excerpt_of(text),
        mailbox.team_id if mailbox else None,
        conversation.channel,
    )
    opening = Opening(
        head,
        conversation.pk,
        conversation.mailbox_id,
        Actor.human(author),
        clock.now(),
        owner_id=author.pk,
        form_key=form_key,
        is_example=conversation.is_example,
    )
    [case_id] = open_cases([opening])
    return Case.objects.get(pk=case_id)
