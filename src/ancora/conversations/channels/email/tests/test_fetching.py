"""Mail is fetched from a real server, whatever happens to it."""

import asyncio
import shutil
import subprocess
import threading
import time
from email.message import EmailMessage

import pytest
from django.conf import settings
from django.db import connection

from ancora.conversations.channels.email.fetching import loading, watch_mailboxes, watching
from ancora.conversations.channels.email.fetching import mailbox as following
from ancora.conversations.channels.email.fetching.imap import Imap, Listed, encoded_folder, quoted
from ancora.conversations.channels.email.fetching.loading import batches
from ancora.conversations.channels.email.fetching.wire import ImapTrouble
from ancora.conversations.channels.email.smtp import Account
from ancora.conversations.channels.email.tests.living import fetch_of, looked, process_arrivals, running, until
from ancora.conversations.channels.email.tests.mail_servers import PASSWORD, free_port
from ancora.conversations.models import Arrival, Mailbox, Message, OldMail

DAY = 24 * 60 * 60


@pytest.fixture(autouse=True)
def short_waits(monkeypatch):
    monkeypatch.setattr(watching, "FIRST_WAIT", 0.1)
    monkeypatch.setattr(watching, "LONGEST_WAIT", 0.3)
    monkeypatch.setattr(watching, "PASSWORD_WAIT", 0.5)
    monkeypatch.setattr(watching, "CHANGES_SECONDS", 0.2)


@pytest.fixture
def connect(db, dovecot, address):
    """`connect(**fields)`: a mailbox that is fetched from dovecot."""

    def start(**fields) -> Mailbox:
        fields = {
            "name": "Support",
            "address": address,
            "imap_host": "127.0.0.1",
            "imap_port": dovecot.port,
            "imap_security": "none",
            "imap_user": address,
            "imap_password": PASSWORD,
            **fields,
        }
        return Mailbox.objects.create(**fields)

    return start


def mail(subject: str, number: int = 0) -> EmailMessage:
    found = EmailMessage()
    found["From"] = "Carla Riva <carla@customer.example>"
    found["To"] = "support@shop.example"
    found["Subject"] = subject
    found["Message-ID"] = f"<{subject.replace(' ', '-')}-{number}@customer.example>"
    found["Date"] = "Mon, 05 Oct 2026 10:00:00 +0200"
    found.set_content(f"{subject} {number}\n")
    return found


def subjects() -> list[str]:
    return list(Message.objects.order_by("id").values_list("subject", flat=True))


def event_types() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT type FROM event WHERE type LIKE 'mailbox.%%' ORDER BY id", [])
        return [kind for (kind,) in cursor.fetchall()]


def test_new_mail_is_pushed_and_left_unseen(connect, dovecot, postfix, address):
    box = connect()
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: looked(box))
        time.sleep(0.3)
        began = time.monotonic()
        postfix.send(mail("Where is my order"), to=address)
        until(lambda: subjects() == ["Where is my order"])
        # Long before the next look by the clock (POLL_SECONDS).
        assert time.monotonic() - began < 20
    [(flags, _raw)] = dovecot.inbox(address)
    assert b"Seen" not in flags


def test_server_away_and_back_nothing_is_lost_and_nothing_twice(connect, dovecot, address):
    box = connect()
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: looked(box))
        dovecot.put(address, mail("before"))
        until(lambda: Arrival.objects.count() == 1)
        dovecot.stop()
        try:
            until(lambda: "refuses connections" in fetch_of(box).error)
        finally:
            dovecot.start()
        dovecot.put(address, mail("while away"), mail("after"))
        until(lambda: len(subjects()) == 3)
        until(lambda: not fetch_of(box).error)
    assert subjects() == ["before", "while away", "after"]
    assert event_types() == ["mailbox.stopped", "mailbox.resumed"]


def test_what_arrived_while_the_worker_was_down_is_fetched_at_its_start(connect, dovecot, address):
    box = connect()
    with running(watch_mailboxes):
        until(lambda: looked(box))
    dovecot.put(address, *(mail("night", number) for number in range(120)))
    with running(watch_mailboxes):
        until(lambda: Arrival.objects.count() == 120)
    assert fetch_of(box).last_uid == 120


def test_old_mail_is_left_where_it_is(connect, dovecot, address):
    dovecot.put(address, mail("long ago"), at=time.time() - 30 * DAY)
    dovecot.put(address, mail("last week"), at=time.time() - 7 * DAY)
    box = connect()
    dovecot.put(address, mail("new"))
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: subjects() == ["new"])
    assert fetch_of(box).last_uid == 3
    assert Arrival.objects.get().is_silent is False


