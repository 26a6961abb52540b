"""IMAP servers behave badly in many ways; nothing is lost, nothing doubled, and it is said in plain words."""

import time
from datetime import UTC, datetime

import pytest

from ancora.conversations.channels.email.fetching import mailbox as following
from ancora.conversations.channels.email.fetching import watch_mailboxes, wire
from ancora.conversations.channels.email.tests.imap_peer import HANG_UP, MODERN, imap_peer, once
from ancora.conversations.channels.email.tests.living import fetch_of, looked, process_arrivals, running, until
from ancora.conversations.channels.email.tests.test_fetching import event_types, subjects
from ancora.conversations.models import Arrival, Mailbox

pytestmark = pytest.mark.usefixtures("quick")
NOW = datetime.now(UTC)


@pytest.fixture
def follow(db):
    """`follow(peer)`: the mailbox of that server, followed from now on; nothing in it is old."""

    def connect(peer, **fields) -> Mailbox:
        return Mailbox.objects.create(
            **{
                "name": "Support",
                "address": "support@shop.example",
                "imap_host": "127.0.0.1",
                "imap_port": peer.port,
                "imap_security": "none",
                "imap_user": "support",
                "imap_password": "secret",
                **fields,
            }
        )

    return connect


def fresh(uids, **options):
    """A server whose mails came just now."""
    return imap_peer(uids, arrived=lambda uid: datetime.now(UTC), **options)


def names(*uids: int) -> list[str]:
    return [f"Mail {uid}" for uid in uids]


def cut_in_a_literal(_line: str) -> bytes:
    return b"* 1 FETCH (UID 1 BODY[] {5000}\r\nFrom: Carla <c@x.example>\r\nSubject: half a"


def test_connection_cut_in_the_middle_of_a_mail_loses_and_doubles_nothing(follow, monkeypatch):
    # Half a mail and then silence; then a connection that ends there.
    monkeypatch.setattr(wire, "SILENCE_SECONDS", 0.5)
    with fresh([1, 2, 3]) as peer:
        cut = iter([cut_in_a_literal, lambda _line: HANG_UP, None])

        def manner(line: str):
            if "BODY.PEEK" not in line:
                return None
            step = next(cut, None)
            return step(line) if step else None

        peer.manners["UID FETCH"] = manner
        follow(peer)
        with running(watch_mailboxes), running(process_arrivals):
            until(lambda: len(subjects()) == 3)
    assert subjects() == names(1, 2, 3)
    assert Arrival.objects.count() == 3


def test_garbage_instead_of_answers_is_recognised_and_got_over(follow):
    with fresh([1]) as peer:
        peer.manners["EXAMINE"] = once(b"\x16\x03\x01 what is this\r\n" * 200)
        box = follow(peer)
        with running(watch_mailboxes), running(process_arrivals):
            until(lambda: "no IMAP server" in fetch_of(box).error)
            assert until(lambda: subjects() == names(1))


def test_a_line_of_nonsense_between_answers_is_passed_over(follow):
    with fresh([1]) as peer:
        peer.manners["greeting"] = lambda _line: b"* OK here\r\n\r\nnonsense\r\n"
        follow(peer)
        with running(watch_mailboxes), running(process_arrivals):
            assert until(lambda: subjects() == names(1))


def test_silent_server_is_given_up_and_asked_again(follow, monkeypatch):
    monkeypatch.setattr(wire, "SILENCE_SECONDS", 0.3)
    with fresh([1]) as peer:
        peer.manners["EXAMINE"] = once(b"")
        box = follow(peer)
        with running(watch_mailboxes), running(process_arrivals):
            until(lambda: "does not answer" in fetch_of(box).error)
            assert until(lambda: subjects() == names(1))


