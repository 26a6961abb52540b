"""What a program writes: notes, replies, new cases."""

from datetime import timedelta
from typing import Annotated, Literal

from django.utils.html import linebreaks
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status
from pydantic import AwareDatetime, field_validator, model_validator

from ancora.cases import commands
from ancora.cases.api.changes import now
from ancora.cases.api.shapes import CaseOut, NoteOut, note_shown
from ancora.cases.models import Case
from ancora.cases.queries import Answer, answer_to, answerable, case_for, message_for
from ancora.cases.queries.cases import conversation_ids_of
from ancora.cases.queries.chat_ways import way_into_chat
from ancora.conversations.api import MessageOut, message_shown
from ancora.conversations.commands.write import Upload
from ancora.conversations.identities import identity_for
from ancora.conversations.models import Mailbox
from ancora.conversations.queries import mailboxes, message_written_with
from ancora.customers.queries import customer_for
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.http.programs import (
    LARGEST_ID,
    PROBLEMS,
    Address,
    FileIn,
    Id,
    IdempotencyKey,
    Line,
    MailAddress,
    Text,
    agent_of,
)

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
        return [Upload(one.filename, one.content_type, one.content_bytes, one.content_id) for one in self.files]


class Leaving(Writing):
    """What leaves the house. `sender`: one of the `identities` of the mailboxes you see · `signature`: whether yours
    and that of the mailbox stand below it · `send_at`: not before that moment, within a year; without it, or
    when it has passed, at once."""

    cc: Addresses = []
    bcc: Addresses = []
    sender: MailAddress | None = None
    signature: bool = True
    send_at: AwareDatetime | None = None

    @field_validator("send_at")
    @classmethod
    def _is_within_a_year(cls, moment):
        if moment and moment > clock.now() + timedelta(days=366):
            raise ValueError("choose a moment within a year")
        return moment

    def letter(self, agent) -> dict:
        """What all that leaves has in common."""
        return {
            "html": self.as_html,
            "files": self.uploads,
            "cc": _pairs(self.cc),
            "bcc": _pairs(self.bcc),
            "identity": identity_for(agent, self.sender) if self.sender else None,
            "is_signed": self.signature,
            "send_at": self.send_at,
            "author": agent,
        }


class NoteIn(Writing):
    """For colleagues only."""


class ReplyIn(Leaving):
    """`answers`: id of the message it answers; without it the customer's last one. Without `to` the reply goes to the
    author of that message, and with `everyone` also to all it went to. `seen`: id of the newest message that came in
    and was seen; with a later one of a person nothing is sent (422)."""

    to: Addresses | None = None
    answers: Id | None = None
    everyone: bool = False
    seen: Annotated[int, Field(ge=0, le=LARGEST_ID)] | None = None


class ForwardIn(Leaving):
    """Passes `message` on, with those of its files that `attachments` names; without it with all of them."""

    message: Id
    to: Annotated[list[Address], Field(min_length=1, max_length=100)]
    attachments: Annotated[list[Id], Field(max_length=50)] | None = None


class MailIn(Leaving):
    """A new mail from `mailbox`, or from the one of `sender`: the first of `to` is the customer of the new case."""

    mailbox: Id | None = None
    to: Annotated[list[Address], Field(min_length=1, max_length=100)]
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
    letter = given.letter(agent)
    if given.mailbox is None and letter["identity"] is None:
        raise Refusal(_("Say from which mailbox, or as which sender."))
    case = commands.open_case_by_mail(
        mailbox=letter["identity"].mailbox if letter["identity"] else _mailbox(agent, given.mailbox),
        to=_pairs(given.to),
        subject=given.subject,
        form_key=idempotency_key,
        **letter,
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
    """The mail leaves a moment later; `outgoing` says how far it came, here and in the case. Where a visitor of a chat
    is answered and no address is named, it is a line of that chat."""
    agent = agent_of(request)
    case = case_for(agent, reference)
    if idempotency_key and (sent := message_written_with(idempotency_key)):
        return Status(201, message_shown(_own(sent, agent, case)))
    answer = _answer(agent, case, given)
    letter = given.letter(agent)
    if given.to is None and given.everyone and answer:
        letter["cc"] += answer.cc
    names_nobody = given.to is None and not given.cc and not given.bcc and given.sender is None
    way = way_into_chat(case, answer.message if given.answers else None) if names_nobody else None
    message = commands.reply_to_case(
        case,
        to=_pairs(given.to) if given.to is not None else answer.to if answer else [],
        answers=way.answers if way else answer and answer.message,
        seen=given.seen,
        form_key=idempotency_key,
        way=way,
        **letter,
    )
    return Status(201, message_shown(message))


@router.post("/{int:reference}/forwards", response={201: MessageOut, **PROBLEMS}, summary="Pass a message on")
def forward(request, reference: int, given: ForwardIn, idempotency_key: IdempotencyKey):
    """What they answer comes back into the case. The text of your own may be empty."""
    agent = agent_of(request)
    case = case_for(agent, reference)
    if idempotency_key and (sent := message_written_with(idempotency_key)):
        return Status(201, message_shown(_own(sent, agent, case)))
    message = message_for(agent, given.message)
    wanted = given.attachments
    files = [one for one in message.attachments.select_related("file") if wanted is None or one.pk in wanted]
    if wanted is not None and len(files) < len(set(wanted)):
        raise Refusal(_("A file does not belong to the message you forward. Choose the files again."))
    sent = commands.forward_from_case(
        case, message, to=_pairs(given.to), enclosed=files, form_key=idempotency_key, **given.letter(agent)
    )
    return Status(201, message_shown(sent))


def _answer(agent, case: Case, given: ReplyIn) -> Answer | None:
    """Whom a reply answers; a message that is not in the case is refused."""
    if given.answers is None:
        return answerable(agent, case)
    answer = answer_to(agent, case, message_for(agent, given.answers), to_everybody=given.everyone)
    if answer is None:
        raise Refusal(_("The message you answer has moved to another case. Open that one and answer there."))
    return answer


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
