"""What we write to the customer of a case."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.cases.commands.arrange import assign_case
from ancora.cases.commands.locking import locked, save
from ancora.cases.events import CaseContinued
from ancora.cases.models import Case, CaseConversation
from ancora.conversations.commands import queue_reply
from ancora.conversations.commands.write import Addresses, Upload
from ancora.conversations.models import Conversation, Message, Place
from ancora.conversations.queries import excerpt_of
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish


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
    form_key: UUID | None = None,
) -> Message:
    """Answer the customer in the conversation of `answers` (else the case's first); whoever answers an ownerless
    case becomes its owner."""
    case = locked(case)
    if case.is_removed:
        raise Refusal(_("The case is in spam or trash. Take it back before you answer."))
    message = queue_reply(
        _conversation(case, answers),
        html=html,
        to=to,
        cc=cc,
        bcc=bcc,
        files=files,
        answers=answers,
        author=author,
        form_key=form_key,
    )
    if case.last_message_at < message.recorded_at:
        case.last_message_at, case.excerpt = message.recorded_at, excerpt_of(message.text)
        save(case, "last_message_at", "excerpt")
        publish(CaseContinued(case_id=case.pk, message_id=message.pk, direction="out"), actor=Actor.human(author))
    if case.owner_id is None:
        assign_case(case, owner=author, actor=Actor.human(author))
    return message


def _conversation(case: Case, answers: Message | None) -> Conversation:
    links = CaseConversation.objects.filter(case=case, until__isnull=True).order_by("id")
    if answers is not None:
        here = Place.objects.filter(message=answers, until__isnull=True).values("conversation_id")
        links = links.filter(conversation_id__in=here)
    link = links.select_related("conversation__mailbox").first()
    if link is None:
        raise Refusal(_("The message you answer has moved to another case. Open that one and answer there."))
    return link.conversation
