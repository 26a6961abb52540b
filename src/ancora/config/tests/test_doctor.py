import json
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from ancora.config.operations import doctor, examinations
from ancora.platform import clock


def levels(examination) -> list[tuple[str, str]]:
    return [(finding.subject, finding.level) for finding in examination()]


def words(examination) -> str:
    return "\n".join(finding.line() for finding in examination())


def test_doctor_finds_nothing_wrong_with_a_working_installation(ancora_command, cast, address):
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    done = ancora_command("doctor", database=address)
    assert done.returncode == 0, done.stdout
    assert "✓ Database: PostgreSQL" in done.stdout
    assert done.stdout.endswith("Everything works.\n")


def test_doctor_tells_programs_the_same_and_ends_red(ancora_command, cast, address):
    done = ancora_command("doctor", "--json", database=address)
    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert report["ok"] is False
    (worker,) = (finding for finding in report["findings"] if finding["subject"] == "Worker")
    assert worker["level"] == "wrong"
    assert "ancora run" in worker["advice"]


def test_every_finding_that_is_not_good_says_what_to_do(ancora_command, empty_database):
    report = json.loads(ancora_command("doctor", "--json", database=empty_database).stdout)
    assert all(finding["advice"] for finding in report["findings"] if finding["level"] != "good")
    assert "Run: ancora upgrade" in [finding["advice"] for finding in report["findings"]]


def test_doctor_names_a_setting_that_cannot_be_used(ancora_command):
    done = ancora_command("doctor", database=None, environment={"ANCORA_PORT": "http"})
    assert done.returncode == 1
    assert "ANCORA_PORT is 'http'; write a whole number" in done.stdout


def test_doctor_says_that_the_database_is_away(ancora_command):
    done = ancora_command("doctor", database="postgres://nobody:secret@127.0.0.1:1/none")
    assert done.returncode == 1
    assert "✗ Database: The database at 127.0.0.1:1 does not answer" in done.stdout
    assert "secret" not in done.stdout + done.stderr


def test_doctor_shows_the_error_of_a_mailbox_and_when_it_was_last_fetched(cast, mailbox):
    from ancora.conversations.models import Fetch

    mailbox.imap_host = "imap.example.com"
    mailbox.save()
    now = clock.now()
    Fetch.objects.create(
        mailbox=mailbox, succeeded_at=now - timedelta(hours=3), failed_at=now, error="The password is not right."
    )
    assert "fetched 3 hours ago; then: The password is not right." in words(examinations.mailboxes)
    assert levels(examinations.mailboxes) == [("Mailbox Support", "wrong")]
    Fetch.objects.update(succeeded_at=now, failed_at=None, error="")
    assert levels(examinations.mailboxes) == [("Mailbox Support", "good")]


def test_doctor_says_where_nobody_listens_and_which_provider_is_refused(cast, mailbox):
    from ancora.conversations.models import InboundHook, Listener

    assert levels(examinations.doors) == []
    now = clock.now()
    Listener.objects.create(kind="lmtp", address="127.0.0.1:2424", seen_at=now)
    hook = InboundHook.objects.create(provider="postmark", name="Postmark", token="x", token_digest="x")
    assert [level for _, level in levels(examinations.doors)] == ["good", "good"]
    assert levels(examinations.mailboxes) == []
    Listener.objects.update(seen_at=now - timedelta(minutes=5))
    hook.refused_at, hook.refusal = now, "The signature is wrong."
    hook.save()
    assert [level for _, level in levels(examinations.doors)] == ["wrong", "wrong"]
    Listener.objects.update(error="Address already in use")
    assert "127.0.0.1:2424: Address already in use" in words(examinations.doors)


def test_doctor_counts_what_could_not_be_read_sent_or_delivered(cast, mailbox, arrive, address):
    from ancora.conversations.commands import receive
    from ancora.conversations.models import Arrival

    receive(b"x", key="test:1", mailbox=mailbox)
    Arrival.objects.update(state="quarantined", reason="no parser understands it")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO event_delivery (event_id, recorded_at, subscriber, attempts, error)"
            " VALUES (1, now(), 'nobody', 3, 'broken')"
        )
    assert "1 mails could not be read" in words(examinations.mail)
    assert levels(examinations.events) == [("Events", "wrong")]


def test_a_full_or_open_home_folder_is_found(tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o777)
    assert next(doctor._home(home)).level == "wrong"
    home.chmod(0o755)
    (home / "files").mkdir(mode=0o755)
    assert "it holds customers' mail" in words(lambda: doctor._home(home))
    monkeypatch.setattr(doctor, "NO_ROOM", 10**18)
    assert "on a full disk" in words(lambda: doctor._home(home))
    assert [finding.level for finding in doctor._home(Path("/nowhere/at/all"))] == ["wrong"]


@pytest.mark.parametrize(
    ("seconds", "said"), [(5, "5 seconds"), (300, "5 minutes"), (7200, "2 hours"), (1e6, "12 days")]
)
def test_lengths_of_time_are_said_as_people_say_them(seconds, said):
    from ancora.config.operations.finding import age

    assert age(seconds) == said


@pytest.mark.parametrize(
    ("fields", "level", "said"),
    [
        ({"fetching_paused_at": clock.now()}, "note", "fetching is paused"),
        ({"sending_paused_at": clock.now()}, "note", "sending is paused"),
        ({"sign_in": "google"}, "wrong", "nobody has given the permission yet"),
    ],
)
def test_doctor_knows_what_people_did_to_a_mailbox(cast, mailbox, fields, level, said):
    from ancora.conversations.models import Fetch, Mailbox

    Fetch.objects.create(mailbox=mailbox, succeeded_at=clock.now())
    Mailbox.objects.update(imap_host="imap.example.com", **fields)
    assert levels(examinations.mailboxes) == [("Mailbox Support", level)]
    assert said in words(examinations.mailboxes)
