"""Whether a channel still lets us write: looked at once more when a message is about to leave."""

from datetime import datetime

from django.utils.translation import ngettext

from ancora.conversations.channels import NoSuchChannel, adapter_of
from ancora.conversations.channels.contract import is_window_closed
from ancora.conversations.models import ChannelThread, Outgoing
from ancora.platform import clock


def last_heard_at(account_id: int, thread_key: str) -> datetime | None:
    """When the customer last wrote in this thread."""
    found = ChannelThread.objects.filter(account_id=account_id, thread_key=thread_key)
    return found.values_list("newest__recorded_at", flat=True).first()


def why_not_now(outgoing: Outgoing) -> str:
    """Why a message may not be sent any more, in words; empty when it may."""
    account = outgoing.account
    if account is None:
        return ""
    try:
        capabilities = adapter_of(account.kind).capabilities(account)
    except NoSuchChannel:
        return ""
    thread_key = outgoing.message.addresses.get("channel", {}).get("thread", "")
    if capabilities.window is None:
        return ""
    if not is_window_closed(capabilities, last_heard_at(account.pk, thread_key), clock.now()):
        return ""
    return window_words(int(capabilities.window.total_seconds()) // 3600)


def window_words(hours: int) -> str:
    words = ngettext(
        "The customer wrote more than %(hours)s hour ago: this channel takes no later answer. Use another way.",
        "The customer wrote more than %(hours)s hours ago: this channel takes no later answer. Use another way.",
        hours,
    )
    return words % {"hours": hours}
