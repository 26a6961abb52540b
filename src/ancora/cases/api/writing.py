"""What a program writes: notes, replies, new cases."""

from typing import Annotated, Literal

from django.utils.html import linebreaks
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status
from pydantic import model_validator

from ancora.cases import commands
from ancora.cases.api.changes import now
from ancora.cases.api.shapes import CaseOut, NoteOut, note_shown
from ancora.cases.models import Case
from ancora.cases.queries import answerable, case_for, message_for
from ancora.cases.queries.cases import conversation_ids_of
from ancora.conversations.api import MessageOut, message_shown
from ancora.conversations.commands.write import Upload
from ancora.conversations.models import Mailbox
from ancora.conversations.queries import mailboxes, message_written_with
from ancora.customers.queries import customer_for
from ancora.platform.errors import Refusal
from ancora.platform.http.programs import PROBLEMS, Address, FileIn, Id, IdempotencyKey, Line, Text, agent_of

router = Router(tags=["cases"])
Addresses = Annotated[list[Address], Field(max_length=100)]


class Writing(Schema):
    """A text, as plain `text` or as `html` (which is made safe), with files."""

    text: Annotated[Text, Field(max_length=500_000)] = ""
    html: Annotated[Text, Field(max_length=500_000)] = ""
    files: Annotated[list[FileIn], Field(max_length=50)] = []

    @model_validator(mode="after")
    def _is_one_text(self):
        if self.text and self.html:
            raise ValueError("give text or html, not both")
        return self

    @property
    def as_html(self) -> str:
        return self.html or (linebreaks(self.text, autoescape=True) if self.text else "")

    @property
    def uploads(self) -> list[Upload]:
        return [Upload(file.filename, file.content_type, file.content_bytes) for file in self.files]


class NoteIn(Writing):
    """For colleagues only."""


class ReplyIn(Writing):
    """Without `to` the reply goes to whom the desk would answer; without `cc` to nobody else. `answers`: id of the
    message it answers; without it the customer's last one."""

    to: Addresses | None = None
    cc: Addresses = []
    bcc: Addresses = []
    answers: Id | None = None


class MailIn(Writing):
    """A new mail: the first of `to` is the customer of the new case."""

    mailbox: Id
    to: Annotated[list[Address], Field(min_length=1, max_length=100)]
    cc: Addresses = []
    bcc: Addresses = []
    subject: Annotated[Line, Field(min_length=1, max_length=300)]


class HandIn(Schema):
    """What was said outside, on the phone for example; `text` becomes the first internal note."""

    customer: Id
    subject: Annotated[Line, Field(min_length=1, max_length=300)]
    text: Annotated[Text, Field(max_length=100_000)] = ""
    channel: Literal["phone", "visit", "other"]
    mailbox: Id | None = None


@router.post("/by-hand", response={201: CaseOut, **PROBLEMS}, summary="Open a case for something said outside")
def open_by_hand(request, given: HandIn, idempotency_key: IdempotencyKey):
    agent = agent_of(request)
    case = commands.open_case_by_hand(
        customer=customer_for(agent, given.customer),
        subject=given.subject,
        text=given.text,
        channel=given.channel,
        mailbox=_mailbox(agent, given.mailbox) if given.mailbox else None,
        author=agent,
        form_key=idempotency_key,
    )
    return Status(201, now(agent, case))


@router.post("/by-mail", response={201: CaseOut, **PROBLEMS}, summary="Write a new mail to a customer")
def open_by_mail(request, given: MailIn, idempotency_key: IdempotencyKey):
    agent = agent_of(request)
    case = commands.open_case_by_mail(
        mailbox=_mailbox(agent, given.mailbox),
        to=_pairs(given.to),
        cc=_pairs(given.cc),
        bcc=_pairs(given.bcc),
        subject=given.subject,
        html=given.as_html,
        files=given.uploads,
        author=agent,
        form_key=idempotency_key,
    )
    return Status(201, now(agent, case))


@router.post("/{int:reference}/notes", response={201: NoteOut, **PROBLEMS}, summary="Add an internal note")
def add_note(request, reference: int, given: NoteIn, idempotency_key: IdempotencyKey):
    """Observers may, too."""
    case = case_for(request.user, reference)
    note = commands.add_note(
        case,
        html=given.as_html,
        files=given.uploads,
        author=request.user,
        form_key=idempotency_key,
    )
    if (note.case_id, note.author_id) != (case.pk, request.user.pk):
        raise _used_before()
    return Status(201, note_shown(note))


@router.post("/{int:reference}/replies", response={201: MessageOut, **PROBLEMS}, summary="Answer the customer")
def reply(request, reference: int, given: ReplyIn, idempotency_key: IdempotencyKey):
    """The mail leaves a moment later; `outgoing` says how far it came, here and in the case."""
    agent = agent_of(request)
    case = case_for(agent, reference)
    if idempotency_key and (sent := message_written_with(idempotency_key)):
        return Status(201, message_shown(_own(sent, agent, case)))
    answer = answerable(agent, case)
    answers = message_for(agent, given.answers) if given.answers else answer and answer.message
    message = commands.reply_to_case(
        case,
        html=given.as_html,
        to=_pairs(given.to) if given.to is not None else answer.to if answer else [],
        cc=_pairs(given.cc),
        bcc=_pairs(given.bcc),
        files=given.uploads,
        answers=answers,
        author=agent,
        form_key=idempotency_key,
    )
    return Status(201, message_shown(message))


def _own(message, agent, case: Case):
    is_here = message.place_conversation_id in conversation_ids_of(case)
    if message.author_id != agent.pk or not is_here:
        raise _used_before()
    return message


def _used_before() -> Refusal:
    return Refusal(_("This Idempotency-Key was used for something else. Make a new one for each thing you write."))


def _mailbox(viewer, pk: int) -> Mailbox:
    found = mailboxes(viewer).filter(pk=pk, is_active=True).first()
    if found is None:
        raise Refusal(_("There is no such mailbox."))
    return found


def _pairs(addresses: list[Address]) -> list[tuple[str, str]]:
    return [one.pair for one in addresses]
