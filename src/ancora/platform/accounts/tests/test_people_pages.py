"""People are invited, changed and helped by administrators; nobody else sees these pages."""

import re

import pytest
from django.core import mail

from ancora.platform.accounts.models import Organisation, Role, User

PAGES = [
    "/settings/organisation/",
    "/settings/people/",
    "/settings/people/invite/",
    "/settings/teams/",
    "/settings/teams/new/",
    "/settings/mailboxes/",
    "/settings/mailboxes/new/",
    "/settings/outcomes/",
    "/settings/tags/",
    "/settings/quarantine/",
]


@pytest.mark.parametrize("page", PAGES)
def test_stranger_is_sent_to_sign_in(cast, client_of, page):
    answer = client_of().get(page)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("page", PAGES)
def test_only_administrators_find_the_settings(cast, client_of, page):
    for person in (cast.marco, cast.olga):
        assert client_of(person).get(page).status_code == 404
    # A lead may look how the mailboxes are, and change nothing.
    may_lead = page == "/settings/mailboxes/"
    assert client_of(cast.lena).get(page).status_code == (200 if may_lead else 404)
    assert client_of(cast.anna).get(page).status_code == 200


def test_settings_begin_where_the_person_may_be(cast, client_of):
    assert client_of(cast.marco).get("/settings/")["Location"] == "/settings/mine/"
    assert client_of(cast.anna).get("/settings/")["Location"] == "/settings/organisation/"


def test_invited_person_gets_a_mail_and_sets_a_password(cast, client_of):
    form = {"name": "Piero Sala", "email": "Piero@Example.com", "role": "agent", "language": "", "time_zone": ""}
    answer = client_of(cast.anna).post("/settings/people/invite/", form)
    assert answer.status_code == 302
    person = User.objects.get(email="piero@example.com")
    assert not person.has_usable_password()
    [letter] = mail.outbox
    assert letter.to == ["piero@example.com"]
    link = re.search(r"http://testserver(\S+)", letter.body)[1]
    guest = client_of()
    form_page = guest.get(link, follow=True)
    address = form_page.redirect_chain[-1][0]
    guest.post(address, {"password1": "a long good secret", "password2": "a long good secret"})
    person.refresh_from_db()
    assert person.check_password("a long good secret")
    assert "does not work any more" in client_of().get(link, follow=True).text


def test_link_is_shown_when_no_mail_can_be_sent(cast, client_of, settings):
    settings.MAILERS = {"default": {"BACKEND": "ancora.conversations.channels.email.system_mail.SystemMailBackend"}}
    form = {"name": "Piero Sala", "email": "piero@example.com", "role": "agent"}
    answer = client_of(cast.anna).post("/settings/people/invite/", form)
    assert answer.status_code == 200
    assert "no mailbox with a server for outgoing mail is connected" in answer.text
    assert "/accounts/password/reset/key/" in answer.text


def test_link_begins_with_the_public_address(cast, client_of):
    Organisation.objects.update(public_address="https://help.example.com")
    answer = client_of(cast.anna).post(f"/settings/people/{cast.marco.pk}/link/", {"show": "1"})
    assert "https://help.example.com/accounts/password/reset/key/" in answer.text


def test_same_address_is_not_invited_twice(cast, client_of):
    form = {"name": "Another Anna", "email": "ANNA@example.com", "role": "agent"}
    answer = client_of(cast.anna).post("/settings/people/invite/", form)
    assert answer.status_code == 200
    assert "is here already" in answer.text
    assert User.objects.filter(email__iexact="anna@example.com").count() == 1


def _form(person, **changes):
    form = {"name": person.name, "email": person.email, "role": person.role, "language": "", "time_zone": ""}
    return {**form, "is_active": "on", **changes}


def test_administrator_changes_a_person(cast, client_of):
    changes = {"role": "lead", "language": "en", "time_zone": "Europe/Berlin"}
    answer = client_of(cast.anna).post(f"/settings/people/{cast.marco.pk}/", _form(cast.marco, **changes))
    assert answer.status_code == 302
    cast.marco.refresh_from_db()
    assert (cast.marco.role, cast.marco.language, cast.marco.time_zone) == (Role.LEAD, "en", "Europe/Berlin")


@pytest.mark.parametrize("change", [{"role": "agent"}, {"is_active": ""}])
def test_last_administrator_stays(cast, client_of, change):
    answer = client_of(cast.anna).post(f"/settings/people/{cast.anna.pk}/", _form(cast.anna, **change))
    assert "This is the last administrator" in answer.text
    cast.anna.refresh_from_db()
    assert cast.anna.is_administrator
    assert cast.anna.is_active


def test_switched_off_person_is_signed_out(cast, client_of):
    marco = client_of(cast.marco)
    assert marco.get("/settings/mine/").status_code == 200
    client_of(cast.anna).post(f"/settings/people/{cast.marco.pk}/", _form(cast.marco, is_active=""))
    assert marco.get("/settings/mine/").status_code == 302


def test_unknown_person_is_not_found(cast, client_of):
    assert client_of(cast.anna).get("/settings/people/99999/").status_code == 404


def test_list_of_people_needs_the_same_queries_however_many(cast, client_of, django_assert_max_num_queries):
    client = client_of(cast.anna)
    for number in range(30):
        User.objects.create(email=f"p{number}@example.com", name=f"Person {number}")
    with django_assert_max_num_queries(6):
        assert "Person 29" in client.get("/settings/people/").text
