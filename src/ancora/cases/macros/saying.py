"""What is said in a chat, together with what macros change."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from ancora.cases.commands.saying import held_with_chat, say_in_case
from ancora.cases.macros.changes import Change
from ancora.cases.macros.queries import usable_macros
from ancora.cases.macros.using import count_uses, make_changes
from ancora.cases.models import Case
from ancora.conversations.chats.commands.lines import Line
from ancora.conversations.commands.write import Upload
from ancora.platform.accounts.models import User


def say_with_macros(
    case: Case,
    *,
    text: str,
    author: User,
    form_key: UUID,
    files: list[Upload] = (),
    changes: Collection[Change] = (),
    macro_ids: Collection[int] = (),
    chat_id: int | None = None,
) -> Line:
    """As `say_in_case`, with the changes of the macros that helped: all of it or nothing, and once for a `form_key`."""
    said = {"text": text, "author": author, "form_key": form_key, "files": files, "chat_id": chat_id}
    if not changes and not macro_ids:
        return say_in_case(case, **said)
    with transaction.atomic():
        _chat, before = held_with_chat(case, form_key, chat_id)
        if before is not None:
            return before
        line = say_in_case(case, **said)
        make_changes(case, changes, author=author, form_key=form_key)
        if macro_ids:
            about = {"message_id": line.message_id}
            count_uses(usable_macros(author).filter(pk__in=macro_ids), case, author, form_key, **about)
        return line