def test_slow_server_is_waited_for(follow, monkeypatch):
    monkeypatch.setattr(wire, "SILENCE_SECONDS", 1.0)
    with fresh(list(range(1, 6))) as peer:
        peer.drip_seconds = 0.05
        box = follow(peer)
        with running(watch_mailboxes), running(process_arrivals):
            until(lambda: len(subjects()) == 5, 30)
        assert peer.connections == 1
    assert fetch_of(box).error == ""


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        ("greeting", b"* BYE Too many simultaneous connections. (Failure)\r\n"),
        ("EXAMINE", b"{tag} NO [THROTTLED] Request is throttled. Suggested Backoff Time: 700 milliseconds\r\n"),
        ("EXAMINE", b"* BYE [UNAVAILABLE] We are busy\r\n"),
        ("AUTHENTICATE", b"{tag} NO [UNAVAILABLE] Temporary authentication failure\r\n"),
        ("UID FETCH", b"{tag} NO [OVERQUOTA] Account exceeded command or bandwidth limits\r\n"),
        ("UID SEARCH", b"{tag} NO [LIMIT] Too many searches\r\n"),
    ],
)
def test_server_that_wants_to_be_left_alone_is_left_alone(follow, monkeypatch, verb, said):
    monkeypatch.setattr(wire, "BUSY_SECONDS", 1.0)
    with fresh([1, 2]) as peer:
        peer.manners[verb] = once(said, times=1)
        box = follow(peer)
        with running(watch_mailboxes), running(process_arrivals):
            until(lambda: "wants to be left alone for a while" in fetch_of(box).error)
            time.sleep(0.5)
            assert peer.connections == 1
            until(lambda: subjects() == names(1, 2))
    assert not Arrival.objects.filter(state="quarantined").exists()


def test_limit_in_the_middle_of_a_batch_puts_no_good_mail_into_quarantine(follow, monkeypatch):
    monkeypatch.setattr(wire, "BUSY_SECONDS", 0.2)
    with fresh(list(range(1, 6))) as peer:
        one = peer.mail(1)
        half = b"* 1 FETCH (UID 1 BODY[] {%d}\r\n%s)\r\n{tag} NO [OVERQUOTA] Enough for today\r\n" % (len(one), one)
        left = iter([half])
        peer.manners["UID FETCH"] = lambda line: next(left, None) if "BODY.PEEK" in line else None
        follow(peer)
        with running(watch_mailboxes), running(process_arrivals):
            until(lambda: len(subjects()) == 5)
    assert set(Arrival.objects.values_list("state", "outcome")) == {("done", "opened")}


def test_server_that_stumbles_over_one_mail_hands_over_the_others(follow):
    with fresh(list(range(1, 6))) as peer:

        def stumble(line: str):
            numbers = line.split()[2]
            if "BODY.PEEK" in line and "3" in numbers.split(","):
                first = "".join(
                    f"* 1 FETCH (UID {uid} BODY[] {{{len(peer.mail(uid))}}}\r\n{peer.mail(uid).decode()})\r\n"
                    for uid in (1, 2)
                    if str(uid) in numbers.split(",")
                )
                return first.encode() + b"{tag} NO Internal error while reading UID 3\r\n"
            return None

        peer.manners["UID FETCH"] = stumble
        follow(peer)
        with running(watch_mailboxes), running(process_arrivals):
            until(lambda: Arrival.objects.count() == 5)
            until(lambda: len(subjects()) == 4)
    assert sorted(subjects()) == names(1, 2, 4, 5)
    held = Arrival.objects.get(state="quarantined")
    assert "UID 3" in held.reason


def test_mail_that_is_refused_in_a_bad_moment_is_read_when_that_is_over(follow):
    with fresh([1, 2, 3]) as peer:
        left = iter([b"{tag} NO [SERVERBUG] Internal error\r\n"] * 5)

        def bad_moment(line: str):
            return next(left, None) if "BODY.PEEK[]" in line and "2" in line.split()[2].split(",") else None

        peer.manners["UID FETCH"] = bad_moment
        follow(peer)
        with running(watch_mailboxes), running(process_arrivals):
            until(lambda: len(subjects()) == 3)
    assert sorted(subjects()) == names(1, 2, 3)
    assert not Arrival.objects.filter(state="quarantined").exists()


def test_mail_that_was_moved_out_before_it_was_fetched_is_nobodys(follow):
    with fresh([1, 2, 3]) as peer:

        def gone(line: str):
            if "BODY.PEEK" in line:
                peer.uids = [1, 3]
            return

        peer.manners["UID FETCH"] = gone
        box = follow(peer)
        with running(watch_mailboxes), running(process_arrivals):
            until(lambda: len(subjects()) == 2)
            until(lambda: fetch_of(box).last_uid == 3)
    assert subjects() == names(1, 3)
    assert not Arrival.objects.filter(state="quarantined").exists()


@pytest.mark.parametrize("missing", ["IDLE", "UIDPLUS", "ESEARCH", "SASL-IR", "IDLE UIDPLUS ESEARCH SASL-IR"])
def test_server_that_can_little_is_followed_all_the_same(follow, monkeypatch, missing):
    monkeypatch.setattr(following, "POLL_SECONDS", 0.2)
    left = [word for word in MODERN.split() if word not in missing]
    with fresh([4, 9], capabilities=" ".join(left), says_uid_next=False) as peer:
        box = follow(peer)
        with running(watch_mailboxes), running(process_arrivals):
            until(lambda: len(subjects()) == 2)
            peer.deliver(12)
            until(lambda: len(subjects()) == 3)
    assert subjects() == names(4, 9, 12)
    assert fetch_of(box).last_uid == 12


