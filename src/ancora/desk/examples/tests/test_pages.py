"""The examples are offered at the end of the first run and in the settings, to administrators alone."""

import pytest

from ancora.cases.models import Case

PAGES = ["/setup/examples/", "/settings/examples/"]


@pytest.mark.parametrize("page", PAGES)
def test_page_is_for_administrators(cast, examples, client_of, page):
    for person in (cast.lena, cast.marco, cast.olga):
        for answer in (client_of(person).get(page), client_of(person).post(page, {"do": "delete", "is_sure": "on"})):
            assert answer.status_code == 404
    for answer in (client_of().get(page), client_of().post(page, {"do": "delete", "is_sure": "on"})):
        assert answer.status_code == 302
        assert "/accounts/login/" in answer["Location"]
    assert Case.objects.count() == 5


def test_last_step_of_the_first_run_puts_them_in_and_leads_to_the_desk(cast, client_of):
    anna = client_of(cast.anna)
    offer = anna.get("/setup/examples/").text
    assert "Do you still have this cup?" in offer
    assert 'href="/"' in offer
    assert not Case.objects.exists()
    assert anna.post("/setup/examples/")["Location"] == "/queues/open/"
    assert Case.objects.count() == 5
    assert anna.get("/setup/examples/")["Location"] == "/queues/open/"


def test_settings_put_them_in_show_what_would_go_and_delete_it_when_it_is_confirmed(cast, client_of):
    anna = client_of(cast.anna)
    assert "Put the examples in" in anna.get("/settings/examples/").text
    assert anna.post("/settings/examples/", {"do": "put_in"})["Location"] == "/settings/examples/"
    page = anna.get("/settings/examples/").text
    assert "<dt>Cases</dt><dd>5</dd>" in page
    assert "<dt>Customers</dt><dd>5</dd>" in page
    assert "<dt>Messages</dt><dd>11</dd>" in page
    assert "required" in anna.post("/settings/examples/", {"do": "delete"}).text
    assert Case.objects.count() == 5
    answer = anna.post("/settings/examples/", {"do": "delete", "is_sure": "on"}, follow=True).text
    assert "The examples are gone." in answer
    assert "Put the examples in" in answer
    assert not Case.objects.exists()


def test_both_at_once_put_them_in_once(cast, client_of):
    for _twice in range(2):
        answer = client_of(cast.anna).post("/settings/examples/", {"do": "put_in"}, follow=True)
    assert "here already" in answer.text
    assert Case.objects.count() == 5
