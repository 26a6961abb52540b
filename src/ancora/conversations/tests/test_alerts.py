"""Administrators hear of it when mail stops: once, by a mailbox that works, and once when it goes on."""

import email
import email.policy
import threading
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from ancora.cases.models import Case
from ancora.config.operations import examinations
from ancora.conversations import alert_mail
from ancora.conversations.alerts import forget_alerts, open_alerts
from ancora.conversations.channels.email.system_mail import send_by
from ancora.conversations.channels.email.tests.smtp_peer import SmtpPeer
from ancora.conversations.commands import receive, start_conversation
from ancora.conversations.commands.alerting import watch_over
from ancora.conversations.commands.pausing import pause, resume
from ancora.conversations.models import Alert, Arrival, ArrivalState, Fetch, Grant, Mailbox, Outgoing
from ancora.platform import clock
from ancora.platform.accounts.models import Role, User
from ancora.platform.events.queries import events_after
from ancora.platform.files.store import store

START = clock.now()
AN_HOUR = 60


@pytest.fixture
def peers():
    """One SMTP server for each mailbox."""
    made = [SmtpPeer(), SmtpPeer()]
    yield made
    for peer in made:
        peer.close()


@pytest.fixture
def boxes(cast, peers) -> list[Mailbox]:
    """Two mailboxes that work; the first one is the one that will not."""
    found = []
    for name, peer in zip(("Shop", "Sales"), peers, strict=True):
        words = {"smtp_host": "127.0.0.1", "smtp_port": peer.port, "smtp_security": "none", "imap_host": "127.0.0.1"}
        found.append(Mailbox.objects.create(name=name, address=f"{name.lower()}@shop.example", **words))
    Mailbox.objects.update(created_at=START - timedelta(days=9))
    for box in found:
        Fetch.objects.create(mailbox=box, uid_validity=1, succeeded_at=START)
    return found


def works(box: Mailbox, minute: float) -> None:
    at = START + timedelta(minutes=minute)
    Fetch.objects.filter(mailbox=box).update(error="", stopped_at=None, succeeded_at=at)


def stops(box: Mailbox, minute: float = 0) -> None:
    at = START + timedelta(minutes=minute)
    Fetch.objects.filter(mailbox=box).update(error="The server does not answer.", stopped_at=at, failed_at=at)


def minutes(first: int, last: int, *working: Mailbox) -> None:
    """The worker's looks from one minute to another; the `working` mailboxes are fetched meanwhile."""
    for minute in range(first, last + 1):
        for box in working:
            works(box, minute)
        with clock.at(START + timedelta(minutes=minute)):
            watch_over()
    forget_alerts()


def mails(peer: SmtpPeer) -> list[tuple[list[str], EmailMessage]]:
    return [(to, email.message_from_bytes(raw, policy=email.policy.default)) for to, raw in peer.taken]


def subjects(peer: SmtpPeer) -> list[str]:
    return [mail["Subject"] for _to, mail in mails(peer)]


def events() -> list[str]:
    return [f"{one.type} {one.attrs['kind']}" for one in events_after(0) if one.type.startswith("alert.")]


def test_stop_is_told_once_by_another_mailbox_and_its_end_once(boxes, peers):
    shop, sales = boxes
    stops(shop)
    minutes(0, 120, sales)
    assert peers[0].taken == []
    assert subjects(peers[1]) == ["Mail of “Shop” is not fetched."]
    [(to, mail)] = mails(peers[1])
    assert to == ["anna@example.com"]
    assert "The server does not answer." in mail.get_content()
    assert mail["Auto-Submitted"] == "auto-generated"
    minutes(121, 130, shop, sales)
    assert subjects(peers[1])[1:] == ["Mail of “Shop” is fetched again."]
    assert peers[0].taken == []
    assert events() == ["alert.opened fetching", "alert.ended fetching"]
    stops(shop, 131)
    minutes(131, 160, sales)
    assert len(peers[1].taken) == 3


def test_short_outage_is_nobodys_business(boxes, peers):
    shop, sales = boxes
    stops(shop)
    minutes(0, 14, sales)
    minutes(15, 20, shop, sales)
    assert not Alert.objects.exists()
    assert peers[1].taken == []


def test_alert_is_told_after_a_quarter_of_an_hour(boxes, peers):
    stops(boxes[0])
    minutes(0, 14, boxes[1])
    assert not open_alerts()
    minutes(15, 15, boxes[1])
    assert [alert.kind for alert in open_alerts()] == ["fetching"]


def test_worker_that_was_down_for_a_day_looks_before_it_cries(boxes, peers):
    minutes(0, 0, *boxes)
    with clock.at(START + timedelta(days=1)):
        watch_over()  # nothing was fetched for a day, and nobody looked
    for box in boxes:
        works(box, 24 * 60 + 1)
    with clock.at(START + timedelta(days=1, minutes=1)):
        watch_over()
    assert not Alert.objects.exists()


def test_mailbox_nobody_looks_into_without_a_word_is_told_too(boxes, peers):
    minutes(0, 40, boxes[1])
    assert subjects(peers[1]) == ["Mail of “Shop” is not fetched."]


