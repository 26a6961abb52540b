"""Five cases of five customers, and a hand that changes many."""

from uuid import uuid4

import pytest

from ancora.cases.bulk.commands import begin_bulk
from ancora.cases.bulk.working import work_off
from ancora.cases.models import Case
from ancora.desk.tests.conftest import letter, shop

__all__ = ["shop"]


@pytest.fixture
def cases(shop, arrive):
    """`cases(number)`: that many open cases, the shop's own among them."""

    def arrived(count: int = 5) -> list[Case]:
        for number in range(1, count):
            mail = letter(sender=f"c{number}@example.org", subject=f"S{number}", message_id=f"<b{number}@example.org>")
            arrive(mail, shop.mailbox)
        return list(Case.objects.filter(mailbox_ids=[shop.mailbox.pk]).order_by("pk"))

    return arrived


@pytest.fixture
def change(cast):
    """`change(cases, "priority-4")`: begun by Lena and worked off at once."""

    def do(cases, *codes, author=cast.lena, **given):
        ids = [case.pk for case in cases]
        bulk = begin_bulk(ids, changes=list(codes), author=author, form_key=uuid4(), **given)
        while work_off(bulk):
            pass
        bulk.refresh_from_db()
        return bulk

    return do
