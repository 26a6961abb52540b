"""Mail that cannot be read is seen with its reason, its original and a retry."""

import pytest

from ancora.conversations.models import Arrival, ArrivalState
from ancora.platform import clock
from ancora.platform.files.store import store

RAW = b"From: Carla <carla@customers.example>\r\nTo: support@example.com\r\nSubject: It leaks\r\n\r\nAgain \xff.\r\n"


@pytest.fixture
def stuck(cast, mailbox):
    return Arrival.objects.create(
        key="stuck",
        mailbox=mailbox,
        file=store(RAW),
        received_at=clock.now(),
        state=ArrivalState.QUARANTINED,
        reason="The mail could not be read.",
    )


def test_quarantine_shows_reason_and_original(client_of, cast, stuck):
    client = client_of(cast.anna)
    assert "The mail could not be read." in client.get("/settings/quarantine/").text
    page = client.get(f"/settings/quarantine/{stuck.pk}/").text
    assert "It leaks" in page
    original = client.get(f"/settings/quarantine/{stuck.pk}/original/")
    assert original.content == RAW
    assert "attachment" in original["Content-Disposition"]


def test_retry_brings_the_mail_where_it_belongs(client_of, cast, stuck):
    answer = client_of(cast.anna).post(f"/settings/quarantine/{stuck.pk}/retry/", follow=True)
    assert "Every mail was read" in answer.text
    stuck.refresh_from_db()
    assert (stuck.state, stuck.outcome) == (ArrivalState.DONE, "opened")


def test_strangers_find_no_quarantine(client_of, cast, stuck):
    for page in ("", "original/"):
        assert client_of(cast.lena).get(f"/settings/quarantine/{stuck.pk}/{page}").status_code == 404
        assert client_of().get(f"/settings/quarantine/{stuck.pk}/{page}").status_code == 302
    assert client_of(cast.lena).post(f"/settings/quarantine/{stuck.pk}/retry/").status_code == 404
    stuck.refresh_from_db()
    assert stuck.state == ArrivalState.QUARANTINED