def test_without_a_mailbox_that_works_only_pages_and_monitor_tell(boxes, peers, client_of, cast):
    for box in boxes:
        stops(box)
    minutes(0, 60)
    assert (peers[0].taken, peers[1].taken) == ([], [])
    assert Alert.objects.filter(told_at=None).count() == 2
    page = client_of(cast.anna).get("/settings/mailboxes/").text
    assert "Mail of “Shop” is not fetched." in page
    health = client_of().get("/healthz").json()
    assert (health["status"], [one["kind"] for one in health["alerts"]]) == ("degraded", ["fetching"] * 2)
    # As soon as one works again it tells of the other.
    minutes(61, 62, boxes[1])
    assert subjects(peers[1])[0] == "Mail of “Shop” is not fetched."


def test_mailbox_that_refuses_is_passed_over_and_nobody_is_told_twice(boxes, peers, cast):
    third_peer = SmtpPeer()
    words = {"smtp_host": "127.0.0.1", "smtp_port": third_peer.port, "smtp_security": "none"}
    Mailbox.objects.create(name="Third", address="third@shop.example", **words)
    User.objects.create(email="bea@example.com", name="Bea", role=Role.ADMINISTRATOR, language="it")
    User.objects.create(email="gone@example.com", name="Gone", role=Role.ADMINISTRATOR, is_active=False)
    peers[1].answers["MAIL"] = "550 5.7.1 not you"
    stops(boxes[0])
    minutes(0, 60, boxes[1])
    third_peer.close()
    assert peers[1].taken == []
    assert [to for to, _mail in mails(third_peer)] == [["anna@example.com"], ["bea@example.com"]]


def test_mail_that_cannot_be_sent_is_tried_again_and_not_every_minute(boxes, peers):
    peers[1].answers["MAIL"] = "451 4.3.0 not now"
    stops(boxes[0])
    minutes(0, 20, boxes[1])
    tries = peers[1].steps.count("MAIL")
    assert tries == 1
    peers[1].answers["MAIL"] = "250 fine"
    minutes(21, 30, boxes[1])
    assert len(peers[1].taken) == 1


