"""Pages of a list: in every order and every group they follow each other, whatever happens between them."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from ancora.cases.lists.queries import shaped_page
from ancora.cases.lists.shapes import GROUPS, ORDERS, Shape
from ancora.cases.models import Case
from ancora.cases.queries import cases_page
from ancora.platform import clock

NUMBER, SIZE = 23, 5


def pages(viewer, shape, *, between=lambda seen: None):
    """All pages of the open cases, one after the other."""
    after, found = None, []
    while not found or after:
        page = shaped_page(viewer, shape, queue_name="open", after=after, size=SIZE)
        found.append(page)
        between([case for one in found for case in one.cases])
        after = page.next
    return found


def shown(found) -> list[int]:
    return [case.pk for page in found for case in page.cases]


def test_in_every_order_and_group_each_case_is_shown_once(cast, many):
    every = {case.pk for case in many(NUMBER)}
    for order, group in product(ORDERS, GROUPS):
        shape = Shape(order=order, group=group)
        whole = shaped_page(cast.anna, shape, queue_name="open", size=99)
        found = pages(cast.anna, shape)
        assert shown(found) == [case.pk for case in whole.cases], shape
        assert set(shown(found)) == every
        assert [heading for page in found for heading in page.headings.values()] == list(whole.headings.values())
        if group:
            assert sum(heading.count for heading in whole.headings.values()) == NUMBER


def test_groups_hold_what_comes_first_in_a_list_that_is_long(cast, many, monkeypatch):
    monkeypatch.setattr("ancora.cases.lists.queries.MOST_GROUPED", 12)
    many(NUMBER)
    for order in ORDERS:
        found = pages(cast.anna, Shape(order=order, group="owner"))
        whole = shown([shaped_page(cast.anna, Shape(order=order), queue_name="open", size=12)])
        assert set(whole) <= set(shown(found)), order
        assert [page.is_cut for page in found] == [False] * (len(found) - 1) + [True]
        # What is due and what is not are two lists.
        assert len(shown(found)) == (NUMBER if order == "due" else 12)
    monkeypatch.setattr("ancora.cases.lists.queries.MOST_GROUPED", NUMBER)
    assert not any(page.is_cut for page in pages(cast.anna, Shape(group="owner")))


def test_orders_are_what_they_are_called(cast, many):
    many(NUMBER)
    assert shown([cases_page(cast.anna, queue_name="open", size=99)]) == shown(
        [shaped_page(cast.anna, Shape(), queue_name="open")]
    )
    never = clock.now() + timedelta(days=999)
    for order, key in {
        "quiet": lambda case: case.last_message_at,
        "newest": lambda case: -case.opened_at.timestamp(),
        "oldest": lambda case: case.opened_at,
        "priority": lambda case: (-case.priority, -case.last_message_at.timestamp()),
        "due": lambda case: (hasattr(case, "clocks") and case.clocks.due_at) or never,
    }.items():
        cases = shaped_page(cast.anna, Shape(order=order), queue_name="open").cases
        assert cases == sorted(cases, key=key), order
    owners = shaped_page(cast.anna, Shape(group="owner"), queue_name="open").headings
    assert [heading.label for heading in owners.values()] == ["nobody", "Anna Ferri", "Lena Vogt", "Marco Reale"]


@pytest.mark.parametrize("group", ["", "customer"])
def test_what_changes_between_two_pages_hides_no_other_case_and_doubles_none(cast, many, group):
    every = {case.pk for case in many(NUMBER)}
    for order in ORDERS:
        touched = set()

        def change(seen, order=order, touched=touched):
            """One that was shown goes away, one that was not is written in, one comes in at the top."""
            gone, moved = seen[-1], Case.objects.exclude(pk__in=[case.pk for case in seen]).order_by("pk").first()
            Case.objects.filter(pk=gone.pk).update(status="resolved")
            touched.add(gone.pk)
            if moved:
                Case.objects.filter(pk=moved.pk).update(last_message_at=clock.now(), priority=4)
                touched.add(moved.pk)

        found = shown(pages(cast.anna, Shape(order=order, group=group), between=change))
        assert len(found) == len(set(found)), order
        assert every - touched <= set(found), order
        Case.objects.update(status="open")


def test_page_goes_on_in_the_order_in_which_it_was_begun(cast, many):
    many(NUMBER)
    begun = shaped_page(cast.anna, Shape(order="quiet"), queue_name="open", size=SIZE)
    further = shaped_page(cast.anna, Shape(order="due", group="team"), queue_name="open", after=begun.next, size=99)
    whole = shaped_page(cast.anna, Shape(order="quiet"), queue_name="open", size=99)
    assert shown([begun, further]) == shown([whole])


def test_queries_do_not_depend_on_the_number_of_cases(cast, many):
    for order, group in product(ORDERS, GROUPS):
        shape = Shape("table", order, group, ("subject", "tasks", "tags"))
        with CaptureQueriesContext(connection) as few:
            shaped_page(cast.anna, shape, queue_name="open")
        assert len(few) <= 3, shape
    many(NUMBER)
    for order, group in product(ORDERS, GROUPS):
        with CaptureQueriesContext(connection) as queries:
            shaped_page(cast.anna, Shape("table", order, group, ("subject", "tasks", "tags")), queue_name="open")
        assert len(queries) <= 3, (order, group)


@pytest.mark.parametrize("cursor", ["x", "e30=", "WyJsYXRlc3QiLCAiIiwgMV0=", "WyJsYXRlc3QiLCAibW9vbiIsIDFd"])
def test_unknown_cursor_is_not_found(cast, cursor):
    with pytest.raises(Http404):
        shaped_page(cast.anna, Shape(), queue_name="open", after=cursor)
