"""Who may hear of a mailbox. A bare kind says only that something changed somewhere."""

from collections.abc import Iterable

from ancora.conversations.queries import mailboxes
from ancora.platform.live.topics import allow_topic


@allow_topic("mailbox")
def hears_mailboxes(user, ids: set[int]) -> Iterable[int]:
    return mailboxes(user).filter(pk__in=ids).values_list("pk", flat=True) if user.is_lead else ()


@allow_topic("alert")
def hears_alerts(user, ids: set[int]) -> Iterable[int]:
    return ids if user.is_administrator else ()
