"""Old mail from files: every mail once, at its own date, and nobody is written to because of it."""

import gzip
import json
import os
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from ancora.conversations.channels.email.importing import reading, run
from ancora.conversations.channels.email.importing.finding import Found, Wanted, sources
from ancora.conversations.channels.email.importing.progress import said
from ancora.conversations.channels.email.importing.reading import moment_of
from ancora.conversations.models import Arrival, ArrivalState, Conversation, Message, Outgoing
from ancora.platform.files.store import read


def mail(number: int, **headers: str) -> bytes:
    found = EmailMessage()
    found["From"] = "Carla Riva <carla@customer.example>"
    found["To"] = "support@example.com"
    found["Subject"] = f"Question {number}"
    found["Message-ID"] = f"<q{number}@customer.example>"
    found["Date"] = "Mon, 05 Oct 2020 10:00:00 +0200"
    for name, value in headers.items():
        found[name.replace("_", "-")] = value
    found.set_content(f"This is question {number}.\nFrom here on it is simple.\n")
    return found.as_bytes()


def mbox(*mails: bytes) -> bytes:
    escaped = (raw.replace(b"\nFrom ", b"\n>From ") for raw in mails)
    return b"".join(b"From carla@x Mon Oct  5 10:00:00 2020\n" + raw + b"\n" for raw in escaped)


@pytest.fixture
def take_in(cast, mailbox, capsys):
    """`take_in(*paths)`: (exit code, what became of them)."""

    def go(*paths, to="support@example.com", is_live=False, **wanted):
        wanted = Wanted(wanted.get("form", "auto"), frozenset(wanted.get("folders", ())))
        code = run.main([str(path) for path in paths], to, wanted=wanted, is_live=is_live, as_json=True)
        return code, json.loads(capsys.readouterr().out)

    return go


def subjects() -> list[str]:
    return list(Message.objects.order_by("id").values_list("subject", flat=True))


def names(folder: Path, **wanted) -> list[str]:
    return [str(one.path.relative_to(folder)) for one in sources([folder], Wanted(**wanted), Found())]


def test_old_mail_becomes_conversations_at_its_own_date_and_nothing_is_sent(take_in, tmp_path):
    (tmp_path / "box").write_bytes(mbox(mail(1), mail(2, In_Reply_To="<q1@customer.example>"), mail(1)))
    code, found = take_in(tmp_path / "box")
    assert code == 0
    assert (found["mails"], found["opened"], found["appended"], found["already_here"]) == (3, 1, 1, 1)
    assert subjects() == ["Question 1", "Question 2"]
    assert all(arrival.is_silent for arrival in Arrival.objects.all())
    assert Conversation.objects.get().started_at == datetime(2020, 10, 5, 8, tzinfo=UTC)
    assert Outgoing.objects.count() == 0


def test_live_mail_came_now(take_in, tmp_path):
    (tmp_path / "1.eml").write_bytes(mail(1))
    take_in(tmp_path / "1.eml", is_live=True)
    arrival = Arrival.objects.get()
    assert (arrival.is_silent, arrival.received_at.year > 2025) == (False, True)


def test_the_same_import_again_reads_nothing_it_has_read(take_in, tmp_path):
    (tmp_path / "box").write_bytes(mbox(mail(1), mail(2)))
    for number in (3, 4):
        (tmp_path / f"{number}.eml").write_bytes(mail(number))
    take_in(tmp_path)
    for path in tmp_path.iterdir():
        # Whoever looked into it again would find other mails.
        times = path.stat().st_atime_ns, path.stat().st_mtime_ns
        path.write_bytes(path.read_bytes().replace(b"question", b"QUESTION"))
        os.utime(path, ns=times)
    code, found = take_in(tmp_path)
    assert (code, found["mails"], found["already_here"], Arrival.objects.count()) == (0, 4, 4, 4)


def test_mbox_that_grew_gives_what_was_added(take_in, tmp_path):
    (tmp_path / "box").write_bytes(mbox(mail(1)))
    take_in(tmp_path / "box")
    (tmp_path / "box").write_bytes(mbox(mail(1), mail(2)))
    _code, found = take_in(tmp_path / "box")
    assert (found["already_here"], found["opened"]) == (1, 1)


def test_gzipped_mbox_and_mail_are_read(take_in, tmp_path):
    (tmp_path / "archive.mbox.gz").write_bytes(gzip.compress(mbox(mail(1), mail(2))))
    (tmp_path / "one.gz").write_bytes(gzip.compress(mail(3)))
    assert take_in(tmp_path)[1]["opened"] == 3
    assert take_in(tmp_path)[1]["already_here"] == 3
    assert read(Arrival.objects.order_by("id").first().file) == mail(1)


def test_maildir_with_subfolders_is_read_oldest_first(take_in, tmp_path):
    for name in ("cur", "new", "tmp", ".Archive.2020/cur", ".Trash/cur"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "new" / "1600000002.a.host").write_bytes(mail(2))
    (tmp_path / "cur" / "1600000001.b.host:2,S").write_bytes(mail(1))
    (tmp_path / "tmp" / "1600000000.c.host").write_bytes(mail(9))
    (tmp_path / "dovecot-uidlist").write_bytes(b"3 V1 N2\n")
    (tmp_path / ".Archive.2020" / "cur" / "1600000003.d.host:2,S").write_bytes(mail(3))
    (tmp_path / ".Trash" / "cur" / "1600000004.e.host:2,S").write_bytes(mail(4))
    _code, found = take_in(tmp_path)
    assert subjects() == ["Question 1", "Question 2", "Question 3"]
    assert (found["left_out"], found["no_mail"]) == (1, 0)