def test_old_mail_is_imported_silently_with_its_own_date(connect, dovecot, address):
    moment = time.time() - 30 * DAY
    dovecot.put(address, *(mail("old", number) for number in range(60)), at=moment)
    connect(old_mail=OldMail.IMPORT)
    dovecot.put(address, mail("new"))
    with running(watch_mailboxes):
        until(lambda: Arrival.objects.count() == 61)
    assert Arrival.objects.filter(is_silent=True).count() == 60
    assert Arrival.objects.get(is_silent=False).key.endswith(":61")
    assert Arrival.objects.order_by("id").first().is_silent is False  # it does not wait for the import
    assert abs(Arrival.objects.order_by("received_at").first().received_at.timestamp() - moment) < 2


def test_server_that_numbers_anew_gives_every_mail_again_and_none_is_taken_again(connect, dovecot, address):
    dovecot.put(address, mail("old"), at=time.time() - 30 * DAY)
    box = connect()
    dovecot.put(address, mail("one"), mail("two"))
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: len(subjects()) == 2)
        before = fetch_of(box).uid_validity
        dovecot.stop()
        for path in dovecot.maildir(address).glob("dovecot*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        # The new number is made of the time in seconds.
        time.sleep(1.1)
        dovecot.start()
        dovecot.put(address, mail("three"))
        until(lambda: Arrival.objects.filter(state="done").count() == 3)
    assert fetch_of(box).uid_validity != before
    assert sorted(subjects()) == ["one", "three", "two"]
    assert fetch_of(box).last_uid == 4


def test_wrong_password_is_said_and_put_right(connect, dovecot, address):
    box = connect(imap_password="wrong")
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: "user name and password" in fetch_of(box).error)
        assert event_types() == ["mailbox.stopped"]
        dovecot.put(address, mail("while locked out"))
        box.imap_password = PASSWORD
        box.save()
        until(lambda: subjects() == ["while locked out"])
        until(lambda: event_types() == ["mailbox.stopped", "mailbox.resumed"])


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"imap_host": "no-such-host.invalid"}, "unknown"),
        ({"imap_folder": "Nowhere"}, "“Nowhere” cannot be opened"),
        ({"imap_security": "tls"}, "TLS with 127.0.0.1"),
        ({"imap_security": "starttls"}, "does not offer STARTTLS"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(connect, fields, words):
    box = connect(**fields)
    with running(watch_mailboxes):
        assert until(lambda: words in fetch_of(box).error)


@pytest.mark.usefixtures("italian_organisation")
def test_what_is_wrong_is_said_in_the_language_of_the_organisation(connect):
    box = connect(imap_folder="Nowhere")
    with running(watch_mailboxes):
        assert until(lambda: "“Nowhere” non si apre" in fetch_of(box).error)


def test_nobody_listens(connect):
    box = connect(imap_port=free_port())
    with running(watch_mailboxes):
        assert until(lambda: "refuses connections" in fetch_of(box).error)


def test_server_without_idle_is_asked_again_and_again(connect, dovecot, address, monkeypatch):
    monkeypatch.setattr(Imap, "can_idle", False)
    monkeypatch.setattr(following, "POLL_SECONDS", 0.2)
    box = connect()
    with running(watch_mailboxes):
        until(lambda: looked(box))
        dovecot.put(address, mail("polled"))
        assert until(lambda: Arrival.objects.count() == 1)


def test_idle_is_renewed_and_each_time_counts_as_a_look(connect, monkeypatch, dovecot, address):
    monkeypatch.setattr(following, "IDLE_SECONDS", 0.2)
    box = connect()
    with running(watch_mailboxes):
        first = until(lambda: fetch_of(box).succeeded_at)
        until(lambda: fetch_of(box).succeeded_at > first)
        dovecot.put(address, mail("between"))
        assert until(lambda: Arrival.objects.count() == 1)


def test_mail_too_big_leaves_its_header_in_quarantine_and_the_next_is_read(connect, dovecot, address, monkeypatch):
    monkeypatch.setattr(loading, "MOST_BYTES_OF_ONE", 1_000_000)
    big = mail("holiday film")
    big.add_attachment(b"\0" * 1_500_000, maintype="video", subtype="mp4", filename="film.mp4")
    connect()
    dovecot.put(address, big, mail("small"))
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: subjects() == ["small"])
        until(lambda: Arrival.objects.count() == 2)
    quarantined = Arrival.objects.get(state="quarantined")
    assert "left on the server" in quarantined.reason
    assert (quarantined.kept, quarantined.file.size < 2_000) == ("header", True)

    from ancora.conversations.commands import retry_arrival

    assert retry_arrival(quarantined.pk).outcome == "opened"
    opened = Message.objects.get(subject="holiday film")
    assert "left on the server" in opened.text
    assert opened.from_address == "carla@customer.example"


