"""Who chats in a case is heard no more, until that is undone."""

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.cases.commands.locking import locked
from ancora.cases.events import CaseVisitorBlocked, CaseVisitorUnblocked
from ancora.cases.models import Case
from ancora.cases.queries.chats import chat_in
from ancora.conversations.chats.commands.blocking import block_visitors, hold_people, unblock_visitors
from ancora.conversations.chats.commands.end import end_chat
from ancora.conversations.chats.models import Ending
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish


@transaction.atomic
def block_visitor_of(case: Case, *, author: User) -> None:
    """The session is over, and nothing more is taken from who wrote in the chat of this case. Nothing when it is so;
    `Refusal` where the case has no chat."""
    chat = chat_in(case)
    if chat is None:
        raise Refusal(_("Nobody chats in this case."))
    # Before the case, as who writes a line does.
    people = hold_people(chat.pk)
    case = locked(case)
    if block_visitors(chat.pk, author=author, held=people):
        end_chat(chat.pk, ending=Ending.AGENT, actor=Actor.human(author))
        publish(CaseVisitorBlocked(case_id=case.pk, conversation_id=chat.pk), actor=Actor.human(author))


@transaction.atomic
def unblock_visitor_of(case: Case, conversation_id: int, *, author: User) -> None:
    """They may write again in this chat of the case; nothing when nobody in it is blocked."""
    people = hold_people(conversation_id)
    case = locked(case)
    if unblock_visitors(conversation_id, author=author, held=people):
        publish(CaseVisitorUnblocked(case_id=case.pk, conversation_id=conversation_id), actor=Actor.human(author))
