"""What we write in a case: to its customer, or to somebody else who can help."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.cases.commands.arrange import assign_case
from ancora.cases.commands.drafts import Written, keep_sent
from ancora.cases.commands.locking import locked, save
from ancora.cases.events import CaseContinued
from ancora.cases.models import Case, CaseConversation
from ancora.cases.queries.answering import written_since
from ancora.conversations.commands import queue_forward, queue_reply
from ancora.conversations.commands.queue_message import sent_before
from ancora.conversations.commands.write import Addresses, Upload
from ancora.conversations.identities import Identity
from ancora.conversations.models import Attachment, Conversation, Message, Place
from ancora.conversations.queries import excerpt_of
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish


class Overtaken(Refusal):
    """Somebody wrote while we were writing; `newer` are the messages that whoever writes has not seen."""

    def __init__(self, newer: list[Message]):
        who = newer[-1].from_name or newer[-1].from_address or _("Somebody")
        super().__init__(
            _("%(who)s wrote while you were writing. Nothing was sent: read it, then send again.") % {"who": who}
        )
        self.newer = newer


@transaction.atomic
def reply_to_case(
    case: Case,
    *,
    html: str,
    to: Addresses,
    author: User,
    cc: Addresses = (),
    bcc: Addresses = (),
    files: list[Upload] = (),
    answers: Message | None = None,
    identity: Identity | None = None,
    is_signed: bool = True,
    seen: int | None = None,
    form_key: UUID | None = None,
    send_at: datetime | None = None,
    unless_answered: bool = False,
    written: Written | None = None,
) -> Message:
    """Answer the customer in the conversation of `answers` (else the case's first); whoever answers an ownerless
    case becomes its owner. `seen`: the newest message that came in and was seen; `Overtaken` when there is a later
    one. `send_at`: not before then; until then `written`, what was typed, comes back when it is taken back."""
    case = locked(case)
    # A form that was sent already is answered as the first time, whatever came since.
    if sent := sent_before(form_key):
        return sent
    _require_present(case)
    _require_seen(case, seen)
    message = queue_reply(
        _conversation(case, answers),
        html=html,
        to=to,
        cc=cc,
        bcc=bcc,
        files=files,
        answers=answers,
        identity=identity,
        is_signed=is_signed,
        author=author,
        form_key=form_key,
        send_at=send_at,
        unless_answered=unless_answered,
    )
    _go_on(case, message, author, written)
    return message


@transaction.atomic
def forward_from_case(
    case: Case,
    message: Message,
    *,
    html: str,
    to: Addresses,
    author: User,
    cc: Addresses = (),
    bcc: Addresses = (),
    enclosed: list[Attachment] = (),
    files: list[Upload] = (),
    identity: Identity | None = None,
    is_signed: bool = True,
    form_key: UUID | None = None,
    send_at: datetime | None = None,
    unless_answered: bool = False,
    written: Written | None = None,
) -> Message:
    """Pass a message of the case on to somebody else, with the `enclosed` ones of its files; what they answer comes
    back into the case. Whoever does it in an ownerless case becomes its owner. As `reply_to_case` otherwise."""
    case = locked(case)
    if sent := sent_before(form_key):
        return sent
    _require_present(case)
    if any(one.message_id != message.pk for one in enclosed):
        raise Refusal(_("A file does not belong to the message you forward. Choose the files again."))
    sent = queue_forward(
        _conversation(case, message),
        message,
        html=html,
        to=to,
        cc=cc,
        bcc=bcc,
        enclosed=enclosed,
        files=files,
        identity=identity,
        is_signed=is_signed,
        author=author,
        form_key=form_key,
        send_at=send_at,
        unless_answered=unless_answered,
    )
    _go_on(case, sent, author, written)
    return sent


def _require_present(case: Case) -> None:
    if case.is_removed:
        raise Refusal(_("The case is in spam or trash. Take it back before you answer."))


def _require_seen(case: Case, seen: int | None) -> None:
    newer = written_since(case, seen) if seen is not None else []
    if newer:
        raise Overtaken(newer)


def _go_on(case: Case, message: Message, author: User, written: Written | None) -> None:
    if written is not None:
        keep_sent(message, written, case=case, author=author)
    if case.last_message_at < message.recorded_at:
        case.last_message_at, case.excerpt = message.recorded_at, excerpt_of(message.reply_text or message.text)
        save(case, "last_message_at", "excerpt")
        publish(CaseContinued(case_id=case.pk, message_id=message.pk, direction="out"), actor=Actor.human(author))
    if case.owner_id is None:
        assign_case(case, owner=author, actor=Actor.human(author))


def _conversation(case: Case, about: Message | None) -> Conversation:
    links = CaseConversation.objects.filter(case=case, until__isnull=True).order_by("id")
    if about is not None:
        here = Place.objects.filter(message=about, until__isnull=True).values("conversation_id")
        links = links.filter(conversation_id__in=here)
    link = links.select_related("conversation__mailbox").first()
    if link is None:
        raise Refusal(_("The message you answer has moved to another case. Open that one and answer there."))
    return link.conversation
