import json
import shutil
import threading
from email.message import EmailMessage

import psycopg
import pytest
from django.conf import settings

from ancora.config.operations.backup import make_backup
from ancora.config.operations.restore import restore_backup
from ancora.config.tests.conftest import using
from ancora.platform.errors import Refusal


def mail(number: int) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = f"Carla <carla{number}@customers.example>", "support@example.com"
    message["Subject"], message["Message-ID"] = f"Machine {number}", f"<{number}@customers.example>"
    message["Date"] = "Mon, 02 Mar 2026 10:00:00 +0100"
    message.set_content(f"My machine number {number} leaks.")
    message.add_attachment(bytes([number % 256]) * 2000, maintype="image", subtype="png", filename="leak.png")
    return message


@pytest.fixture
def backup(cast, mailbox, arrive, tmp_path):
    """A backup of two cases with attachments and a mailbox with a password."""
    mailbox.imap_password = "the password of the mailbox"
    mailbox.save()
    for number in (1, 2):
        arrive(mail(number), mailbox)
    return make_backup(tmp_path / "backups", say=lambda words: None)


def test_everything_is_there_again_after_a_restore(backup, address, empty_database, ancora_command, tmp_path):
    from ancora.conversations.models import Attachment, Mailbox, Message
    from ancora.platform.accounts.events import SettingChanged
    from ancora.platform.events.actors import SYSTEM
    from ancora.platform.events.publishing import publish
    from ancora.platform.events.queries import events_after

    before = _table_sizes(address)
    last = _last_seq(address)
    done = ancora_command("restore", backup, database=empty_database)
    assert done.returncode == 0, done.stderr
    assert "The key of this installation is not" not in done.stdout
    assert _table_sizes(empty_database) == before
    with using(empty_database), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "ANCORA_HOME", tmp_path / "home")
        from django.db import transaction

        from ancora.platform.files.store import read

        assert Mailbox.objects.get().imap_password == "the password of the mailbox"
        assert sorted(read(one.file)[0] for one in Attachment.objects.select_related("file")) == [1, 2]
        assert Message.objects.count() == 2
        with transaction.atomic():
            publish(SettingChanged(kind="organisation", row_id=1), actor=SYSTEM)
        (new,) = events_after(last)
        assert new.seq > last
        assert len(events_after(0)) == len({event.seq for event in events_after(0)}) == before["event"] + 1


def test_backup_says_where_the_key_is_and_does_not_hold_it(ancora_command, cast, address, tmp_path):
    done = ancora_command("backup", "--to", tmp_path / "out", database=address)
    assert done.returncode == 0, done.stderr
    assert "The key is NOT in it" in done.stdout
    (folder,) = (tmp_path / "out").iterdir()
    assert sorted(path.name for path in folder.iterdir()) == ["database.dump", "files", "manifest.json"]
    assert folder.stat().st_mode & 0o077 == 0


def test_restore_says_that_the_key_does_not_fit(backup, empty_database, ancora_command):
    other = {"ANCORA_KEY": "another key, also long enough to be one"}
    done = ancora_command("restore", backup, database=empty_database, environment=other)
    assert done.returncode == 0
    assert "The key of this installation is not the one" in done.stdout
    doctor = ancora_command("doctor", database=empty_database, environment=other)
    assert doctor.returncode == 1
    assert "does not open mailbox: IMAP password (1)" in doctor.stdout


def test_restore_refuses_an_installation_that_has_data(backup, address, ancora_command):
    done = ancora_command("restore", backup, database=address)
    assert done.returncode == 1
    assert "is not empty. Nothing was changed." in done.stderr


@pytest.mark.parametrize("damage", ["dump", "file", "lost file", "manifest", "no manifest", "form", "newer"])
def test_restore_refuses_a_damaged_backup_and_changes_nothing(backup, damage, empty_database, tmp_path, monkeypatch):
    _damage(backup, damage)
    monkeypatch.setattr(settings, "ANCORA_HOME", tmp_path / "home")
    with using(empty_database), pytest.raises(Refusal, match="Nothing was changed"):
        restore_backup(backup, say=lambda words: None)
    assert _table_sizes(empty_database) == {}
    assert not (tmp_path / "home" / "files").exists()


