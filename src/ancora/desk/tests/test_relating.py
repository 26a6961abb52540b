"""Cases that are related: said on both, taken back, and nothing of those one may not see."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.commands import relate_cases
from ancora.cases.models import Case, CaseLink
from ancora.desk.tests.conftest import letter


@pytest.fixture
def his(shop, arrive) -> Case:
    bruno = {"sender": "Bruno Neri <bruno@example.net>", "subject": "Invoice twice"}
    arrive(letter(**bruno, message_id="<3@example.net>"), shop.mailbox)
    return Case.objects.get(subject="Invoice twice")


def test_related_cases_name_each_other_until_it_is_taken_back(shop, cast, client_of, his):
    anna, page = client_of(cast.anna), f"/cases/{shop.case.reference}/related/"
    assert "None is related" in anna.get(page).text
    for number in (his.reference, f"#{his.reference}"):
        assert f"#{his.reference} is related to" in anna.post(page, {"other": number}, follow=True).text
    assert CaseLink.objects.count() == 1
    for one, other in ((shop.case, his), (his, shop.case)):
        shown = anna.get(f"/cases/{one.reference}/").text
        assert "<h3>Related cases</h3>" in shown
        assert f'Related to <a href="/cases/{other.reference}/">' in shown
    there = f"/cases/{his.reference}/related/"
    removed = {"other": shop.case.reference, "verb": "remove"}
    for _ in range(2):
        assert "is no longer related to" in anna.post(there, removed, follow=True).text
    assert "<h3>Related cases</h3>" not in anna.get(f"/cases/{shop.case.reference}/").text


@pytest.mark.parametrize(("number", "words"), [("x", "Write the number"), ("999999", "There is no case #999999")])
def test_wrong_number_is_said_and_kept(shop, cast, client_of, number, words):
    answer = client_of(cast.anna).post(f"/cases/{shop.case.reference}/related/", {"other": number})
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{number}"' in answer.text
    itself = client_of(cast.anna).post(f"/cases/{shop.case.reference}/related/", {"other": shop.case.reference})
    assert "not related to itself" in itself.text


def test_strangers_and_observers_relate_nothing(shop, cast, client_of):
    address = f"/cases/{shop.hidden.reference}/related/"
    relate_cases(shop.case, shop.hidden, author=cast.anna)
    for verb in ("get", "post"):
        assert "/accounts/login/" in getattr(client_of(), verb)(address)["Location"]
        assert getattr(client_of(cast.olga), verb)(address).status_code == 403
        assert getattr(client_of(cast.stan), verb)(address).status_code == 404
    stan = client_of(cast.stan)
    assert "Secret matter" not in stan.get(f"/cases/{shop.case.reference}/").text
    refused = stan.post(f"/cases/{shop.case.reference}/related/", {"other": shop.hidden.reference})
    assert f"There is no case #{shop.hidden.reference} that you can see" in refused.text


def test_queries_do_not_depend_on_how_many_are_related(shop, cast, client_of, arrive, his):
    anna, page = client_of(cast.anna), f"/cases/{shop.case.reference}/"
    relate_cases(shop.case, his, author=cast.anna)

    def count() -> int:
        anna.get(page)
        with CaptureQueriesContext(connection) as queries:
            anna.get(page)
        return len(queries)

    few = count()
    for number in range(3):
        arrive(letter(subject=f"Other {number}", message_id=f"<o{number}@example.org>"), shop.mailbox)
        relate_cases(shop.case, Case.objects.get(subject=f"Other {number}"), author=cast.anna)
    assert count() == few
