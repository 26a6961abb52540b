"""Reads of customers."""

from django.db import connection
from django.db.models import QuerySet
from django.http import Http404

from ancora.customers.models import Customer, Handle, HandleKind
from ancora.platform.addresses import compared_address


def normal_address(address: str) -> str:
    """The form in which an e-mail address is compared: trimmed, lower case, domain in ASCII, at most 320 characters."""
    return compared_address(address)[:320]


def normal_phone(number: str) -> str:
    """The form in which a phone number is compared: digits with a leading plus if it had one."""
    digits = "".join(character for character in number if character.isdecimal())
    return ("+" if number.strip().startswith("+") else "") + digits[:32]


def customers(viewer) -> QuerySet[Customer]:
    """All customers, newest first."""
    return Customer.objects.order_by("-id")


def customers_page(viewer, *, after: int | None = None, size: int = 50) -> tuple[list[Customer], int | None]:
    """`size` customers with their handles, newest first, those before the one with id `after`; and the next `after`."""
    found = customers(viewer).prefetch_related("handles")
    if after is not None:
        found = found.filter(pk__lt=after)
    rows = list(found[: size + 1])
    return rows[:size], rows[size - 1].pk if len(rows) > size else None


def customer_for(viewer, pk: int) -> Customer:
    """One customer with its handles; none → 404."""
    customer = Customer.objects.prefetch_related("handles").filter(pk=pk).first()
    if customer is None:
        raise Http404("No such customer.")
    return customer


_HANDLE = """
SELECT h.id, h.display, h.verification, h.created_at, c.id, c.name, c.language, c.remark, c.created_at
FROM customers_handle h JOIN customers_customer c ON c.id = h.customer_id WHERE h.kind = %s AND h.value = %s
"""


def handle_of(kind: str, value: str) -> Handle | None:
    """The handle with this address or number, its customer loaded; None when nobody has it."""
    normal = normal_phone(value) if kind == HandleKind.PHONE else normal_address(value)
    # Plain SQL: every mail that arrives asks this.
    with connection.cursor() as cursor:
        cursor.execute(_HANDLE, [str(kind), normal])
        row = cursor.fetchone()
    if row is None:
        return None
    pk, display, verification, created_at, *of_customer = row
    fields = dict(zip(("id", "name", "language", "remark", "created_at"), of_customer, strict=True))
    return Handle(
        id=pk,
        customer=Customer(**fields),
        kind=str(kind),
        value=normal,
        display=display,
        verification=verification,
        created_at=created_at,
    )
