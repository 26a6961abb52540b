"""An empty installation leads everybody to the first run, and only who has the code comes through."""

import stat
from pathlib import Path

import pytest

from ancora.cases.models import Outcome
from ancora.conversations.models import Mailbox
from ancora.conversations.tests.test_mailbox_pages import FORM as MAILBOX
from ancora.desk.first_run.code import forget_setup_code, setup_code
from ancora.parties.calendar_queries import calendar_with_schedule
from ancora.parties.models import Calendar
from ancora.parties.opening_text import write_hours
from ancora.platform.accounts.models import Organisation, User

FORM = {
    "name": "Lido Caffè",
    "language": "it",
    "time_zone": "Europe/Rome",
    "person": "Anna Ferri",
    "email": "Anna@lido.example",
    "password": "a long good secret",
    "repeated": "a long good secret",
}


@pytest.fixture
def home(tmp_path, settings):
    settings.ANCORA_HOME = tmp_path
    yield tmp_path
    forget_setup_code()


@pytest.fixture
def founder(db, home, client_of):
    """A browser that has shown the code."""
    client = client_of()
    client.post("/setup/", {"code": setup_code().upper().replace("-", " ")})
    return client


@pytest.mark.parametrize("page", ["/", "/accounts/login/", "/settings/people/", "/cases/1/"])
def test_every_page_leads_to_the_first_run(db, home, client_of, page):
    answer = client_of().get(page)
    assert answer.status_code == 302
    assert answer["Location"] == "/setup/"


def test_programs_are_told_that_nothing_is_set_up(db, home, client_of):
    assert client_of().get("/api/v1/cases").status_code == 503


def test_code_lies_in_the_home_folder_for_its_owner_only(home):
    code = setup_code()
    path = Path(home) / "setup-code"
    assert path.read_text().strip() == code == setup_code()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_stranger_without_the_code_comes_no_further(db, home, client_of):
    client = client_of()
    assert "This is not the code" in client.post("/setup/", {"code": "aaaa-bbbb-cccc"}).text
    assert client.get("/setup/organisation/")["Location"] == "/setup/"
    assert client.post("/setup/organisation/", FORM)["Location"] == "/setup/"
    assert not User.objects.exists()


def test_organisation_is_founded_and_its_first_administrator_is_in(founder, home):
    answer = founder.post("/setup/organisation/", FORM)
    assert answer["Location"] == "/setup/mailbox/"
    organisation, anna = Organisation.objects.get(), User.objects.get()
    assert (organisation.name, organisation.language) == ("Lido Caffè", "it")
    assert organisation.set_up_at is not None
    assert (anna.email, anna.is_administrator, anna.language) == ("anna@lido.example", True, "it")
    assert Outcome.objects.count() >= 3
    calendar, schedule = calendar_with_schedule(anna, Calendar.objects.get().pk)
    assert (calendar.is_default, calendar.time_zone) == (True, "Europe/Rome")
    assert [write_hours(hours) for hours in schedule.week] == ["09:00–18:00"] * 5 + ["", ""]
    assert not (Path(home) / "setup-code").exists()
    assert founder.get("/settings/people/").status_code == 200


def test_what_a_password_needs_is_said_before_it_is_typed(founder):
    assert "at least 10 characters" in founder.get("/setup/organisation/").text


def test_set_up_page_is_gone_afterwards(founder, client_of):
    founder.post("/setup/organisation/", FORM)
    for client in (founder, client_of()):
        assert client.get("/setup/").status_code == 404
        assert client.post("/setup/organisation/", FORM).status_code == 404
    assert User.objects.count() == 1


def test_mailbox_is_connected_or_left_for_later(founder, client_of):
    founder.post("/setup/organisation/", FORM)
    assert client_of().get("/setup/mailbox/").status_code == 302
    assert founder.get("/setup/mailbox/").status_code == 200
    assert 'href="/setup/examples/"' in founder.get("/setup/mailbox/").text
    assert founder.post("/setup/mailbox/", MAILBOX)["Location"] == "/setup/examples/"
    assert Mailbox.objects.count() == 1
    assert founder.get("/setup/mailbox/").status_code == 404


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"repeated": "something else"}, "The two passwords differ."),
        ({"password": "short", "repeated": "short"}, "too short"),
        ({"password": "anna@lido.example", "repeated": "anna@lido.example"}, "too similar"),
        ({"email": "anna"}, "valid email"),
        ({"time_zone": "Europe/Atlantis"}, "not one of the available choices"),
        ({"name": ""}, "required"),
    ],
)
def test_wrong_answers_are_said_beside_their_field(founder, change, words):
    answer = founder.post("/setup/organisation/", {**FORM, **change})
    assert answer.status_code == 200
    assert words in answer.text
    assert not User.objects.exists()
