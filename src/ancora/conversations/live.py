"""Who may hear of a mailbox. A bare kind says only that something changed somewhere."""

from ancora.conversations.queries import mailboxes
from ancora.platform.live.topics import allow_topic


@allow_topic("mailbox")
def hears_mailbox(user, mailbox_id: int) -> bool:
    return user.is_lead and mailboxes(user).filter(pk=mailbox_id).exists()


@allow_topic("alert")
def hears_alert(user, alert_id: int) -> bool:
    return user.is_administrator
