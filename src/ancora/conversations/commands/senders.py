"""Which customer a mail is from, as far as its evidence goes."""

from collections.abc import Collection

from django.utils.translation import gettext as _
from django.utils.translation import override

from ancora.conversations.channels.email.parsing import Address, ParsedMail
from ancora.conversations.commands.deciding import Incoming, is_own
from ancora.conversations.models import Conversation
from ancora.customers.commands import Sight, create_customer, note_reached, observe_handles, verify_handle
from ancora.customers.models import HandleKind
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.events.actors import SYSTEM

type Sender = tuple[int | None, int | None]


def senders_of(mails: list[Incoming], beside: Collection[int] = ()) -> list[Sender]:
    """(handle id, customer id) of who wrote each, made when they are new.

    A mail that failed has no handle and never belongs to the customer of that address by itself: in a conversation
    that a reply token proved it counts for the customer of that one, else for a new one, marked as not verified. Who
    wrote without an address becomes a customer without one. Whoever writes in a conversation of `beside`, with a third
    party, is no customer at all.
    """
    unseen = [mail.verdict.is_failed or mail.conversation_id in beside for mail in mails]
    sights = [None if hidden else _sight(mail.parsed) for mail, hidden in zip(mails, unseen, strict=True)]
    seen = observe_handles([sight for sight in sights if sight])
    handles = iter(seen)
    senders, owners = [], {}
    for mail, sight in zip(mails, sights, strict=True):
        if mail.conversation_id in beside:
            senders.append((None, None))
            continue
        sender = _known(mail, next(handles)) if sight else (None, _unknown(mail, owners))
        if mail.is_first:
            owners[mail.conversation_id] = sender[1]
        senders.append(sender)
    if back := [handle.value for handle in seen if handle.bounced_at]:
        note_reached(HandleKind.EMAIL, back)
    return senders


def _sight(parsed: ParsedMail) -> Sight | None:
    from_ = _author(parsed)
    if from_ is None or not from_.address:
        return None
    return Sight(HandleKind.EMAIL, from_.address, from_.name or "", parsed.language or "")


def _author(parsed: ParsedMail) -> Address | None:
    """Who writes. A form of our web site sends with our own address and names the customer in Reply-To."""
    if parsed.from_ and not is_own(parsed.from_):
        return parsed.from_
    return next((one for one in parsed.reply_to if not is_own(one)), parsed.from_)


def _known(mail: Incoming, handle) -> Sender:
    is_author = mail.parsed.from_ is not None and not is_own(mail.parsed.from_)
    if mail.verdict.proof and not mail.verdict.spam and is_author:
        verify_handle(handle, method=mail.verdict.proof, actor=SYSTEM)
    return handle.pk, handle.customer_id


def _unknown(mail: Incoming, owners: dict[int, int]) -> int:
    """`owners`: the customers of conversations that begin in the same lot."""
    from_ = _author(mail.parsed)
    name = (from_.name if from_ else "") or ""
    if not mail.verdict.is_failed:
        return create_customer(name=name or _("Unknown sender"), actor=SYSTEM).pk
    if not mail.is_first:
        return owners.get(mail.conversation_id) or _customer_of(mail.conversation_id)
    return create_customer(name=_unproved(name or (from_.address if from_ else "")), actor=SYSTEM).pk


def _customer_of(conversation_id: int) -> int:
    return Conversation.objects.values_list("customer_id", flat=True).get(pk=conversation_id)


def _unproved(name: str) -> str:
    """In the language of the organisation: the worker has none of its own."""
    with override(current_organisation().language):
        return _("%(name)s (not verified)") % {"name": name[:180]}
