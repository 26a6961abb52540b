"""What we say in a chat of a case."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.cases.commands.answer import go_on
from ancora.cases.commands.locking import bring_up_to_date, refuse_merged
from ancora.cases.commands.overtaking import away
from ancora.cases.models import Case
from ancora.conversations.chats.commands.lines import Line
from ancora.conversations.chats.commands.say import say
from ancora.conversations.chats.desk_queries import IS_GOING_ON, IS_VISITED
from ancora.conversations.commands.write import Upload
from ancora.conversations.models import Conversation
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.plain_sql import columns, read


@transaction.atomic
def say_in_case(
    case: Case, *, text: str, author: User, form_key: UUID, files: list[Upload] = (), chat_id: int | None = None
) -> Line:
    """A line in the chat `chat_id` of the case (without it: the one that goes on, then the newest, where it holds
    several); whoever answers an ownerless case becomes its owner. The same `form_key` gives the line of the first time.
    Nobody is stopped by what came since, because in a chat both write at once. `Refusal` where the case has no such
    chat, or is put away."""
    conversation, before = held_with_chat(case, form_key, chat_id)
    if before is not None:
        return before
    message, line = say(conversation, text=text, author=author, form_key=form_key, files=files)
    go_on(case, message, author, is_line=True)
    return line


# Plain SQL: half of all lines of chats ask it. The chat is looked up before the case is held.
_HELD = f"""
WITH seen AS MATERIALIZED (
    SELECT k.id, k.version, h.* FROM cases_case k LEFT JOIN LATERAL (
        SELECT c.id AS chat, c.customer_id AS customer, c.mailbox_id AS mailbox, c.account_id AS account,
            n.number, n.message_id AS message
        FROM cases_caseconversation l JOIN conversations_conversation c ON c.id = l.conversation_id
        JOIN conversations_channelaccount a ON a.id = c.account_id AND a.kind = 'chat'
        LEFT JOIN conversations_chatline n ON n.conversation_id = c.id AND n.client_key = %(key)s
        WHERE l.case_id = k.id AND l.until IS NULL AND (n.number IS NOT NULL OR
            {IS_VISITED} AND coalesce(c.id = %(chat)s::bigint, true))
        ORDER BY n.number IS NOT NULL DESC, {IS_GOING_ON} DESC, l.id DESC LIMIT 1) h ON true
    WHERE k.id = %(case)s
)
SELECT {columns(Case, "k")}, k.version = s.version, s.chat, s.customer, s.mailbox, s.account, s.number, s.message
FROM seen s JOIN cases_case k ON k.id = s.id FOR UPDATE OF k
"""  # noqa: S608


def held_with_chat(case: Case, form_key: UUID, chat_id: int | None = None) -> tuple[Conversation, Line | None]:
    """The case is held until the transaction ends and brought up to date; the chat `chat_id`, or else the one in which
    a visitor is, and the line that was written with this key. `Refusal` where it has none, or is put away;
    `MergedMeanwhile`."""
    asked = {"case": case.pk, "key": form_key, "chat": chat_id}
    [(fresh, is_current, *found)] = read(_HELD, asked, Case)
    if not is_current:
        # Somebody changed it while we waited: its chat may be another one by now.
        [(fresh, _is_current, *found)] = read(_HELD, asked, Case)
    bring_up_to_date(case, fresh)
    refuse_merged(case)
    if case.is_removed:
        raise Refusal(away())
    pk, customer_id, mailbox_id, account_id, number, message_id = found
    if pk is None:
        raise Refusal(_no_chat(chat_id))
    known = {"customer_id": customer_id, "mailbox_id": mailbox_id, "account_id": account_id}
    return Conversation(pk=pk, **known), Line(pk, number, message_id) if number else None


def _no_chat(chat_id: int | None) -> str:
    if chat_id is None:
        return _("This case has no chat. Answer by e-mail.")
    return _("This chat is no longer in the case. Load the page again to see where it is.")
