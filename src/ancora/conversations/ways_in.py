"""By which doors mail reaches a mailbox that is not fetched."""

from collections.abc import Iterable

from ancora.conversations.health import listener_states
from ancora.conversations.models import InboundHook, Mailbox


def ways_into(mailbox: Mailbox) -> list[str]:
    return with_ways_in([mailbox])[0].ways_in


def with_ways_in(mailboxes: Iterable[Mailbox]) -> list[Mailbox]:
    """The same mailboxes, each with `ways_in`: names of the doors that lead to it besides fetching, in few queries."""
    found = list(mailboxes)
    listening = [state.kind.upper() for state in listener_states() if not state.is_off]
    # One through which nothing came yet may not be set up at the provider.
    hooks = InboundHook.objects.filter(is_active=True, received_at__isnull=False).order_by("name", "id")
    working = [(hook.mailbox_id, hook.name) for hook in hooks if not hook.is_refusing]
    for mailbox in found:
        names = [name for mailbox_id, name in working if mailbox_id in (None, mailbox.pk)]
        mailbox.ways_in = list(dict.fromkeys(listening + names))
    return found