def test_many_workers_at_once_write_one_mail(boxes, peers):
    stops(boxes[0])
    minutes(0, 14, boxes[1])
    begin = threading.Barrier(5)

    def look() -> None:
        try:
            begin.wait(10)
            with clock.at(START + timedelta(minutes=16)):
                watch_over()
        finally:
            connections.close_all()

    workers = [threading.Thread(target=look) for _number in range(5)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    minutes(17, 20, boxes[1])
    assert len(peers[1].taken) == 1
    assert events() == ["alert.opened fetching"]


def test_worker_that_dies_over_the_mail_leaves_it_unwritten_not_written_twice(boxes, peers, monkeypatch):
    class Killed(BaseException):
        pass

    def die(*_arguments) -> None:
        raise Killed

    stops(boxes[0])
    minutes(0, 14, boxes[1])
    with monkeypatch.context() as patch:
        patch.setattr(alert_mail, "send_by", die)
        with pytest.raises(Killed):
            minutes(15, 16, boxes[1])
    minutes(17, 60, boxes[1])
    assert peers[1].taken == []
    assert open_alerts()


def test_consent_that_is_gone_is_told_at_once(boxes, peers):
    shop, sales = boxes
    Mailbox.objects.filter(pk=shop.pk).update(sign_in="google")
    Grant.objects.create(mailbox=shop, granted_at=START, gone_at=START, error="gone")
    stops(shop)
    minutes(1, 1, sales)
    assert subjects(peers[1]) == ["The permission for “Shop” is gone. Connect it again."]
    minutes(2, 60, sales)
    assert len(peers[1].taken) == 1


def test_answers_that_do_not_leave_are_told_and_a_slow_recipient_is_not(boxes, peers, cast):
    shop, sales = boxes
    message = start_conversation(shop, to=[("", "x@y.example")], subject="Hi", html="<p>Hi</p>", author=cast.marco)
    Outgoing.objects.update(error="451 no", attempts=4, next_at=START + timedelta(days=2), settled_at=START)
    minutes(0, 10, shop, sales)
    assert not open_alerts()
    # Another answer leaves: then it is the recipient's server.
    other = start_conversation(shop, to=[("", "z@y.example")], subject="Hi", html="<p>Hi</p>", author=cast.marco)
    left = Outgoing.objects.filter(message=other)
    left.update(state="accepted", settled_at=START + timedelta(minutes=11))
    minutes(11, 40, shop, sales)
    assert not open_alerts()
    left.update(settled_at=START - timedelta(hours=1))
    minutes(41, 60, shop, sales)
    assert subjects(peers[1]) == ["Answers of “Shop” do not leave."]
    assert peers[0].taken == []
    assert [finding.level for finding in examinations.alerts()] == ["wrong"]
    Outgoing.objects.filter(message=message).update(state="accepted", error="", settled_at=START + timedelta(hours=1))
    minutes(61, 62, shop, sales)
    assert subjects(peers[1])[-1] == "Answers of “Shop” leave again."


def test_quarantine_that_grows_and_mail_that_waits_are_told(boxes, peers):
    words = {"mailbox": boxes[0], "file": store(b"x")}
    for number in range(5):
        late = START - timedelta(minutes=30)
        Arrival.objects.create(key=f"q{number}", received_at=START, state=ArrivalState.QUARANTINED, **words)
        # Old mail that is imported may wait.
        Arrival.objects.create(key=f"s{number}", received_at=late, is_silent=True, **words)
    minutes(0, 10, *boxes)
    assert [alert.kind for alert in open_alerts()] == ["quarantine"]
    receive(b"x", key="late", mailbox=boxes[0], received_at=START - timedelta(minutes=1))
    minutes(11, 30, *boxes)
    assert [alert.kind for alert in open_alerts()] == ["quarantine", "arrivals"]
    Arrival.objects.all().delete()
    minutes(31, 32, *boxes)
    assert not open_alerts()
    assert "Mail that comes in is read again." in subjects(peers[0])


def test_paused_mailbox_is_no_alert_and_a_pause_ends_one_without_a_word(boxes, peers, cast):
    shop, sales = boxes
    stops(shop)
    minutes(0, 20, sales)
    assert len(peers[1].taken) == 1
    pause(shop, "fetching", person=cast.anna)
    minutes(21, 60, sales)
    assert not open_alerts()
    assert len(peers[1].taken) == 1
    resume(shop, "fetching", person=cast.anna)
    works(shop, 61)
    minutes(61, 65, shop, sales)
    assert len(peers[1].taken) == 1


def test_bounce_of_an_alert_makes_neither_case_nor_alert(boxes, peers, arrive):
    stops(boxes[0])
    minutes(0, 20, boxes[1])
    _to, mail = mails(peers[1])[0]
    report = (
        b"From: MAILER-DAEMON@mx.example\r\nTo: sales@shop.example\r\nSubject: Undelivered\r\n"
        b"Return-Path: <>\r\nMIME-Version: 1.0\r\nMessage-ID: <dsn@mx.example>\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nIt did not work.\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        b"Final-Recipient: rfc822; anna@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        b"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: "
        + mail["Message-ID"].encode()
        + b"\r\n\r\n--b--\r\n"
    )
    absent = EmailMessage("Out of office", "I am away.", "anna@example.com", ["sales@shop.example"])
    absent.extra_headers = {"Auto-Submitted": "auto-replied", "In-Reply-To": mail["Message-ID"]}
    assert arrive(report, boxes[1]).outcome == "bounce"
    assert arrive(absent.message().as_bytes(), boxes[1]).outcome == "ignored"
    assert not Case.objects.exists()
    minutes(21, 40, boxes[1])
    assert len(peers[1].taken) == 1


def test_alert_to_an_address_of_our_own_makes_no_case(boxes, peers, arrive, cast):
    User.objects.filter(pk=cast.anna.pk).update(email="shop@shop.example")
    stops(boxes[0])
    minutes(0, 20, boxes[1])
    [(to, _mail)] = mails(peers[1])
    assert to == ["shop@shop.example"]
    assert arrive(peers[1].taken[0][1], boxes[0]).outcome == "ignored"


def test_banner_is_for_administrators_and_put_away_until_something_changes(boxes, peers, cast, client_of):
    anna, lena = client_of(cast.anna), client_of(cast.lena)
    assert "Put away" not in anna.get("/queues/open/").text
    stops(boxes[0])
    minutes(0, 20, boxes[1])
    for page in ("/queues/open/", "/settings/organisation/", "/settings/alerts/"):
        assert "Mail of “Shop” is not fetched." in anna.get(page).text
    assert "is not fetched" not in lena.get("/queues/open/").text
    assert lena.get("/settings/alerts/").status_code == 404
    assert client_of().post("/settings/alerts/put-away/").status_code == 302
    part = anna.post("/settings/alerts/put-away/", headers={"hx-request": "true"})
    assert "is not fetched" not in part.text
    assert "is not fetched" not in anna.get("/queues/open/").text
    stops(boxes[1], 21)
    minutes(21, 40)
    assert "Mail of “Sales” is not fetched." in anna.get("/queues/open/").text


def test_banner_costs_no_query_while_alerts_are_known(boxes, cast, client_of, rf):
    from ancora.conversations.banner import banner

    stops(boxes[0])
    minutes(0, 20, boxes[1])
    request = rf.get("/")
    request.user = cast.anna
    banner(request)
    with CaptureQueriesContext(connection) as asked:
        assert "is not fetched" in banner(request)
    assert len(asked) == 0


def test_mail_of_ancora_itself_leaves_by_a_mailbox_that_may_send(boxes, peers, cast):
    from ancora.conversations.channels.email.system_mail import SystemMailBackend

    pause(boxes[0], "sending", person=cast.anna)
    SystemMailBackend().send_messages([EmailMessage("Come in", "Here.", None, ["new@example.com"])])
    assert (len(peers[0].taken), len(peers[1].taken)) == (0, 1)
    send_by(boxes[1], EmailMessage("Once more", "Here.", None, ["new@example.com"]))
    assert len(peers[1].taken) == 2
