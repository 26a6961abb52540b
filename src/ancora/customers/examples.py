"""Customers that were invented to try the desk with: told apart from real ones, and deleted with their handles."""

from collections.abc import Iterable

from django.db import transaction

from ancora.customers.models import Customer, Handle


def mark_example_customers(customer_ids: Iterable[int]) -> None:
    Customer.objects.filter(pk__in=customer_ids).update(is_example=True)


def unmark_example_customers(customer_ids: Iterable[int]) -> None:
    """They are customers like all others."""
    Customer.objects.filter(pk__in=customer_ids).update(is_example=False)


@transaction.atomic
def delete_example_customers(customer_ids: Iterable[int]) -> list[str]:
    """Delete customers that are examples, with their handles; gives the addresses and numbers nobody has any more.
    Nobody else's rows may name them."""
    mine = list(Customer.objects.filter(pk__in=customer_ids, is_example=True).values_list("pk", flat=True))
    handles = Handle.objects.filter(customer__in=mine)
    values = list(handles.values_list("value", flat=True))
    handles.delete()
    Customer.objects.filter(pk__in=mine).delete()
    return values
