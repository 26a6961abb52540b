"""An address that a visitor typed is proved when an answer to what we sent there comes from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from ancora.conversations.chats.typed import TYPED
from ancora.conversations.models import Conversation
from ancora.customers.commands import add_handle
from ancora.customers.models import HandleKind, Verification
from ancora.customers.queries import normal_address
from ancora.platform.events.actors import SYSTEM

if TYPE_CHECKING:
    from ancora.conversations.commands.deciding import Incoming

# Found by what nobody can guess: the token in an address or in a Message-ID of ours.
PROVED_BY = ("token", "in_reply_to", "references")
_NOBODYS = f"""
SELECT DISTINCT w.conversation, w.address FROM unnest(%s::bigint[], %s::text[]) AS w(conversation, address)
JOIN ({TYPED}) t ON t.conversation_id = w.conversation AND t.address = w.address AND t.is_written_to
WHERE NOT EXISTS (SELECT 1 FROM customers_handle h WHERE h.kind = 'email' AND h.value = w.address)
"""  # noqa: S608


def adopt_addresses(mails: list[Incoming]) -> None:
    """The customers of chats get the addresses their visitors typed, where mail from there answers ours and nobody
    else has them: the hop to e-mail keeps who it is."""
    pairs = [
        (mail.conversation_id, normal_address(mail.parsed.from_.address))
        for mail in mails
        if not mail.is_first and not mail.verdict.is_failed and mail.parsed.from_ and mail.found.rung in PROVED_BY
    ]
    if not pairs:
        return
    with connection.cursor() as cursor:
        cursor.execute(_NOBODYS, [[one for one, _ in pairs], [address for _, address in pairs]])
        typed = cursor.fetchall()
    for conversation_id, address in typed:
        customer = Conversation.objects.select_related("customer").get(pk=conversation_id).customer
        add_handle(customer, HandleKind.EMAIL, address, verification=Verification.WEAK, actor=SYSTEM)
