"""Reads of customers."""

import re
from collections.abc import Iterable

from django.db import connection
from django.db.models import QuerySet
from django.http import Http404

from ancora.customers.finding import customers_like
from ancora.customers.models import Customer, Handle, HandleKind
from ancora.platform.addresses import compared_address
from ancora.platform.plain_sql import columns, objects


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


_BY_NUMBER = "SELECT c.id FROM customers_customer c WHERE c.id = %(number)s::bigint"
_RUNG = "SELECT id, {rung} AS rung FROM ({sql} ORDER BY id DESC LIMIT %(most)s) AS of_{rung}"
_FIND = "SELECT id FROM ({}) AS found GROUP BY id ORDER BY min(rung), id DESC LIMIT %(most)s"
_NUMBER = re.compile(r"#?\s*(\d{1,18})")


def find_customers(viewer, words: str, *, most: int = 20) -> list[Customer]:
    """Customers with their handles by number (as in the address of their page), by the beginning of an address, by
    telephone number, or by a part of the name, in this order; empty words find nobody."""
    words = " ".join(words.replace("\0", " ").split())[:200]
    if not words:
        return []
    number = _NUMBER.fullmatch(words)
    statements, parameters = customers_like(words)
    # Each stops by itself: what fits best is never behind the rest.
    each = [_RUNG.format(rung=rung, sql=sql) for rung, sql in enumerate([_BY_NUMBER, *statements])]
    parameters |= {"number": int(number[1]) if number else None, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(_FIND.format(" UNION ALL ".join(each)), parameters)
        ids = [pk for (pk,) in cursor.fetchall()]
    known = customers(viewer).prefetch_related("handles").in_bulk(ids)
    return [known[pk] for pk in ids if pk in known]


def customer_for(viewer, pk: int) -> Customer:
    """One customer with its handles; none → 404."""
    customer = Customer.objects.prefetch_related("handles").filter(pk=pk).first()
    if customer is None:
        raise Http404("No such customer.")
    return customer


def normal_value(kind: str, value: str) -> str:
    """The form in which a handle of this kind is compared."""
    if kind == HandleKind.PHONE:
        return normal_phone(value)
    return normal_address(value) if kind == HandleKind.EMAIL else value.strip()[:320]


def handle_of(kind: str, value: str) -> Handle | None:
    """The handle with this address or number, its customer loaded; None when nobody has it."""
    return next(iter(handles_of([(kind, value)]).values()), None)


# Plain SQL: every case page asks.
_HELD = f"SELECT {columns(Handle, 'h')} FROM customers_handle h WHERE h.customer_id = %s ORDER BY h.id"  # noqa: S608


def handles_held_by(customer: Customer) -> list[Handle]:
    """How the customer is known, the first one first; looked up once for an object, a page asks several times."""
    if not hasattr(customer, "held_handles"):
        customer.held_handles = objects(_HELD, [customer.pk], Handle)
    return customer.held_handles


# Plain SQL: every mail that arrives asks this.
_HANDLES = """
SELECT h.id, h.kind, h.value, h.display, h.verification, h.created_at, h.bounced_at,
    c.id, c.name, c.language, c.remark, c.created_at, c.is_example
FROM unnest(%s::text[], %s::text[]) AS wanted(kind, value)
JOIN customers_handle h ON h.kind = wanted.kind AND h.value = wanted.value
JOIN customers_customer c ON c.id = h.customer_id
"""
_OF_CUSTOMER = ("id", "name", "language", "remark", "created_at", "is_example")


def handles_of(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Handle]:
    """Those of the wanted (kind, value) that somebody has, by kind and normal value, their customers loaded; one
    query."""
    pairs = list({(str(kind), normal_value(kind, value)) for kind, value in wanted})
    if not pairs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_HANDLES, [[kind for kind, _ in pairs], [value for _, value in pairs]])
        rows = cursor.fetchall()
    found = {}
    for pk, kind, value, display, verification, created_at, bounced_at, *of_customer in rows:
        fields = dict(zip(_OF_CUSTOMER, of_customer, strict=True))
        found[kind, value] = Handle(
            id=pk,
            customer=Customer(**fields),
            kind=kind,
            value=value,
            display=display,
            verification=verification,
            created_at=created_at,
            bounced_at=bounced_at,
        )
    return found
