"""What we say in a chat of a case."""

from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from ancora.cases.commands.answer import go_on
from ancora.cases.commands.overtaking import Known, writable
from ancora.cases.models import Case
from ancora.conversations.chats.commands.lines import Line
from ancora.conversations.chats.commands.say import say
from ancora.conversations.chats.desk_queries import IS_GOING_ON, IS_VISITED
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
    """A line in the chat of the case (the one that goes on, then the newest, where it holds several); whoever answers
    an ownerless case becomes its owner. The same `form_key` gives the line of the first time. `seen` and `as_of` as in
    `reply_to_case`; without them nobody is stopped, because in a chat both write at once. `Refusal` where the case has
    no chat."""
    case = writable(case, Known(seen, as_of), author=author, form_key=form_key)
    conversation, before = chat_held_by(case, form_key)
    if before is not None:
        return before
    message, line = say(conversation, text=text, author=author, form_key=form_key, files=files)
    go_on(case, message, author, is_line=True)
    return line


# Plain SQL: half of all lines of chats ask it.
_CHAT = f"""
SELECT c.id, c.customer_id, c.mailbox_id, c.account_id,
    n.number, n.message_id
FROM cases_caseconversation l JOIN conversations_conversation c ON c.id = l.conversation_id
JOIN conversations_channelaccount a ON a.id = c.account_id AND a.kind = 'chat'
LEFT JOIN conversations_chatline n ON n.conversation_id = c.id AND n.client_key = %s
WHERE l.case_id = %s AND l.until IS NULL AND (n.number IS NOT NULL OR {IS_VISITED})
ORDER BY n.number IS NOT NULL DESC, {IS_GOING_ON} DESC, l.id DESC LIMIT 1
"""  # noqa: S608


def chat_held_by(case: Case, form_key: UUID) -> tuple[Conversation, Line | None]:
    """The chat of the case in which a visitor is, and the line that was written with this key. `Refusal` where it has
    none."""
    with connection.cursor() as cursor:
        cursor.execute(_CHAT, [form_key, case.pk])
        row = cursor.fetchone()
    if row is None:
        raise Refusal(_("This case has no chat. Answer by e-mail."))
    pk, customer_id, mailbox_id, account_id, number, message_id = row
    known = {"customer_id": customer_id, "mailbox_id": mailbox_id, "account_id": account_id}
    return Conversation(pk=pk, **known), Line(pk, number, message_id) if number else None
