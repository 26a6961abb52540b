"""Reads what an account of a channel delivered, from the bytes that were kept."""

from ancora.conversations.channels import NoSuchChannel, adapter_of
from ancora.conversations.channels.contract import InboundReceipt, Unreadable
from ancora.conversations.commands.channel_filing import file_inbound
from ancora.conversations.commands.channel_receipts import settle_receipt
from ancora.conversations.commands.deciding import Result
from ancora.conversations.models import Arrival, ChannelAccount
from ancora.platform.files.store import read


def read_posted(arrival: Arrival) -> Result:
    """What became of it: a message in its conversation, a receipt, or something for a person to look at."""
    account = ChannelAccount.objects.select_related("mailbox").get(pk=arrival.account_id)
    try:
        found = adapter_of(account.kind).parse(read(arrival.file), account)
        if not isinstance(found, InboundReceipt):
            return file_inbound(account, found, at=arrival.received_at)
    except (Unreadable, NoSuchChannel) as error:
        # The same bytes say the same tomorrow.
        return Result("quarantined", reason=str(error) if isinstance(error, Unreadable) else f"no channel {error}")
    settled = settle_receipt(account, found)
    if settled is None:
        return Result("receipt", "", "it names no message of ours")
    return Result("receipt", "", "", settled.message_id, settled.conversation_id)
