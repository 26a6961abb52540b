"""Nothing that reached a mailbox is lost, and nothing is there twice."""

import asyncio
import os
import shutil
import time
from datetime import timedelta

import pytest

from ancora.cases.commands import move_to_trash
from ancora.cases.models import Case, Status
from ancora.config.worker import work
from ancora.conversations.channels.email.fetching import watch_mailboxes
from ancora.conversations.channels.email.fetching.answers import moment_of
from ancora.conversations.channels.email.fetching.imap import Imap
from ancora.conversations.channels.email.smtp import Account
from ancora.conversations.channels.email.tests.living import fetch_of, looked, process_arrivals, running
from ancora.conversations.channels.email.tests.mail_servers import OWNER, PASSWORD
from ancora.conversations.channels.email.tests.smtp_peer import smtp_peer
from ancora.conversations.models import Arrival, Fetch, Mailbox, Message, OldMail, Outgoing, Sighting
from ancora.platform import clock
from ancora.platform.events.actors import Actor
from ancora.platform.files.store import read
from ancora.testing.failures.letters import letter
from ancora.testing.failures.waiting import until

pytestmark = pytest.mark.usefixtures("nothing_half_written")
DAY = 24 * 60 * 60


def subjects() -> list[str]:
    return sorted(Message.objects.values_list("subject", flat=True))


def test_server_away_for_three_days_and_back(connected, dovecot, address):
    """CW #10429, #9234: nothing is lost, nothing is there twice, and each mail stands at the day it came."""
    box = connected()
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: looked(box))
        dovecot.put(address, letter("before"))
        until(lambda: subjects() == ["before"])
        dovecot.stop()
        try:
            until(lambda: fetch_of(box).error)
            Fetch.objects.filter(pk=box.pk).update(succeeded_at=clock.now() - timedelta(days=3))
        finally:
            dovecot.start()
        # What the border kept meanwhile comes in at once.
        for hours in range(71, -1, -8):
            dovecot.put(address, letter(f"{hours:02} hours ago"), at=time.time() - hours * 3600)
        until(lambda: len(subjects()) == 10)
        until(lambda: not fetch_of(box).error)
    assert len(subjects()) == Arrival.objects.count() == 10
    ages = [(clock.now() - one.received_at) / timedelta(hours=1) for one in Arrival.objects.order_by("id")[1:]]
    assert [round(age) for age in ages] == list(range(71, -1, -8))


def test_mail_that_somebody_else_has_marked_as_read_is_imported(connected, dovecot, address):
    """FS #3203: what was read is known by a number of ours; a flag on the server says nothing, and is left alone."""
    connected()
    dovecot.put(address, letter("seen"), letter("marked to be deleted"))
    with dovecot.session(address) as imap:
        imap.store("1", "+FLAGS", "\\Seen")
        imap.store("2", "+FLAGS", "\\Deleted")
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: len(subjects()) == 2)
    flags = [line for line, _raw in dovecot.inbox(address)]
    assert b"\\Seen" in flags[0]
    assert b"\\Deleted" in flags[1]


def test_same_mail_twice_and_in_two_mailboxes_is_one_message(connected, dovecot, postfix, address):
    """FH #2310, osT #1976, CW #4151."""
    other = f"also-{address}"
    connected(), connected(address=other)
    mail = letter("Once", To=f"{address}, {other}")
    with running(watch_mailboxes), running(process_arrivals):
        for to in (address, address, other):
            postfix.send(mail, to=to)
        until(lambda: Arrival.objects.filter(state="done").count() == 3)
    assert sorted(Arrival.objects.values_list("outcome", flat=True)) == ["duplicate", "duplicate", "opened"]
    assert (Message.objects.count(), Sighting.objects.count(), Case.objects.count()) == (1, 2, 1)
    assert len(Case.objects.get().mailbox_ids) == 2


def test_mail_that_comes_while_the_folder_is_being_listed_is_not_left_until_the_next_look(dovecot, address):
    """A server tells of a mail once, perhaps in its answer to another command: waiting would be for the one after."""

    async def tell() -> tuple[bool, bool]:
        imap = await Imap.connect(Account("127.0.0.1", dovecot.port, "none", address, PASSWORD))
        try:
            await imap.select("INBOX")
            await imap.listed(1, None)
            await asyncio.to_thread(dovecot.put, address, letter("in between"))
            await imap.noop()
            has_news = await imap.idle(5)
            await imap.listed(1, None)
            return has_news, await imap.idle(0.5)
        finally:
            await imap.close()

    assert asyncio.run(tell()) == (True, False)


def test_deleted_here_stays_deleted(cast, connected, dovecot, address):
    """CW #12054, #10503: the mail is still on the server, is numbered anew, and lies in a second mailbox too."""
    box, other = connected(), f"also-{address}"
    mail = letter("Throw me away")
    dovecot.put(address, mail)
    with running(watch_mailboxes), running(process_arrivals):
        case = until(Case.objects.first)
        move_to_trash(case, actor=Actor.human(cast.marco))
        validity = fetch_of(box).uid_validity
        _number_anew(dovecot, address)
        until(lambda: fetch_of(box).uid_validity != validity and fetch_of(box).last_uid > 0)
        connected(address=other)
        dovecot.put(other, mail)
        until(lambda: Arrival.objects.filter(state="done").count() == 2)
    case.refresh_from_db()
    assert (case.status, Case.objects.count(), Message.objects.count()) == (Status.TRASH, 1, 1)


