"""Senders whose mail goes to spam, until the block is lifted."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_domain_name, validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ancora.conversations.channels.email.trust.domains import FREE, ascii_host, domain_of
from ancora.conversations.events import SenderBlocked, SenderUnblocked
from ancora.conversations.judging import forget_people_and_blocks, our_people
from ancora.conversations.models import BlockKind, SenderBlock
from ancora.conversations.queries import own_addresses
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish


def block_sender(address: str, *, author: User, why: str = "", whole_domain: bool = False) -> SenderBlock:
    """Later mail of this address goes to spam; with `whole_domain` (for leads) that of everybody at its domain.

    Who is blocked already stays so. Refused for own addresses, own people, domains the organisation uses, and
    domains where anybody has an address.
    """
    # Who came to us a moment ago is one of us too.
    forget_people_and_blocks()
    kind, value = _wanted(address, whole_domain)
    _require_stranger(kind, value, author)
    try:
        with transaction.atomic():
            block = SenderBlock.objects.create(
                kind=kind, value=value, why=" ".join(why.split())[:200], author=author, created_at=clock.now()
            )
            publish(SenderBlocked(block_id=block.pk, kind=kind), actor=Actor.human(author))
    except IntegrityError:
        return SenderBlock.objects.get(kind=kind, value=value, lifted_at__isnull=True)
    transaction.on_commit(forget_people_and_blocks)
    return block


@transaction.atomic
def lift_block(block: SenderBlock, *, author: User) -> None:
    """Later mail of this sender becomes cases again; that of a domain is lifted by leads."""
    block = SenderBlock.objects.select_for_update(of=("self",)).get(pk=block.pk)
    if block.lifted_at is not None:
        return
    if block.kind == BlockKind.DOMAIN and not author.is_lead:
        raise Refusal(_("Only leads and administrators block whole domains and lift such blocks."))
    block.lifted_at, block.lifted_by = clock.now(), author
    block.save(update_fields=["lifted_at", "lifted_by"])
    transaction.on_commit(forget_people_and_blocks)
    publish(SenderUnblocked(block_id=block.pk, kind=block.kind), actor=Actor.human(author))


def _wanted(address: str, whole_domain: bool) -> tuple[str, str]:
    address = address.strip().lower().removeprefix("@")
    if not whole_domain:
        try:
            validate_email(address)
        except ValidationError as error:
            raise Refusal(_("“%(address)s” is no mail address.") % {"address": address or "?"}) from error
        return BlockKind.ADDRESS, address[:320]
    domain = domain_of(address) if "@" in address else ascii_host(address)
    try:
        validate_domain_name(domain)
    except ValidationError as error:
        raise Refusal(_("“%(domain)s” is no domain.") % {"domain": domain or "?"}) from error
    if "." not in domain:
        raise Refusal(_("“%(domain)s” is no domain.") % {"domain": domain})
    return BlockKind.DOMAIN, domain


def _require_stranger(kind: str, value: str, author: User) -> None:
    people = our_people()
    if kind == BlockKind.ADDRESS:
        if value in own_addresses():
            raise Refusal(_("%(address)s is one of our own mailboxes.") % {"address": value})
        if value in people.addresses:
            raise Refusal(_("%(address)s belongs to a colleague.") % {"address": value})
        return
    if not author.is_lead:
        raise Refusal(_("Only leads and administrators block whole domains and lift such blocks."))
    if value in FREE:
        raise Refusal(_("Too many people have an address at %(domain)s. Block the one address.") % {"domain": value})
    if any(one == value or one.endswith("." + value) for one in _domains_in_use()):
        raise Refusal(_("%(domain)s is used by your own organisation.") % {"domain": value})


def _domains_in_use() -> set[str]:
    address = current_organisation().public_address.partition("://")[2].partition("/")[0].partition(":")[0]
    domains = {domain_of(one) for one in (*own_addresses(), *our_people().addresses)}
    return (domains | {ascii_host(address)}) - {""}
