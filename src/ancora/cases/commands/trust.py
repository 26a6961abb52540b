"""Whose a case really is, and whom we no longer want to hear."""

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.cases.commands.locking import locked, save
from ancora.cases.commands.status import mark_as_spam, restore_case
from ancora.cases.events import CaseCustomerChanged
from ancora.cases.models import Case
from ancora.cases.queries.cases import conversation_ids_of
from ancora.cases.queries.trust import cases_held_by, sender_address_of
from ancora.conversations.commands.blocks import block_sender, lift_block
from ancora.conversations.commands.link_sender import link_sender, unlink_sender
from ancora.conversations.models import Conversation, Message, SenderBlock
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish


@transaction.atomic
def block_sender_of(case: Case, *, author: User, why: str = "", whole_domain: bool = False) -> SenderBlock:
    """Move a case to spam and block who wrote it."""
    address = sender_address_of(case)
    if not address:
        raise Refusal(_("Nobody wrote this case by mail."))
    block = block_sender(address, author=author, why=why, whole_domain=whole_domain)
    mark_as_spam(case, actor=Actor.human(author))
    return block


@transaction.atomic
def unblock_sender(block: SenderBlock, *, author: User, restores: bool = False) -> int:
    """Lift a block; with `restores` the cases that it put into spam come back, as far as `author` sees them. Returns
    how many did."""
    cases = list(cases_held_by(author, block)) if restores else []
    lift_block(block, author=author)
    for case in cases:
        restore_case(case, actor=Actor.human(author))
    return len(cases)


@transaction.atomic
def link_sender_in(case: Case, message: Message, *, author: User) -> None:
    """“It is really her”: the conversation of the message, and the case that begins with it, belong to the customer
    of its address."""
    case = locked(case)
    link_sender(message, author=author)
    _follow_first_conversation(case, author)


@transaction.atomic
def unlink_sender_in(case: Case, message: Message, *, author: User) -> None:
    """Taken back: the case belongs to whom it belonged before."""
    case = locked(case)
    if unlink_sender(message, author=author) is not None:
        _follow_first_conversation(case, author)


def _follow_first_conversation(case: Case, author: User) -> None:
    """A case belongs to the customer of the conversation it shows."""
    first = Conversation.objects.filter(pk__in=conversation_ids_of(case)[:1]).first()
    if first is not None and case.customer_id != first.customer_id:
        before, case.customer_id = case.customer_id, first.customer_id
        save(case, "customer")
        event = CaseCustomerChanged(case_id=case.pk, customer_id=case.customer_id, customer_before_id=before)
        publish(event, actor=Actor.human(author))
