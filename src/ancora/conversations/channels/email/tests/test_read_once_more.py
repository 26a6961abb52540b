"""What the server shows once more, because it was away, or numbers anew, or was connected anew, is taken in once."""

import shutil
import time
from datetime import timedelta

import pytest

from ancora.cases.commands import mark_as_spam, move_to_trash
from ancora.cases.models import Case
from ancora.conversations.channels.email.fetching import importing, watch_mailboxes
from ancora.conversations.channels.email.tests.living import fetch_of, looked, process_arrivals, running, until
from ancora.conversations.channels.email.tests.mail_servers import PASSWORD
from ancora.conversations.channels.email.tests.outbox import events_of
from ancora.conversations.channels.email.tests.test_fetching import connect, mail, subjects  # noqa: F401
from ancora.conversations.commands import settle_as_sent, start_conversation
from ancora.conversations.models import Arrival, Fetch, Mailbox, OldMail, Outgoing
from ancora.platform import clock
from ancora.platform.events.actors import Actor

pytestmark = pytest.mark.usefixtures("quick")
DAY = 24 * 60 * 60


@pytest.fixture
def number_anew(dovecot, address):
    """Stops the server, lets it forget its numbers, and starts it again."""

    def forget() -> None:
        dovecot.stop()
        for path in dovecot.maildir(address).rglob("dovecot*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        # The new number is made of the time in seconds.
        time.sleep(1.1)
        dovecot.start()

    return forget


def settled(count: int) -> bool:
    return Arrival.objects.filter(state="done").count() == count


def test_case_in_trash_or_spam_is_not_woken_by_its_own_mail(connect, cast, dovecot, address, number_anew):  # noqa: F811
    box = connect()
    dovecot.put(address, mail("thrown away"), mail("spam"), mail("kept"))
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: settled(3))
        anna = Actor.human(cast.anna)
        move_to_trash(Case.objects.get(subject="thrown away"), actor=anna)
        mark_as_spam(Case.objects.get(subject="spam"), actor=anna)
        number_anew()
        dovecot.put(address, mail("new"))
        until(lambda: settled(4), 30)
        # Connected anew, as by another user name and back: the cursor begins anew, too.
        Fetch.objects.all().delete()
        Mailbox.objects.update(imap_folder="inbox")
        dovecot.put(address, mail("newer"))
        until(lambda: "newer" in subjects(), 30)
        until(lambda: not Arrival.objects.filter(state="pending").exists())
    statuses = dict(Case.objects.values_list("subject", "status"))
    assert statuses == {"thrown away": "trash", "spam": "spam", "kept": "open", "new": "open", "newer": "open"}
    assert sorted(subjects()) == ["kept", "new", "newer", "spam", "thrown away"]
    assert fetch_of(box).error == ""


def test_delivery_report_counts_once(connect, cast, dovecot, address, number_anew):  # noqa: F811
    """Sent again meanwhile, and with success: the old report must not make it bounce again."""
    box = connect(smtp_host="127.0.0.1")
    message = start_conversation(box, to=[("", "x@y.example")], subject="Hi", html="<p>Hi</p>", author=cast.marco)
    settle_as_sent(message.pk)
    report = (
        "From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered\r\nMessage-ID: <dsn@mx.example>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        "Final-Recipient: rfc822; x@y.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{message.message_id}>\r\n\r\n--b--\r\n"
    )
    dovecot.put(address, report.encode())
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: Outgoing.objects.get().state == "bounced")
        Outgoing.objects.update(state="delivered")
        number_anew()
        dovecot.put(address, mail("after"))
        until(lambda: "after" in subjects(), 30)
    assert Outgoing.objects.get().state == "delivered"
    assert events_of(message.outgoing).count("message.bounced") == 1


def test_folder_deleted_and_made_again_goes_on(connect, dovecot, address):  # noqa: F811
    with dovecot.session(address) as imap:
        imap.create("Support")
        imap.append("Support", "", None, mail("first").as_bytes())
    box = connect(imap_folder="Support")
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: subjects() == ["first"])
        time.sleep(1.1)
        with dovecot.session(address) as imap:
            imap.delete("Support")
        until(lambda: "cannot be opened" in fetch_of(box).error, 30)
        with dovecot.session(address) as imap:
            imap.create("Support")
            for name in ("first", "second"):
                imap.append("Support", "", None, mail(name).as_bytes())
        until(lambda: len(subjects()) == 2, 30)
        until(lambda: not fetch_of(box).error)
    assert subjects() == ["first", "second"]
    assert Arrival.objects.count() == 2


