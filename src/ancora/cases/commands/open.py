"""How a case begins and goes on."""

from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction

from ancora.cases.commands.notes import add_note
from ancora.cases.events import CaseContinued, CaseLinked, CaseOpened, CaseReopened, CaseRestored, CaseStatusChanged
from ancora.cases.models import Case, CaseConversation, CaseLink, Status
from ancora.cases.queries.cases import FORM, case_opened_by
from ancora.conversations.commands import start_conversation, start_conversation_by_hand
from ancora.conversations.commands.move import move_to_new_conversation
from ancora.conversations.commands.write import Addresses, Upload
from ancora.conversations.events import MessageReceived
from ancora.conversations.models import Conversation, Mailbox, Place
from ancora.conversations.queries import Head, head_of
from ancora.customers.models import Customer
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.events.actors import SYSTEM, Actor
from ancora.platform.events.publishing import publish


class OpenedBefore(Exception):
    """Another request with the same form was quicker."""


_OPEN = """
WITH opened AS (
    INSERT INTO cases_case (reference, customer_id, status, status_before, waiting_on, owner_id, team_id, priority,
        subject, excerpt, channel, language, mailbox_ids, opened_at, last_message_at, version)
    VALUES (%(reference)s, %(customer)s, %(status)s, %(status_before)s, '', %(owner)s, %(team)s, 2,
        %(subject)s, %(excerpt)s, %(channel)s, %(language)s, %(mailboxes)s, %(at)s, %(at)s, 1)
    RETURNING id
), linked AS (
    INSERT INTO cases_caseconversation (case_id, conversation_id, since) SELECT id, %(conversation)s, %(at)s FROM opened
)
SELECT id FROM opened
"""


def open_case(
    head: Head,
    *,
    conversation_id: int,
    mailbox_id: int | None,
    language: str,
    actor: Actor,
    owner: User | None = None,
    form_key: UUID | None = None,
    is_spam: bool = False,
) -> int:
    """A case for a conversation that has none, in spam when `is_spam`; returns its id. Runs in the conversation's
    transaction, which `OpenedBefore` undoes when a case was opened with the same `form_key`."""
    fields = {
        "reference": head.reference,
        "customer": head.customer_id,
        "status": Status.SPAM if is_spam else Status.OPEN,
        "status_before": Status.OPEN if is_spam else "",
        "owner": owner.pk if owner else None,
        "team": head.team_id,
        "subject": head.subject,
        "excerpt": head.excerpt,
        "channel": head.channel,
        "language": language,
        "mailboxes": [mailbox_id] if mailbox_id else [],
        "conversation": conversation_id,
        "at": clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, fields)
        case_id = cursor.fetchone()[0]
    event = CaseOpened(
        case_id=case_id,
        customer_id=head.customer_id,
        conversation_id=conversation_id,
        team_id=head.team_id,
        channel=head.channel,
        is_spam=is_spam,
    )
    if publish(event, actor=actor, **_once(form_key)) is None:
        raise OpenedBefore
    return case_id


def continue_case(event: MessageReceived, *, actor: Actor, at) -> None:
    """A received message opens its case, raises it, wakes it, reopens it, or after long opens one that follows it."""
    head = head_of(event.message_id, event.conversation_id)
    link = (
        None
        if event.is_first
        else CaseConversation.objects.select_related("case")
        .filter(conversation_id=event.conversation_id, until__isnull=True)
        .first()
    )
    with clock.at(at):
        if link is None:
            open_case(
                head,
                conversation_id=event.conversation_id,
                mailbox_id=event.mailbox_id,
                language=event.language or "",
                actor=actor,
                is_spam=bool(event.spam),
            )
        else:
            _go_on(Case.objects.select_for_update().get(pk=link.case_id), event, head, actor)