def test_refusal_to_restore_is_one_line(ancora_command, empty_database, tmp_path):
    done = ancora_command("restore", tmp_path, database=empty_database)
    assert done.returncode == 1
    assert "is no finished backup" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_dump_that_breaks_off_leaves_the_database_empty(backup, empty_database, tmp_path, monkeypatch):
    from ancora.config.operations.manifest import sha256_of

    dump = backup / "database.dump"
    dump.write_bytes(dump.read_bytes()[:-400])
    manifest = json.loads((backup / "manifest.json").read_text())
    (backup / "manifest.json").write_text(json.dumps(manifest | {"dump_sha256": sha256_of(dump)}))
    monkeypatch.setattr(settings, "ANCORA_HOME", tmp_path / "home")
    with using(empty_database), pytest.raises(Refusal, match="as empty as before"):
        restore_backup(backup, say=lambda words: None)
    assert _table_sizes(empty_database) == {}


def test_backup_while_mail_arrives_is_of_one_moment(
    cast, mailbox, arrive, address, empty_database, ancora_command, tmp_path
):
    stop, numbers = threading.Event(), []

    def work():
        from django.db import connections

        while not stop.is_set():
            numbers.append(len(numbers))
            arrive(mail(len(numbers)), mailbox)
        connections.close_all()

    writer = threading.Thread(target=work)
    writer.start()
    try:
        while len(numbers) < 5:
            stop.wait(0.02)
        folder = make_backup(tmp_path / "backups", say=lambda words: None)
    finally:
        stop.set()
        writer.join()
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["files_missing"] == []
    done = ancora_command("restore", folder, database=empty_database)
    assert done.returncode == 0, done.stderr
    sizes = _table_sizes(empty_database)
    assert {name: sizes[name] for name in manifest["counts"]} == manifest["counts"]
    assert sizes["event_order"] == sizes["event"]
    with psycopg.connect(empty_database) as connection:
        digests = [row[0] for row in connection.execute("SELECT digest FROM file")]
    assert all((tmp_path / "home" / "files" / digest[:2] / digest[2:]).exists() for digest in digests)


def test_what_was_on_its_way_is_not_sent_again_after_a_restore(
    cast, mailbox, arrive, empty_database, ancora_command, tmp_path
):
    from ancora.conversations.commands import queue_reply
    from ancora.conversations.models import Conversation, Outgoing, OutgoingState

    arrive(mail(1), mailbox)
    queue_reply(
        Conversation.objects.get(), html="<p>Coming</p>", to=[("Carla", "carla1@customers.example")], author=cast.marco
    )
    folder = make_backup(tmp_path / "backups", say=lambda words: None)
    done = ancora_command("restore", folder, database=empty_database)
    assert done.returncode == 0, done.stderr
    assert "1 messages were on their way" in done.stdout
    with using(empty_database):
        assert Outgoing.objects.get().state == OutgoingState.UNKNOWN


def test_half_a_backup_is_never_taken_for_a_whole_one(cast, mailbox, arrive, address, tmp_path, monkeypatch):
    arrive(mail(1), mailbox)
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    (tmp_path / "psql").touch()
    (tmp_path / "pg_dump").write_text('#!/bin/sh\n[ "$1" = --version ] && echo 99.1 && exit\necho broken >&2; exit 1\n')
    (tmp_path / "pg_dump").chmod(0o755)
    with pytest.raises(Refusal, match="there is no backup"):
        make_backup(tmp_path / "backups", say=lambda words: None)
    assert list((tmp_path / "backups").iterdir()) == []


def test_nothing_to_back_up_is_said(ancora_command, empty_database):
    done = ancora_command("backup", database=empty_database)
    assert done.returncode == 1
    assert "There is nothing to back up" in done.stderr


def _damage(backup, damage: str) -> None:
    manifest = backup / "manifest.json"
    known = json.loads(manifest.read_text())
    stored = next(path for path in sorted((backup / "files").rglob("*")) if path.is_file())
    if damage == "dump":
        (backup / "database.dump").write_bytes(b"PGDMP nothing")
    elif damage == "file":
        # Another name of the same bytes is in the home that was backed up.
        stored.unlink()
        stored.write_bytes(b"other bytes")
    elif damage == "lost file":
        shutil.rmtree(stored.parent)
    elif damage == "manifest":
        manifest.write_text("{")
    elif damage == "no manifest":
        manifest.unlink()
    elif damage == "form":
        manifest.write_text(json.dumps(known | {"format": 99}))
    else:
        manifest.write_text(json.dumps(known | {"schema": [*known["schema"], "cases.9999_later"]}))


def _table_sizes(address: str) -> dict[str, int]:
    """Rows by table, but for those that only the moment fills."""
    with psycopg.connect(address) as connection:
        names = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        ).fetchall()
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names}


def _last_seq(address: str) -> int:
    with psycopg.connect(address) as connection:
        return connection.execute("SELECT max(seq) FROM event_order").fetchone()[0]