def test_mail_moved_out_and_back_is_the_same(connect, dovecot, address):  # noqa: F811
    box = connect()
    dovecot.put(address, mail("wanders"))
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: settled(1))
        with dovecot.session(address) as imap:
            imap.create("Archive")
            imap.uid("MOVE", "1", "Archive")
        with dovecot.session(address, "Archive") as imap:
            imap.uid("MOVE", "1", "INBOX")
        until(lambda: fetch_of(box).last_uid == 2)
    assert (subjects(), Arrival.objects.count()) == (["wanders"], 1)


@pytest.mark.parametrize("hours_wrong", [0, 80, -80], ids=["right", "fast", "slow"])
def test_three_days_away_and_back(connect, dovecot, address, hours_wrong):  # noqa: F811
    """Whatever our own clock said when it last looked."""
    box = connect()
    Mailbox.objects.update(created_at=clock.now() - timedelta(days=30))
    dovecot.put(address, mail("before"), at=time.time() - 4 * DAY)
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: settled(1))
    dovecot.stop()
    looked_at = clock.now() - timedelta(days=3) + timedelta(hours=hours_wrong)
    Fetch.objects.update(succeeded_at=looked_at)
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: "refuses connections" in fetch_of(box).error)
        dovecot.start()
        moments = [time.time() - age * DAY for age in (2.5, 1.5, 0.01)]
        for number, moment in enumerate(moments):
            dovecot.put(address, mail("waited", number), at=moment)
        until(lambda: settled(4), 30)
    arrivals = list(Arrival.objects.order_by("id")[1:])
    assert [arrival.outcome for arrival in arrivals] == ["opened"] * 3
    assert not any(arrival.is_silent for arrival in arrivals)
    if hours_wrong <= 0:
        assert all(abs(arrival.received_at.timestamp() - at) < 2 for arrival, at in zip(arrivals, moments, strict=True))


@pytest.mark.parametrize("hours_wrong", [0, 80, -80], ids=["right", "fast", "slow"])
def test_three_days_away_and_numbered_anew(connect, dovecot, address, number_anew, hours_wrong):  # noqa: F811
    connect()
    Mailbox.objects.update(created_at=clock.now() - timedelta(days=30))
    dovecot.put(address, mail("before"), at=time.time() - 4 * DAY)
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: settled(1))
    Fetch.objects.update(succeeded_at=clock.now() - timedelta(days=3) + timedelta(hours=hours_wrong))
    for number, age in enumerate((2.9, 1.5, 0.01)):
        dovecot.put(address, mail("waited", number), at=time.time() - age * DAY)
    number_anew()
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: settled(4), 30)
    assert Arrival.objects.filter(outcome="opened").count() == 4


def test_import_that_was_not_finished_goes_on_when_the_server_numbers_anew(
    connect,  # noqa: F811
    dovecot,
    address,
    number_anew,
    monkeypatch,
):
    monkeypatch.setattr(importing, "WINDOW", 5)
    monkeypatch.setattr(importing, "MOST_WAITING", 5)
    moment = time.time() - 30 * DAY
    dovecot.put(address, *(mail("old", number) for number in range(40)), at=moment)
    box = connect(old_mail=OldMail.IMPORT)
    with running(watch_mailboxes):
        until(lambda: fetch_of(box).old_uid >= 5)
        until(lambda: Arrival.objects.count() > 5)  # nobody reads: it waits
    assert fetch_of(box).is_importing
    number_anew()
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: settled(40), 30)
        until(lambda: not fetch_of(box).is_importing)
    assert len(subjects()) == 40
    assert set(Arrival.objects.values_list("outcome", "is_silent")) == {("opened", True)}
    # And once finished it is not begun anew.
    number_anew()
    dovecot.put(address, mail("live"))
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: settled(41), 30)
    assert fetch_of(box).old_end_uid == 0


def test_old_mail_that_was_left_can_be_imported_later(connect, cast, dovecot, address, client_of):  # noqa: F811
    dovecot.put(address, *(mail("old", number) for number in range(20)), at=time.time() - 30 * DAY)
    box = connect()
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: looked(box))
        dovecot.put(address, mail("live"))
        until(lambda: subjects() == ["live"])
        form = {"name": "Support", "address": address, "is_active": "on", "imap_host": "127.0.0.1"}
        form |= {"imap_port": dovecot.port, "imap_security": "none", "imap_user": address, "imap_folder": "INBOX"}
        form |= {"old_mail": "import", "smtp_port": 25, "smtp_security": "starttls", "imap_password": PASSWORD}
        answer = client_of(cast.anna).post(f"/settings/mailboxes/{box.pk}/settings/", form)
        assert answer.status_code == 302
        until(lambda: settled(21), 30)
    assert Arrival.objects.filter(is_silent=True).count() == 20