def test_empty_folder_of_a_server_without_uidnext_takes_the_first_mail(follow):
    with fresh([], says_uid_next=False) as peer:
        box = follow(peer)
        with running(watch_mailboxes), running(process_arrivals):
            until(lambda: looked(box))
            peer.deliver(1)
            assert until(lambda: subjects() == names(1))


def test_idle_that_the_server_ends_by_itself_is_begun_again_without_haste(follow, monkeypatch):
    monkeypatch.setattr(following, "SHORTEST_WAIT", 0.3)
    with fresh([1]) as peer:
        peer.manners["IDLE"] = lambda _line: b"+ idling\r\n{tag} OK that was long enough\r\n"
        box = follow(peer)
        with running(watch_mailboxes), running(process_arrivals):
            until(lambda: looked(box))
            time.sleep(1.2)
            assert 1 < len(peer.asked("IDLE")) <= 6
            peer.new[2] = b""
            until(lambda: len(subjects()) == 2)
        assert peer.connections == 1


def test_idle_that_is_offered_and_refused_becomes_asking(follow, monkeypatch):
    monkeypatch.setattr(following, "POLL_SECONDS", 0.2)
    with fresh([1]) as peer:
        peer.manners["IDLE"] = lambda _line: b"{tag} BAD not today\r\n"
        box = follow(peer)
        with running(watch_mailboxes), running(process_arrivals):
            until(lambda: looked(box))
            peer.new[2] = b""
            until(lambda: len(subjects()) == 2)
        assert (peer.connections, len(peer.asked("IDLE"))) == (1, 1)


def test_connection_that_ends_while_waiting_is_opened_again_before_anybody_is_told(follow):
    with fresh([1]) as peer:
        box = follow(peer)
        with running(watch_mailboxes), running(process_arrivals):
            until(lambda: looked(box))
            until(lambda: peer._idle)
            peer.announce(b"* BYE Session expired\r\n")
            until(lambda: peer.connections == 2)
            until(lambda: peer._idle)
            peer.deliver(2)
            until(lambda: len(subjects()) == 2)
    assert (fetch_of(box).error, event_types()) == ("", [])


def test_mail_announced_while_we_look_is_not_waited_for(follow):
    """A server tells of a new mail once: at the end of the very command that did not show it yet, perhaps."""
    with fresh([1]) as peer:

        def comes_meanwhile(line: str):
            if "*" not in line or peer.new:
                return None
            peer.new[2] = b""
            peer._told = dict.fromkeys(peer._told, 2)
            return b"* 2 EXISTS\r\n{tag} OK done\r\n"

        peer.manners["UID FETCH"] = comes_meanwhile
        follow(peer)
        with running(watch_mailboxes), running(process_arrivals):
            assert until(lambda: len(subjects()) == 2)


def test_thousands_of_changed_flags_wake_nobody(follow):
    with fresh([1]) as peer:
        box = follow(peer)
        with running(watch_mailboxes), running(process_arrivals):
            until(lambda: looked(box))
            until(lambda: peer._idle)
            asked = len(peer.commands)
            for number in range(3000):
                peer.announce(b"* %d FETCH (FLAGS (\\Seen))\r\n" % (number + 1))
            time.sleep(0.3)
            assert len(peer.commands) == asked
            peer.deliver(2)
            until(lambda: len(subjects()) == 2)


def test_password_that_changes_is_noticed_at_the_next_connection_and_put_right(follow):
    with fresh([1]) as peer:
        box = follow(peer)
        with running(watch_mailboxes), running(process_arrivals):
            until(lambda: looked(box))
            until(lambda: peer._idle)
            peer.manners["AUTHENTICATE"] = lambda _line: b"{tag} NO [AUTHENTICATIONFAILED] Invalid credentials\r\n"
            peer.announce(b"* BYE Password changed\r\n")
            until(lambda: "user name and password" in fetch_of(box).error)
            peer.new[2] = b""
            del peer.manners["AUTHENTICATE"]
            Mailbox.objects.update(imap_password="new")
            until(lambda: len(subjects()) == 2)
    assert event_types() == ["mailbox.stopped", "mailbox.resumed"]
