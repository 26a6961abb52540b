"""Which customer a visitor is: as far as the website vouches for it, else the browser alone."""

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from ancora.conversations.chats.signed import SignedPerson
from ancora.conversations.models import ChannelAccount
from ancora.customers.commands import add_handle, observe_handle, verify_handle
from ancora.customers.models import Customer, Handle, HandleKind, Verification
from ancora.customers.queries import handle_of, normal_address
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.events.actors import SYSTEM


def introduce(
    account: ChannelAccount, digest: str, name: str, language: str, person: SignedPerson | None, known: Handle | None
) -> Handle:
    """The handle of a visitor with its customer, made when it is new; `known`: the one it had so far.

    Who is vouched for is the same customer in every browser, and joins whoever has the address that the website calls
    verified. An address that was only typed, or is not called verified, belongs to nobody by that.
    """
    if person is not None:
        handle = _vouched(account, person, language, known)
        if known is not None and person.name and known.customer_id == handle.customer_id:
            _give_name(known, digest, person.name)
        return handle
    if known is None:
        return _browser(digest, name, language)
    if name:
        _give_name(known, digest, name)
    return known


def is_another(account: ChannelAccount, person: SignedPerson, known: Handle) -> bool:
    """Whether this browser is known to be somebody else's: the website vouched for another one, or it is of a customer
    who is somebody, by a proved address or by another account at this website, and not by this one."""
    if known.kind == HandleKind.USER:
        return known.value != value_of(account, person)
    return not _is_free(account, person, known)


def value_of(account: ChannelAccount, person: SignedPerson) -> str:
    """How the handle of a person is called for whom a website vouches: the same id at another one is somebody else."""
    return f"{account.pk}:{person.user_id}"


def is_unknown_browser(customer_id: int) -> bool:
    """Whether of this customer nothing is known but the browsers in which it chats."""
    kinds = set(Handle.objects.filter(customer=customer_id).values_list("kind", flat=True))
    return kinds == {HandleKind.BROWSER}


def _is_free(account: ChannelAccount, person: SignedPerson, known: Handle) -> bool:
    """Whether the customer of this handle may be the person."""
    theirs = handle_of(HandleKind.USER, value_of(account, person))
    if theirs is not None and theirs.customer_id == known.customer_id:
        return True
    proved = Q(kind=HandleKind.EMAIL, verification=Verification.STRONG)
    if person.is_email_verified and person.email:
        proved &= ~Q(value=normal_address(person.email))
    of_website = Q(kind=HandleKind.USER, value__startswith=f"{account.pk}:")
    return not Handle.objects.filter(proved | of_website, customer=known.customer_id).exists()


def _browser(digest: str, name: str, language: str) -> Handle:
    return observe_handle(
        HandleKind.BROWSER,
        digest[:32],
        name=name or _nameless(digest),
        language=language,
        verification=Verification.NONE,
    )


def _vouched(account: ChannelAccount, person: SignedPerson, language: str, known: Handle | None) -> Handle:
    value = value_of(account, person)
    handle = handle_of(HandleKind.USER, value) or _first_vouched(value, account, person, language, known)
    if person.is_email_verified and person.email:
        _hold_address(handle.customer, person.email)
    return handle


def _first_vouched(
    value: str, account: ChannelAccount, person: SignedPerson, language: str, known: Handle | None
) -> Handle:
    with connection.cursor() as cursor:
        # Two browsers of one new person take turns.
        cursor.execute("SELECT pg_advisory_xact_lock(746006, %s::int)", [account.pk % 2**31])
    if handle := handle_of(HandleKind.USER, value):
        return handle
    by_mail = handle_of(HandleKind.EMAIL, person.email) if person.is_email_verified and person.email else None
    nearest = by_mail or (known if known and known.kind == HandleKind.BROWSER else None)
    if nearest is None:
        name = person.name or person.email
        return observe_handle(HandleKind.USER, value, name=name, language=language, verification=Verification.STRONG)
    return add_handle(nearest.customer, HandleKind.USER, value, verification=Verification.STRONG, actor=SYSTEM)


def _hold_address(customer: Customer, address: str) -> None:
    """An address that the website calls verified is this customer's, unless another one has it."""
    handle = handle_of(HandleKind.EMAIL, address)
    if handle is None:
        add_handle(customer, HandleKind.EMAIL, address, verification=Verification.STRONG, actor=SYSTEM)
    elif handle.customer_id == customer.pk:
        verify_handle(handle, method="website", actor=SYSTEM)


def _give_name(handle: Handle, digest: str, name: str) -> None:
    if handle.kind == HandleKind.BROWSER and handle.customer.name == _nameless(digest):
        Customer.objects.filter(pk=handle.customer_id, name=handle.customer.name).update(name=name)


def _nameless(digest: str) -> str:
    """In the language of the organisation, whose people read it."""
    with override(current_organisation().language):
        return _("Visitor %(letters)s") % {"letters": digest[:4].upper()}
