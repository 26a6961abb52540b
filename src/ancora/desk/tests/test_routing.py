"""Taking the next one, and being away, at the desk."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.models import Case, RoutedAgent
from ancora.platform import clock


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_next_one_is_taken_once_however_often_it_is_posted_and_then_nothing_waits(shop, cast, client_of):
    stan, once = client_of(cast.stan), {"form_key": str(uuid4())}
    for _time in range(2):
        answer = stan.post("/next/", once)
        assert answer["Location"] == f"/cases/{shop.case.reference}/"
    assert Case.objects.get(pk=shop.case.pk).owner == cast.stan
    # The way back of a browser shows an old page: its button takes another case.
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert stan.post("/next/", once)["Location"] == "/"
    # What Stan may not see is not there to be taken, and he stays where he was.
    answer = stan.post("/next/", {"form_key": str(uuid4())}, headers={"referer": "http://testserver/queues/open/"})
    assert answer["Location"] == "http://testserver/queues/open/"
    assert "Nothing waits for you." in stan.get("/queues/open/").text
    assert Case.objects.get(pk=shop.hidden.pk).owner is None
    elsewhere = stan.post("/next/", {"form_key": "x"}, headers={"referer": "https://elsewhere.example/"})
    assert elsewhere["Location"] == "/"
    assert client_of(cast.olga).post("/next/", once).status_code == 403
    assert client_of().post("/next/", once).status_code == 302


def test_each_page_carries_a_key_of_its_own_and_observers_have_no_button(shop, cast, client_of):
    stan = client_of(cast.stan)
    keys = {re.search(r'name="form_key" value="([^"]+)"', stan.get("/queues/open/").text)[1] for _time in range(2)}
    assert len(keys) == 2
    assert "data-takes-next" not in client_of(cast.olga).get("/queues/open/").text


def test_away_until_a_moment_and_back(cast, client_of):
    stan, tomorrow = client_of(cast.stan), clock.now() + timedelta(days=1)
    page = stan.get("/availability/", headers={"referer": "http://testserver/queues/mine/"})
    moment = re.search(r'name="at" value="(\d[^"]+)"', page.text)[1]
    answer = stan.post("/availability/", {"at": moment, "back": "http://testserver/queues/mine/"})
    assert answer["Location"] == "http://testserver/queues/mine/"
    row = RoutedAgent.objects.get(person=cast.stan)
    assert row.is_away
    assert row.away_until == datetime.fromisoformat(moment)
    part = stan.get("/availability/", headers={"HX-Request": "true"})
    assert "I am back" in text_of(part)
    assert "html" not in part.text
    wrong = stan.post("/availability/", {"at": "typed", "until": "yesterday"})
    assert (wrong.status_code, "Choose a day and a time." in wrong.text) == (422, True)
    typed = {"at": "typed", "until": f"{tomorrow:%Y-%m-%dT%H:%M}"}
    assert stan.post("/availability/", typed).status_code == 302
    back = stan.post("/availability/", {}, headers={"HX-Request": "true"})
    assert "be away" in text_of(back)
    assert not RoutedAgent.objects.get(person=cast.stan).is_away
    assert client_of(cast.olga).get("/availability/").status_code == 403
    assert client_of().get("/availability/").status_code == 302


def test_case_page_asks_nothing_of_routing(shop, cast, client_of):
    stan = client_of(cast.stan)
    with CaptureQueriesContext(connection) as asked:
        stan.get(f"/cases/{shop.case.reference}/")
    tables = ("cases_skill", "cases_routedagent", "cases_teamrouting", "cases_inline")
    # What stands beside one's chats says how many more are given to one: a single statement.
    found = [one["sql"] for one in asked if any(table in one["sql"] for table in tables)]
    assert len(found) == 1
    assert "conversations_contact" in found[0]