def test_tree_of_thunderbird_is_read_without_what_lies_beside_the_mail(tmp_path):
    (tmp_path / "Inbox.sbd").mkdir()
    for name in ("Inbox", "Trash", "Drafts", "Junk", "Inbox.sbd/Clients", "Inbox.sbd/Cestino"):
        (tmp_path / name).write_bytes(mbox(mail(1)))
    for name in ("Inbox.msf", "Inbox.sbd/Clients.msf", "msgFilterRules.dat", "popstate.dat"):
        (tmp_path / name).write_bytes(b'// <!-- <mdb:mork:z v="1.4"/> -->')
    assert names(tmp_path) == ["Inbox", "Inbox.sbd/Clients"]
    assert names(tmp_path, folders=frozenset({"trash"})) == ["Trash"]
    assert names(tmp_path, folders=frozenset({"inbox"})) == ["Inbox", "Inbox.sbd/Clients"]


def test_archive_of_gmail_says_itself_what_lies_in_the_bin(take_in, tmp_path):
    folder = tmp_path / "Takeout" / "Mail"
    folder.mkdir(parents=True)
    labels = ("Inbox,Important", "Spam", "Trash", "=?UTF-8?Q?Posta_indesiderata?=", "Sent,Opened")
    mails = [mail(number, X_Gmail_Labels=label) for number, label in enumerate(labels)]
    (folder / "All mail Including Spam and Trash.mbox").write_bytes(mbox(*mails))
    (folder / "user settings.json").write_bytes(b"{}")
    _code, found = take_in(tmp_path)
    assert (subjects(), found["left_out"]) == (["Question 0", "Question 4"], 3)


def test_only_the_folders_asked_for(take_in, tmp_path):
    (tmp_path / "a.mbox").write_bytes(mbox(mail(1, X_Gmail_Labels="Inbox"), mail(2, X_Gmail_Labels="Archived")))
    for name in ("Inbox", "Old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.eml").write_bytes(mail(len(name)))
    take_in(tmp_path, folders=["inbox"])
    assert subjects() == ["Question 5", "Question 1"]


def test_what_cannot_be_read_is_named_and_the_rest_is_taken_in(take_in, tmp_path):
    (tmp_path / "broken.gz").write_bytes(gzip.compress(mbox(*(mail(number) for number in range(400))))[:-2000])
    (tmp_path / "good.eml").write_bytes(mail(500))
    (tmp_path / "notes.txt").write_bytes(b"Buy coffee: two pounds\n")
    (tmp_path / "pipe").symlink_to("/nowhere")
    code, found = take_in(tmp_path, tmp_path / "missing", tmp_path / "notes.txt")
    assert code == 1
    assert "Question 500" in subjects()
    assert len(subjects()) > 100
    assert {line.partition(": ")[2] for line in found["unreadable"]} == {
        "Compressed file ended before the end-of-stream marker was reached",
        "No such file or directory",
        "this is no mail, and no mbox",
    }
    assert found["no_mail"] == 1


def test_mail_nobody_can_read_and_mail_that_is_too_large_are_counted(take_in, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MOST_BYTES", 2000)
    (tmp_path / "box").write_bytes(mbox(mail(1), mail(2) + b"x" * 3000 + b"\n", mail(3)))
    (tmp_path / "large.eml").write_bytes(mail(4) + b"x" * 3000)
    _code, found = take_in(tmp_path)
    assert (found["opened"], found["quarantined"]) == (2, 2)
    aside = Arrival.objects.filter(state=ArrivalState.QUARANTINED).order_by("id").first()
    assert "only its header is here" in aside.reason
    assert b"Question 2" in read(aside.file)


def test_unknown_address_ends_with_two_and_names_the_mailboxes(cast, mailbox, tmp_path, capsys):
    assert run.main([str(tmp_path)], "nobody@example.com", wanted=Wanted()) == 2
    assert "support@example.com" in capsys.readouterr().err


def test_people_read_a_summary(cast, mailbox, tmp_path, capsys):
    (tmp_path / "box").write_bytes(mbox(mail(1), mail(2)))
    assert run.main([str(tmp_path)], "support@example.com", wanted=Wanted()) == 0
    assert capsys.readouterr().out == "2 mails:\n          2 opened a case\n"


NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "moment"),
    [
        (
            b"Received: from a by b; Tue, 6 Oct 2020 10:00:00 +0200\nDate: Mon, 5 Oct 2020 10:00:00 +0200\n",
            (2020, 10, 6),
        ),
        (b"Received: from a\n\tby b;\n\tTue, 6 Oct 2020 10:00:00 +0200\n", (2020, 10, 6)),
        (b"Received: from a by b\nDate: Mon, 5 Oct 2020 10:00:00\n", (2020, 10, 5)),
        (b"Date: Mon, 5 Oct 2037 10:00:00 +0200\n", (2019, 1, 1)),
        (b"Date: Thu, 1 Jan 1970 00:00:00 +0000\n", (2019, 1, 1)),
        (b"Date: yesterday\n", (2019, 1, 1)),
        (b"Subject: none\n", (2019, 1, 1)),
    ],
)
def test_moment_is_what_the_last_server_wrote_else_the_date_else_the_file(header, moment):
    fallback = datetime(2019, 1, 1, tzinfo=UTC).timestamp()
    assert moment_of(header, fallback, NOW).date() == datetime(*moment).date()


def test_no_moment_is_in_the_future():
    assert moment_of(b"", NOW.timestamp() + 1e12, NOW) == NOW


def test_progress_says_pace_and_what_is_left():
    assert said(1200, 60, 0, 250, 1000) == "1,200 mails · 20 a second · 25% · about 3 minutes left"
    assert said(1200, 60, 1000, 1000, 1000) == "1,200 mails · 20 a second · 100%"
    assert said(0, 0, 0, 0, 0) == "0 mails"
