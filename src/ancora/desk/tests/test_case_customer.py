"""Whose a case is, corrected at the desk: find, see what changes, do it, take it back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.queries import case_for
from ancora.customers.commands import create_customer
from ancora.customers.models import Customer
from ancora.desk.tests.test_moving import fields_of, undo_in
from ancora.platform.events.actors import SYSTEM

PART = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def bruno(shop) -> Customer:
    return create_customer(name="Bruno Neri", email="bruno@example.net", actor=SYSTEM)


@pytest.fixture
def page(shop) -> str:
    return f"/cases/{shop.case.reference}/customer/"


def whose(cast, shop) -> str:
    return case_for(cast.anna, shop.case.reference).customer.name


def test_pane_of_the_customer_offers_it_to_agents_only(shop, cast, client_of, page):
    case = f"/cases/{shop.case.reference}/"
    assert f'href="{page}"' in client_of(cast.anna).get(case).text
    assert f'href="{page}"' not in client_of(cast.olga).get(case).text


def test_customer_is_found_chosen_and_taken_back(shop, cast, client_of, page, bruno):
    anna = client_of(cast.anna)
    assert f'href="?customer={bruno.pk}"' in anna.get(page, {"q": "neri"}).text
    told = anna.get(page, {"customer": bruno.pk}).text
    for words in ("What will change", "will belong to Bruno Neri", "Carla Bianchi keeps carla@example.org"):
        assert words in told
    for _ in range(2):
        done = anna.post(page, fields_of(told), follow=True)
        assert f"#{shop.case.reference} belongs to Bruno Neri now." in done.text
        assert "Customer: Bruno Neri" in done.text
    back = anna.post(undo_in(done.text), follow=True)
    assert f"#{shop.case.reference} belongs to Carla Bianchi now." in back.text
    assert whose(cast, shop) == "Carla Bianchi"


def test_new_customer_is_told_and_made_once(shop, cast, client_of, page):
    anna = client_of(cast.anna)
    told = anna.get(page, {"name": "Zoe Blu", "handle": "zoe@example.net"}).text
    assert "will belong to Zoe Blu, a new customer" in told
    for _ in range(2):
        assert anna.post(page, fields_of(told)).status_code == 302
    zoe = Customer.objects.get(name="Zoe Blu")
    assert (whose(cast, shop), zoe.handles.get().value) == ("Zoe Blu", "zoe@example.net")


def test_known_address_finds_its_customer(shop, cast, client_of, page, bruno):
    answer = client_of(cast.anna).get(page, {"name": "Zoe", "handle": "Bruno@example.net"})
    assert answer["Location"] == f"{page}?customer={bruno.pk}"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"name": "", "handle": ""}, "Say who it is"),
        ({"name": "Zoe", "handle": "12"}, "Write a mail address or a phone number"),
        ({"name": "Zoe", "handle": "zoe@"}, "valid email address"),
    ],
)
def test_what_cannot_be_a_customer_is_said_and_kept(cast, client_of, page, asked, words):
    for answer in (client_of(cast.anna).get(page, asked), client_of(cast.anna).post(page, asked)):
        assert answer.status_code == 422
        assert words in answer.text
        assert not asked["name"] or 'value="Zoe"' in answer.text


def test_address_taken_meanwhile_is_said(shop, cast, client_of, page, bruno):
    answer = client_of(cast.anna).post(page, {"name": "Zoe", "handle": "bruno@example.net"})
    assert answer.status_code == 422
    assert "bruno@example.net already belongs to Bruno Neri." in answer.text
    assert not Customer.objects.filter(name="Zoe").exists()


def test_nobody_found_and_only_its_own_are_said(shop, cast, client_of, page):
    anna = client_of(cast.anna)
    assert "Nobody fits “&lt;b&gt;”" in anna.get(page, {"q": "<b>"}).text
    assert "Only Carla Bianchi" in anna.get(page, {"q": "carla"}).text
    told = anna.get(page, {"customer": shop.case.customer_id}).text
    assert "belongs to Carla Bianchi already" in told
    assert 'method="post" action="/cases' not in told


def test_somebody_was_quicker(shop, cast, client_of, page, bruno):
    eva = create_customer(name="Eva", actor=SYSTEM)
    anna = client_of(cast.anna)
    told = anna.get(page, {"customer": eva.pk}).text
    client_of(cast.lena).post(page, {"customer": bruno.pk, "seen": shop.case.customer_id})
    answer = anna.post(page, fields_of(told))
    assert answer.status_code == 422
    assert "belongs to Bruno Neri now. Nothing was changed." in answer.text
    stale = f"{page}back/?customer={shop.case.customer_id}&seen={eva.pk}"
    assert "belongs to Bruno Neri now" in anna.post(stale, follow=True).text
    assert whose(cast, shop) == "Bruno Neri"


def test_other_screens_get_the_new_customer_once(shop, cast, client_of, page, bruno):
    lena, head = client_of(cast.lena), f"/cases/{shop.case.reference}/head/"
    shown = {"shown": shop.case.customer_id}
    assert 'id="person"' not in lena.get(head, shown, **PART).text
    client_of(cast.anna).post(page, {"customer": bruno.pk})
    text = lena.get(head, shown, **PART).text
    assert 'id="person" hx-swap-oob="innerHTML"' in text
    assert "bruno@example.net" in text
    assert 'id="person"' not in lena.get(head, {"shown": bruno.pk}, **PART).text


def test_strangers_and_observers_change_nobody(shop, cast, client_of, page, bruno):
    hidden = f"/cases/{shop.hidden.reference}/customer/"
    for end in ("", f"back/?customer={bruno.pk}&seen={shop.case.customer_id}"):
        assert "/accounts/login/" in client_of().post(page + end)["Location"]
        assert client_of(cast.olga).post(page + end, {"customer": bruno.pk}).status_code == 403
        assert client_of(cast.stan).post(hidden + end, {"customer": bruno.pk}).status_code == 404
    assert client_of().get(page).status_code == 302
    assert client_of(cast.olga).get(page).status_code == 403
    assert client_of(cast.stan).get(hidden).status_code == 404
    anna = client_of(cast.anna)
    assert anna.get(f"{page}back/").status_code == 405
    assert anna.get(page, {"customer": "999999"}).status_code == 404
    assert anna.post(page, {"customer": "999999"}).status_code == 422
    assert anna.post(f"{page}back/?customer=x").status_code == 404
    assert whose(cast, shop) == "Carla Bianchi"


def test_queries_do_not_depend_on_how_many_are_found(cast, client_of, page, bruno):
    anna = client_of(cast.anna)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            anna.get(page, {"q": "bruno"})
        return len(queries)

    count()
    few = count()
    for number in range(8):
        create_customer(name=f"Bruno {number}", email=f"bruno{number}@example.net", actor=SYSTEM)
    assert count() == few
