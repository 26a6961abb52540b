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


def oversized() -> bytes:
    return RAW + b"x" * 50_000_000


def many_files() -> bytes:
    part = b"--x\nContent-Type: image/png\nContent-Disposition: attachment\n\nx\n"
    return b"From: a@x.example\nContent-Type: multipart/mixed; boundary=x\n\n" + part * 201 + b"--x--\n"


def many_parts() -> bytes:
    part = b"--x\nContent-Type: text/plain\n\nx\n"
    return b"From: a@x.example\nContent-Type: multipart/alternative; boundary=x\n\n" + part * 1001 + b"--x--\n"


def long_header() -> bytes:
    return b"From: a@x.example\n" + b"X-Filler: " + b"y" * 300_000 + b"\n\nHello\n"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (oversized, "More than 50 MB is not opened"),
        (many_files, "201 attachments"),
        (many_parts, "more than 1000 parts"),
        (long_header, "longer than 256 kB"),
    ],
)
def test_mail_beyond_a_limit_waits_whole_and_is_taken_in_when_wanted(client_of, cast, mailbox, arrive, raw, words):
    result = arrive(raw(), mailbox)
    assert result.outcome == "quarantined"
    assert words in result.reason
    arrival, anna = Arrival.objects.get(), client_of(cast.anna)
    page = anna.get(f"/settings/quarantine/{arrival.pk}/").text
    assert words in page
    assert "the whole mail" in page
    assert "as far as it fits" in page
    assert anna.post(f"/settings/quarantine/{arrival.pk}/retry/").status_code == 302
    arrival.refresh_from_db()
    assert (arrival.state, arrival.outcome) == (ArrivalState.DONE, "opened")


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b"x" * 200_000])
def test_empty_and_headless_mail_is_no_excess(cast, mailbox, arrive, raw):
    assert arrive(raw, mailbox).outcome == "opened"


def test_page_says_that_only_the_header_is_here(client_of, cast, stuck):
    Arrival.objects.update(kept="header")
    anna = client_of(cast.anna)
    page = anna.get(f"/settings/quarantine/{stuck.pk}/").text
    assert "its header" in page
    assert "The rest is on the mail server" in page
    assert "its header" in anna.get("/settings/quarantine/").text
