"""One mail that cannot be read never stops another, is seen with its reason, and can be tried again."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from ancora.cases.models import Case
from ancora.conversations.commands import process_pending, receive, retry_arrival
from ancora.conversations.commands.bookmark import bookmark, left_behind
from ancora.conversations.commands.intake import MOST_ATTEMPTS
from ancora.conversations.models import Arrival, ArrivalState, Attachment, Message
from ancora.platform.files.store import path_of
from ancora.testing.failures.letters import letter

pytestmark = pytest.mark.usefixtures("nothing_half_written")


@pytest.fixture
def lay(mailbox):
    """`lay(mail)`: an arrival that is still to be read."""

    def put(mail, key: str = "") -> Arrival:
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        return Arrival.objects.get(pk=receive(raw, key=key or f"test:{Arrival.objects.count()}", mailbox=mailbox))

    return put


@pytest.fixture
def database_refuses(db):
    """The database refuses messages called “Refuse me”, with an error of the class it has when it is in trouble."""

    def refuse(code: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE FUNCTION refuse_one() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                " IF NEW.subject = 'Refuse me' THEN RAISE EXCEPTION 'too much of it' USING ERRCODE = '" + code + "';"
                " END IF; RETURN NEW; END $$;"
                " CREATE TRIGGER refuse_one BEFORE INSERT ON conversations_message FOR EACH ROW"
                " EXECUTE FUNCTION refuse_one()",
            )

    return refuse


def read_all() -> None:
    """What a worker does, with a bound."""
    for _ in range(2 * MOST_ATTEMPTS):
        process_pending()


@pytest.mark.parametrize("code", ["54000", "40P01", "22001"])
def test_mail_that_the_database_always_refuses_waits_in_quarantine_and_the_others_are_read(lay, database_refuses, code):
    """A limit, a deadlock, a value too long: the first two look as if the database were in trouble as a whole."""
    database_refuses(code)
    bad = lay(letter("Refuse me"))
    lay(letter("Take me"))
    read_all()
    assert list(Message.objects.values_list("subject", flat=True)) == ["Take me"]
    bad.refresh_from_db()
    assert bad.state == ArrivalState.QUARANTINED
    assert "too much of it" in bad.reason


def test_retry_that_fails_again_says_so(lay, database_refuses, client_of, cast):
    database_refuses("22001")
    bad = lay(letter("Refuse me"))
    read_all()
    answer = client_of(cast.anna).post(f"/settings/quarantine/{bad.pk}/retry/", follow=True)
    assert "It failed again" in answer.text
    bad.refresh_from_db()
    assert bad.state == ArrivalState.QUARANTINED


def test_file_that_is_gone_from_the_disk_is_told_and_read_when_it_is_back(lay, client_of, cast):
    bad = lay(letter("Where is my file"))
    lay(letter("Next"))
    raw = path_of(bad.file.digest).read_bytes()
    path_of(bad.file.digest).unlink()
    read_all()
    bad.refresh_from_db()
    assert (bad.state, Message.objects.count()) == (ArrivalState.QUARANTINED, 1)
    page = client_of(cast.anna).get(f"/settings/quarantine/{bad.pk}/")
    assert page.status_code == 200
    assert "is not on the disk" in page.text
    assert bad.file.digest[2:] in page.text
    path_of(bad.file.digest).write_bytes(raw)
    assert retry_arrival(bad.pk).outcome == "opened"


def test_arrival_that_was_read_is_not_read_again_by_a_second_click(lay, arrive, mailbox, cast):
    """Two administrators press “Retry” at the same time."""
    opened = lay(letter("Once"))
    Arrival.objects.update(state=ArrivalState.QUARANTINED)
    first = retry_arrival(opened.pk)
    assert (first.outcome, retry_arrival(opened.pk)) == ("opened", first)
    opened.refresh_from_db()
    assert (opened.outcome, Case.objects.count()) == ("opened", 1)


def test_full_disk_for_days_counts_as_no_failure(lay, small_disk, client_of, cast):
    """A full disk is not the mail's fault: however often it is tried, it waits until there is room."""
    mail = letter("A picture")
    mail.add_attachment(bytes(range(256)) * 1200, maintype="image", subtype="png", filename="a.png")
    with small_disk(600_000) as grow:
        waiting = lay(mail)
        Arrival.objects.update(attempts=32_767)
        process_pending()
        waiting.refresh_from_db()
        assert (waiting.state, waiting.attempts) == (ArrivalState.PENDING, 32_767)
        assert "No room" in waiting.reason
        Arrival.objects.update(state=ArrivalState.QUARANTINED)
        answer = client_of(cast.anna).post(f"/settings/quarantine/{waiting.pk}/retry/", follow=True)
        assert "is read by itself" in answer.text
        grow()
        process_pending()
    assert Message.objects.get().attachments.count() == 1


# A worker whose reading of one mail ends the process, or never ends.
READER = """
import os, sys, django
django.setup()
from ancora.conversations.commands import bookmark, intake
bookmark.STANDSTILL_SECONDS = 0.5
parse = intake.parse
def meet(raw):
    while b"Kill me" in raw:
        sys.argv[1] == "dies" and os.kill(os.getpid(), 9)
    return parse(raw)
intake.parse = meet
while intake.process_pending():
    pass
"""


@pytest.mark.parametrize(("manner", "code"), [("dies", -9), ("stands still", 1)])
def test_mail_at_which_workers_die_is_set_apart_after_the_third(lay, databases, db, manner, code):
    """Memory used up, a library that crashes, an expression that never ends: each time the worker is started again."""
    environment = {**os.environ, "ANCORA_DSN": databases.dsn(db), "ANCORA_HOME": str(settings.ANCORA_HOME)}
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    first, deadly, last = lay(letter("First")), lay(letter("Kill me")), lay(letter("Last"))
    codes = []
    for _worker in range(4):
        command = [sys.executable, "-c", READER, manner]
        codes.append(subprocess.run(command, env=environment, check=False, capture_output=True, timeout=60).returncode)
    assert codes == [code, code, code, 0]
    for arrival in (first, deadly, last):
        arrival.refresh_from_db()
    assert [one.state for one in (first, deadly, last)] == ["done", "quarantined", "done"]
    assert "The worker ended while it was reading" in deadly.reason
    assert list((settings.ANCORA_HOME / "reading").iterdir()) == []


def test_mark_of_a_living_reader_is_left_alone(lay):
    waiting = lay(letter("Slow"))
    with bookmark() as put:
        put(waiting.pk)
        assert left_behind() == []
    assert left_behind() == []


def test_pages_say_that_a_file_is_gone(cast, arrive, mailbox):
    mail = letter("With a file")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    arrive(mail, mailbox)
    kept = Attachment.objects.get()
    path_of(kept.file.digest).unlink()
    client = Client(raise_request_exception=False)
    client.force_login(cast.anna)
    answer = client.get(reverse("desk:attachment", args=[kept.pk]))
    assert (answer.status_code, "The file is not on the disk" in answer.text) == (500, True)
