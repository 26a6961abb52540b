"""What we write in a case: to its customer, or to somebody else who can help."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.cases.commands.arrange import assign_case
from ancora.cases.commands.continuing import continue_with
from ancora.cases.commands.drafts import Written, keep_sent, keep_standing
from ancora.cases.commands.overtaking import Known, writable
from ancora.cases.models import Case, CaseConversation
from ancora.cases.queries.cases import conversation_ids_of
from ancora.conversations.chats.commands.holding import answer_by_mail
from ancora.conversations.commands import queue_forward, queue_reply
from ancora.conversations.commands.queue_message import sent_before
from ancora.conversations.commands.write import Addresses, Upload
from ancora.conversations.identities import Identity
from ancora.conversations.models import Attachment, Conversation, Message, Place
from ancora.conversations.ways_back import Way
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor


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
    as_of: int | None = None,
    form_key: UUID | None = None,
    send_at: datetime | None = None,
    unless_answered: bool = False,
    written: Written | None = None,
    way: Way | None = None,
) -> Message:
    """Answer the customer in the conversation of `answers` (else the case's first); whoever answers an ownerless
    case becomes its owner. `seen`: the newest message that came in and was seen; `as_of`: the last event of the case
    that was on the screen. `Overtaken` when a customer wrote or a colleague acted since. `send_at`: not before then;
    until then `written`, what was typed, comes back when it is taken back. `way`: by which it goes, where mail is not
    meant."""
    case = writable(case, Known(seen, as_of), author=author, form_key=form_key)
    # A form that was sent already is answered as the first time.
    if sent := sent_before(form_key):
        return sent
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
        way=way,
    )
    if case.channel == "chat" and send_at is None:
        answer_by_mail(conversation_ids_of(case), message_id=message.pk, author=author)
    go_on(case, message, author, written)
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
    as_of: int | None = None,
    form_key: UUID | None = None,
    send_at: datetime | None = None,
    unless_answered: bool = False,
    written: Written | None = None,
) -> Message:
    """Pass a message of the case on to somebody else, with the `enclosed` ones of its files; what they answer comes
    back into the case. Whoever does it in an ownerless case becomes its owner. As `reply_to_case` otherwise."""
    case = writable(case, Known(as_of=as_of), author=author, form_key=form_key)
    if sent := sent_before(form_key):
        return sent
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
    go_on(case, sent, author, written)
    return sent


def go_on(case: Case, message: Message, author: User, written: Written | None = None, *, is_line: bool = False) -> None:
    """What a case that is held repeats of a message of ours, or of a line of its chat; whoever answers an ownerless
    one becomes its owner."""
    if written is not None:
        keep_sent(message, written, case=case, author=author)
    continue_with(case, message, author, is_line=is_line)
    if case.owner_id is None:
        assign_case(case, owner=author, actor=Actor.human(author))
    if written is not None:
        keep_standing(message, case)


def _conversation(case: Case, about: Message | None) -> Conversation:
    links = CaseConversation.objects.filter(case=case, until__isnull=True).order_by("id")
    if about is not None:
        here = Place.objects.filter(message=about, until__isnull=True).values("conversation_id")
        links = links.filter(conversation_id__in=here)
    link = links.select_related("conversation__mailbox").first()
    if link is None:
        raise Refusal(_("The message you answer has moved to another case. Open that one and answer there."))
    return link.conversation