def test_mailbox_taken_out_of_use_is_no_longer_fetched(connect, dovecot, address):
    box = connect()
    with running(watch_mailboxes):
        until(lambda: looked(box))
        Mailbox.objects.update(is_active=False)
        time.sleep(0.6)
        dovecot.put(address, mail("nobody reads this"))
        time.sleep(0.6)
        assert Arrival.objects.count() == 0


def test_worker_ends_at_once_in_the_middle_of_waiting(connect):
    box = connect()
    loop_end = None
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: looked(box))
        loop_end = time.monotonic()
    assert time.monotonic() - loop_end < 8


def test_cursor_and_mails_are_one(connect, dovecot, address, monkeypatch):
    """A worker that dies while it stores leaves neither the mails nor the cursor."""
    from ancora.conversations.channels.email.fetching import cursor

    box = connect()
    dovecot.put(address, mail("a"), mail("b"), mail("c"))
    receive_all, dead = cursor.receive_all, threading.Event()

    def die_with_the_third(deliveries) -> list:
        stored = receive_all(deliveries)
        if len(stored) == 3 and not dead.is_set():
            raise SystemError("killed")
        return stored

    monkeypatch.setattr(cursor, "receive_all", die_with_the_third)
    with running(watch_mailboxes):
        until(lambda: "killed" in fetch_of(box).error)
        assert (Arrival.objects.count(), fetch_of(box).last_uid) == (0, 0)
        dead.set()
        until(lambda: Arrival.objects.count() == 3)


def test_folder_with_letters_of_all_kinds_is_opened(dovecot, address):
    async def open_it() -> int:
        imap = await Imap.connect(Account("127.0.0.1", dovecot.port, "none", address, PASSWORD))
        try:
            await imap._wire.command(f"CREATE {quoted(encoded_folder('Più & più 日本'))}")
            return (await imap.select("Più & più 日本")).uid_validity
        finally:
            await imap.close()

    assert asyncio.run(open_it()) > 0
    with dovecot.session(address) as imap:
        assert b"Pi&APk- &- pi&APk- &ZeVnLA-" in b"".join(imap.list()[1])


def test_line_breaks_in_a_name_are_refused():
    with pytest.raises(ImapTrouble):
        quoted("a\r\nA2 DELETE INBOX")


def test_batches_hold_little_and_what_is_big_stands_alone():
    sizes = [3_000_000, 4_000_000, 5_000_000, 40_000_000, 10, 10]
    found = batches([Listed(uid, size, None) for uid, size in enumerate(sizes, 1)])
    assert [[one.uid for one in batch] for batch in found] == [[1, 2], [3], [4], [5, 6]]
    assert len(batches([Listed(uid, 1, None) for uid in range(101)])) == 3


def test_peer_that_is_no_imap_server_is_recognised(postfix):
    with pytest.raises(ImapTrouble) as raised:
        asyncio.run(Imap.connect(Account("127.0.0.1", postfix.port, "none", "a", "b")))
    assert "no IMAP server" in str(raised.value)


@pytest.fixture
def small_disk():
    """A folder for Ancora's files on a file system of 64 kB; `grow()` gives it room."""
    folder = settings.ANCORA_HOME / "files"
    folder.mkdir(parents=True, exist_ok=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(folder)], check=False)
    if mounted.returncode:
        pytest.skip("file systems cannot be mounted here")
    yield lambda: subprocess.run(["mount", "-o", "remount,size=50m", str(folder)], check=True)
    subprocess.run(["umount", str(folder)], check=True)


def test_full_disk_is_said_and_nothing_is_lost_when_there_is_room_again(connect, dovecot, address, small_disk):
    box = connect()
    large = mail("with a picture")
    large.add_attachment(bytes(range(256)) * 1000, maintype="image", subtype="png", filename="a.png")
    dovecot.put(address, mail("small"), large, mail("after it"))
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: "No room is left" in fetch_of(box).error)
        small_disk()
        until(lambda: len(subjects()) == 3)
        until(lambda: not fetch_of(box).error)
    assert sorted(subjects()) == ["after it", "small", "with a picture"]
    assert Arrival.objects.count() == 3
