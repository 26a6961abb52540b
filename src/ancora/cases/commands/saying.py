"""What we say in a chat of a case."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.cases.commands.answer import go_on
from ancora.cases.commands.overtaking import Known, writable
from ancora.cases.models import Case, CaseConversation
from ancora.conversations.chats.commands.lines import Line
from ancora.conversations.chats.commands.say import said_before, say
from ancora.conversations.commands.write import Upload
from ancora.conversations.models import Conversation
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal


@transaction.atomic
def say_in_case(
    case: Case,
    *,
    text: str,
    author: User,
    form_key: UUID,
    files: list[Upload] = (),
    seen: int | None = None,
    as_of: int | None = None,
) -> Line:
    """A line in the chat of the case (the newest, where it holds several); whoever answers an ownerless case becomes
    its owner. The same `form_key` gives the line of the first time. `seen` and `as_of` as in `reply_to_case`; without
    them nobody is stopped, because in a chat both write at once. `Refusal` where the case has no chat."""
    case = writable(case, Known(seen, as_of), author=author, form_key=form_key)
    conversation = _chat_of(case)
    if before := said_before(conversation, form_key):
        return before
    message, line = say(conversation, text=text, author=author, form_key=form_key, files=files)
    go_on(case, message, author)
    return line


def _chat_of(case: Case) -> Conversation:
    links = CaseConversation.objects.filter(case=case, until__isnull=True, conversation__account__isnull=False)
    link = links.select_related("conversation").order_by("-id").first()
    if link is None:
        raise Refusal(_("This case has no chat. Answer by e-mail."))
    return link.conversation
