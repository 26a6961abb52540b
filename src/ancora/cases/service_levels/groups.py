"""Groups of customers that are promised something of their own: named by addresses, and by domains with all below."""

from ancora.customers.models import Handle, HandleKind
from ancora.customers.queries import normal_address


def normal_group_member(text: str) -> str:
    """The form in which an address, or a domain, is compared."""
    return normal_address(text) if "@" in text else normal_address(f"x@{text}").removeprefix("x@")


def addresses_of(customer_id: int) -> list[str]:
    """One query."""
    return list(Handle.objects.filter(customer=customer_id, kind=HandleKind.EMAIL).values_list("value", flat=True))


def is_one_of(group: list[str], addresses: list[str]) -> bool:
    """Whether one of a customer's addresses is in the group; an empty group is everybody."""
    return not group or any(_is_in(address, set(group)) for address in addresses)


def _is_in(address: str, group: set[str]) -> bool:
    parts = address.rpartition("@")[2].split(".")
    domains = {".".join(parts[start:]) for start in range(len(parts))}
    return address in group or not domains.isdisjoint(group)