def _go_on(case: Case, event: MessageReceived, head: Head, actor: Actor) -> None:
    now = clock.now()
    limit = timedelta(days=current_organisation().reopen_days)
    if case.is_done and event.auto is None and now - (case.resolved_at or now) > limit:
        _follow(case, event, head, actor)
        return
    before = case.status
    case.last_message_at, case.excerpt = max(now, case.last_message_at), head.excerpt
    if event.mailbox_id and event.mailbox_id not in case.mailbox_ids:
        case.mailbox_ids = [*case.mailbox_ids, event.mailbox_id]
    changed = _wake(case) if event.auto is None else None
    case.version += 1
    case.save()
    publish(CaseContinued(case_id=case.pk, message_id=event.message_id, direction="in"), actor=actor)
    if changed is not None:
        publish(changed(case, before), actor=SYSTEM)


def _wake(case: Case):
    """Bring the case back to open where an answer does that; returns how to tell it, or None."""
    if case.status in (Status.OPEN, Status.SPAM):
        return None
    before, case.status, case.waiting_on = case.status, Status.OPEN, ""
    case.outcome, case.resolved_at, case.status_before = None, None, ""
    if before == Status.WAITING:
        return lambda case, before: CaseStatusChanged(case_id=case.pk, before=before, after=Status.OPEN)
    if before == Status.TRASH:
        return lambda case, before: CaseRestored(case_id=case.pk, before=before, after=Status.OPEN)
    return lambda case, before: CaseReopened(case_id=case.pk, before=before)


def _follow(case: Case, event: MessageReceived, head: Head, actor: Actor) -> None:
    """An answer that comes long after the end is a matter of its own, linked to the old one."""
    conversation = move_to_new_conversation(event.message_id, actor=SYSTEM)
    case_id = open_case(
        head_of(event.message_id, conversation.pk),
        conversation_id=conversation.pk,
        mailbox_id=event.mailbox_id,
        language=event.language or "",
        actor=actor,
    )
    CaseLink.objects.create(case_id=case_id, related=case, kind="follows", since=clock.now())
    publish(CaseLinked(case_id=case_id, related_id=case.pk, kind="follows"), actor=SYSTEM)


def note_sighting(conversation_id: int, mailbox_id: int) -> None:
    """Show the case to those who see this mailbox too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_case SET mailbox_ids = array_append(mailbox_ids, %(mailbox)s) WHERE id ="
            " (SELECT case_id FROM cases_caseconversation WHERE conversation_id = %(conversation)s AND until IS NULL)"
            " AND NOT mailbox_ids @> ARRAY[%(mailbox)s]::bigint[]",
            {"mailbox": mailbox_id, "conversation": conversation_id},
        )


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
    form_key: UUID | None = None,
) -> Case:
    """A new mail to a customer with the case it begins; the same `form_key` gives the case of the first time."""
    message = start_conversation(
        mailbox, to=to, subject=subject, html=html, cc=cc, bcc=bcc, files=files, author=author, form_key=form_key
    )
    place = Place.objects.select_related("conversation__mailbox").get(message=message, until__isnull=True)
    link = CaseConversation.objects.select_related("case").filter(conversation=place.conversation, until=None).first()
    return link.case if link else _open_for(place.conversation, message.text, author)


def _open_for(conversation: Conversation, text: str, author: User, form_key: UUID | None = None) -> Case:
    mailbox = conversation.mailbox
    head = Head(
        conversation.reference,
        conversation.customer_id,
        conversation.subject,
        " ".join(text.split())[:160],
        mailbox.team_id if mailbox else None,
        conversation.channel,
    )
    case_id = open_case(
        head,
        conversation_id=conversation.pk,
        mailbox_id=conversation.mailbox_id,
        language="",
        actor=Actor.human(author),
        owner=author,
        form_key=form_key,
    )
    return Case.objects.get(pk=case_id)


def _once(form_key: UUID | None) -> dict[str, str]:
    return {"source": FORM, "key": str(form_key)} if form_key else {}
