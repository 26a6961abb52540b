"""Reads of customers."""

from django.db.models import QuerySet
from django.http import Http404

from ancora.customers.models import Customer, Handle, HandleKind


def normal_address(address: str) -> str:
    """The form in which an e-mail address is compared: trimmed, lower case, at most 320 characters."""
    return address.strip().lower()[:320]


def normal_phone(number: str) -> str:
    """The form in which a phone number is compared: digits with a leading plus if it had one."""
    digits = "".join(character for character in number if character.isdecimal())
    return ("+" if number.strip().startswith("+") else "") + digits[:32]


def customers(viewer) -> QuerySet[Customer]:
    """All customers, newest first."""
    return Customer.objects.order_by("-id")


def customer_for(viewer, pk: int) -> Customer:
    """One customer with its handles; none → 404."""
    customer = Customer.objects.prefetch_related("handles").filter(pk=pk).first()
    if customer is None:
        raise Http404("No such customer.")
    return customer


def handle_of(kind: str, value: str) -> Handle | None:
    """The handle with this address or number, its customer loaded; None when nobody has it."""
    normal = normal_phone(value) if kind == HandleKind.PHONE else normal_address(value)
    return Handle.objects.select_related("customer").filter(kind=kind, value=normal).first()
