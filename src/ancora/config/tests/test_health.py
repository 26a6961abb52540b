import time
from datetime import timedelta

import psycopg
import pytest
from django.db import connections
from django.test import Client, override_settings

from ancora.platform import clock

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")


@pytest.fixture
def no_database(django_db_blocker):
    """The settings of tests name a server that nobody runs."""
    connections.close_all()
    entry = connections.settings["default"]
    entry["OPTIONS"].pop("pool", None)
    entry.update({"HOST": "127.0.0.1", "PORT": "1", "NAME": "test_none"})
    with django_db_blocker.unblock():
        yield
        connections.close_all()


@pytest.fixture
def watched(mailbox):
    """A mailbox that was fetched a minute ago."""
    from ancora.conversations.models import Fetch

    mailbox.imap_host = "imap.example.com"
    mailbox.save()
    Fetch.objects.create(mailbox=mailbox, succeeded_at=clock.now() - timedelta(minutes=1))
    return mailbox


@pytest.fixture
def worker(db):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")


def health(client: Client, **options) -> tuple[int, dict]:
    response = client.get("/healthz", **options)
    return response.status_code, response.json()


def test_monitor_sees_the_age_of_the_last_fetch(cast, watched, worker, client_of):
    status, found = health(client_of())
    assert (status, found["status"], found["schema"]) == (200, "ok", "current")
    (mailbox,) = found["mailboxes"]
    assert 59 <= mailbox["last_fetch_seconds"] <= 65
    assert mailbox["error"] is False
    assert found["worker_seen_seconds"] < 5
    assert (found["quarantine"], found["undelivered_events"]) == (0, 0)


def test_mailbox_that_is_not_fetched_any_more_degrades_the_status(cast, watched, worker, client_of):
    from ancora.conversations.models import Fetch

    Fetch.objects.update(succeeded_at=clock.now() - timedelta(minutes=16))
    assert health(client_of())[1]["status"] == "degraded"
    assert health(client_of())[0] == 200


def test_stranger_is_shown_no_name_and_no_address(cast, watched, client_of):
    for person in (None, cast.marco):
        (mailbox,) = health(client_of(person))[1]["mailboxes"]
        assert set(mailbox) == {"id", "state", "last_fetch_seconds", "error"}
    assert health(client_of(cast.anna))[1]["mailboxes"][0]["name"] == "Support"


def test_dead_worker_degrades_the_status(cast, watched, client_of):
    assert health(client_of())[1]["status"] == "degraded"


def test_monitor_may_come_under_any_name_and_before_set_up(db, client_of):
    status, found = health(client_of(), headers={"host": "10.0.0.7:8000"})
    assert (status, found["status"]) == (200, "ok")


def test_database_of_another_version_is_unhealthy(cast, address, client_of):
    assert health(client_of())[0] == 200
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('cases', '9999_later', now())")
    status, found = health(client_of())
    assert (status, found["status"], found["schema"]) == (503, "down", "too new")


def test_monitor_hears_at_once_that_the_database_is_away(no_database):
    begun = time.monotonic()
    status, found = health(Client())
    assert (status, found) == (503, {"status": "down", "database": "away"})
    assert time.monotonic() - begun < 10


def test_person_sees_a_plain_page_while_the_database_is_away(no_database):
    client = Client(raise_request_exception=False)
    for address in ("/", "/accounts/login/", "/queues/mine/"):
        response = client.get(address)
        assert response.status_code == 503
        text = response.content.decode()
        assert "The database does not answer" in text
        assert "Traceback" not in text
        assert response["X-Request-Id"] in text


@override_settings(ROOT_URLCONF="ancora.config.tests.faults")
@pytest.mark.parametrize("fault", ["disk", "database-disk"])
def test_person_is_told_that_the_disk_is_full(cast, fault):
    response = Client(raise_request_exception=False).get(f"/{fault}/")
    assert response.status_code == 503
    assert "The disk is full" in response.content.decode()
    assert response["X-Request-Id"] in response.content.decode()


@override_settings(ROOT_URLCONF="ancora.config.tests.faults")
def test_fault_of_ours_is_no_fault_of_the_database(cast):
    for fault in ("program", "statement"):
        response = Client(raise_request_exception=False).get(f"/{fault}/")
        assert response.status_code == 500
        assert "Something broke" in response.content.decode()
