"""`ancora mail import` as an operator runs it: stopped, killed, begun anew, and every mail is there once."""

import json
import os
import signal
import subprocess
import sys
import time
from email.message import EmailMessage

import pytest
from django.db import connection

from ancora.config.tests.conftest import surroundings
from ancora.conversations.models import Arrival, ImportedFile, Message, Outgoing

COUNT = 600
PATIENCE = 180


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """600 old mails in a maildir, two mboxes and a folder of files."""
    folder = tmp_path_factory.mktemp("archive")
    (folder / "maildir" / "cur").mkdir(parents=True)
    (folder / "loose").mkdir()
    for number in range(COUNT):
        raw = _mail(number)
        if number < 150:
            (folder / "maildir" / "cur" / f"{1600000000 + number}.{number}.host:2,S").write_bytes(raw)
        elif number < 570:
            _box(folder / ("box-0" if number % 7 else "box-1"), [number])
        else:
            (folder / "loose" / f"{number}.eml").write_bytes(raw)
    return folder


def _box(path, numbers):
    """An mbox, or more in it."""
    with open(path, "ab") as file:
        file.writelines(b"From carla@x Mon Oct  5 10:00:00 2020\n" + _mail(number) + b"\n" for number in numbers)
    return path


def _mail(number: int) -> bytes:
    found = EmailMessage()
    found["From"] = f"Customer {number % 300} <customer{number % 300}@customer.example>"
    found["To"] = "support@example.com"
    found["Subject"] = f"Question {number}"
    found["Message-ID"] = f"<q{number}@customer.example>"
    found["Date"] = "Mon, 05 Oct 2020 10:00:00 +0200"
    found.set_content(f"This is question {number}.\n" * 20)
    return found.as_bytes()


@pytest.fixture
def begin(databases, db, cast, mailbox, tmp_path):
    """`begin(path)`: an import under way in a process of its own."""

    def start(path) -> subprocess.Popen:
        words = ["mail", "import", str(path), "--to", "support@example.com", "--json"]
        return subprocess.Popen(
            [sys.executable, "-m", "ancora", *words],
            env=surroundings(tmp_path / "home", databases.dsn(db), ANCORA_KEY=os.environ["ANCORA_KEY"]),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    return start


def _until_arrived(count: int, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + PATIENCE
    while Arrival.objects.count() < count and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_import_that_is_stopped_and_killed_goes_on_where_it_was(begin, archive):
    first = begin(archive)
    _until_arrived(120, first)
    first.send_signal(signal.SIGINT)
    out, said = first.communicate(timeout=PATIENCE)
    assert (first.returncode, json.loads(out)["stopped"]) == (130, True), said
    assert Arrival.objects.filter(state="pending").count() == 0
    for upto in (270, 420):
        killed = begin(archive)
        _until_arrived(upto, killed)
        killed.kill()
        killed.communicate()
        assert Arrival.objects.count() < COUNT
    last = begin(archive)
    out, said = last.communicate(timeout=PATIENCE)
    found = json.loads(out)
    assert last.returncode == 0, said
    assert found["opened"] + found["already_here"] == found["mails"] == COUNT
    assert found["already_here"] >= 420
    assert (Arrival.objects.count(), Outgoing.objects.count()) == (COUNT, 0)
    # What was stored but not read when it was killed is read by whoever comes next.
    assert Message.objects.values("message_key").distinct().count() == COUNT == Message.objects.count()
    assert ImportedFile.objects.count() == 182
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM event_delivery")
        assert cursor.fetchone()[0] == 0
    again = begin(archive)
    out, said = again.communicate(timeout=PATIENCE)
    assert (json.loads(out)["already_here"], Arrival.objects.count()) == (COUNT, COUNT), said


def test_memory_does_not_grow_with_the_mail_there_is(begin, tmp_path):
    few, many = (_box(tmp_path / str(count), range(count)) for count in (60, COUNT))
    peaks = []
    for path in (few, many):
        process = begin(path)
        process.stdout.close()
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        peaks.append(used.ru_maxrss / 1024)
    assert Arrival.objects.count() == COUNT
    assert peaks[1] - peaks[0] < 15, f"{peaks[0]:.0f} MB, then {peaks[1]:.0f} MB"