def _number_anew(dovecot, address: str) -> None:
    dovecot.stop()
    for path in dovecot.maildir(address).glob("dovecot*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    # The new number is made of the time in seconds.
    time.sleep(1.1)
    dovecot.start()


def test_first_import_sends_nothing_and_goes_on_where_it_was_stopped(connected, dovecot, address):
    """FH #2433: all subscribers at work, a server to send through, questions and automatic answers among the mails."""
    _lay_old_mails(dovecot, address, 1500)
    with smtp_peer() as peer:
        connected(old_mail=OldMail.IMPORT, smtp_port=peer.port)
        with running(work):
            until(lambda: Arrival.objects.count() > 200)
        stopped_at = Arrival.objects.count()
        with running(work):
            until(lambda: Arrival.objects.filter(state="done").count() == 1500, 600)
        assert peer.steps == []
    assert stopped_at < 1500
    assert Arrival.objects.filter(is_silent=True).count() == 1500
    assert (Message.objects.count(), Outgoing.objects.count()) == (1500, 0)
    assert min(Case.objects.values_list("last_message_at", flat=True)) < clock.now() - timedelta(days=1000)


def _lay_old_mails(dovecot, address: str, count: int) -> None:
    """Into the Maildir as a server of years has them; a third answers the one before, some are automatic."""
    folder, before = dovecot.maildir(address), None
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for number in range(count):
        extra = {"In_Reply_To": before} if number % 3 and before else {}
        extra |= {"Auto_Submitted": "auto-generated"} if number % 10 == 9 else {}
        mail = letter(f"Old {number}", sender=f"p{number % 97}@customer.example", Message_ID=f"<{number}@old>", **extra)
        before, path = mail["Message-ID"], folder / "cur" / f"{1_500_000_000 + number}.M1P1.old:2,S"
        path.write_bytes(mail.as_bytes())
        moment = time.time() - (count - number) * DAY
        os.utime(path, (moment, moment))
    for path in (folder.parent, folder, *folder.rglob("*")):
        os.chown(path, OWNER, OWNER)


def test_mail_that_the_server_breaks_off_over_is_told_and_never_blocks_the_next(connected, dovecot, address):
    """A full or broken disk of the server leaves files cut short: it hangs up whenever it is asked for one."""
    connected()
    dovecot.put(address, *(letter(f"Mail {number}", "words " * 100) for number in range(6)))
    for path in (one for one in dovecot.maildir(address).glob("*/*") if one.is_file()):
        if b"Mail 2" in path.read_bytes() or b"Mail 4" in path.read_bytes():
            path.write_bytes(path.read_bytes()[:60])
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: subjects() == ["Mail 0", "Mail 1"])
        until(lambda: subjects() == ["Mail 0", "Mail 1", "Mail 3", "Mail 5"])
        dovecot.put(address, letter("Afterwards"))
        until(lambda: "Afterwards" in subjects())
    told = list(Arrival.objects.filter(state="quarantined").order_by("id"))
    assert [one.key.rpartition(":")[2] for one in told] == ["3", "5"]
    assert all("breaks off whenever it hands over this mail" in one.reason for one in told)


@pytest.mark.parametrize("moment", [" 1-Jan-0001 00:00:00 +1200", "31-Dec-9999 23:59:59 -1200", "99-Xyz-2026 1:1:1 +1"])
def test_moment_that_no_calendar_has_is_left_out(moment):
    assert moment_of(moment.encode()) is None


_FROM = b"From: a@b.example\r\nSubject: "
UGLY = {
    "no From": b"Subject: Who am I\r\n\r\nNobody.\r\n",
    "a wrong charset": _FROM + b"Charset\r\nContent-Type: text/plain; charset=x-never\r\n\r\n\xe8 vero\r\n",
    "a body without end": _FROM + b"Endless\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n",
    "30 MB of HTML": _FROM
    + b"Heavy\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Begin</p>"
    + b"<div style='color:red'><b>heavy</b> <table><tr><td>words</td></tr></table></div>\r\n" * 370_000,
    "no header": b"just words\r\n",
    "nothing": b"\r\n",
}


def test_malformed_mail_is_kept_and_seen_and_never_blocks_the_next(cast, connected, dovecot, address, client_of):
    """ZM #811, #2706, #1020."""
    connected()
    for raw in UGLY.values():
        dovecot.put(address, raw)
    dovecot.put(address, letter("The next"))
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: Arrival.objects.exclude(state="pending").count() == len(UGLY) + 1)
    assert "The next" in subjects()
    kept = {read(arrival.file) for arrival in Arrival.objects.select_related("file")}
    assert set(UGLY.values()) <= kept
    client = client_of(cast.anna)
    for case in Case.objects.all():
        assert client.get(f"/cases/{case.reference}/").status_code == 200
    in_quarantine = Arrival.objects.filter(state="quarantined").count()
    assert Message.objects.count() + in_quarantine == len(UGLY) + 1
    assert Mailbox.objects.get().fetch.error == ""
