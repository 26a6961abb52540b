"""A mailbox of a million mails is opened and followed without being listed, whatever its server can."""

from datetime import UTC, datetime, timedelta

import pytest

from ancora.conversations.channels.email.fetching import watch_mailboxes
from ancora.conversations.channels.email.tests.imap_peer import MODERN, ImapPeer, imap_peer
from ancora.conversations.channels.email.tests.living import fetch_of, process_arrivals, running, until
from ancora.conversations.channels.email.tests.test_fetching import subjects
from ancora.conversations.channels.email.tests.test_imap_troubles import follow  # noqa: F401
from ancora.conversations.models import Arrival, Mailbox

MILLION = 1_000_000
OLD = "IMAP4rev1 IDLE AUTH=PLAIN"
NOW = datetime.now(UTC)
pytestmark = pytest.mark.usefixtures("quick")


def aged(uid: int) -> datetime:
    """A mail a minute, the last one two days ago."""
    return NOW - timedelta(days=2, minutes=MILLION - uid)


def million(capabilities: str = MODERN, uids=None):
    return imap_peer(uids or range(1, MILLION + 1), capabilities=capabilities, arrived=aged)


def arrive_live(peer: ImapPeer, uid: int) -> None:
    peer.arrived = lambda number: datetime.now(UTC) if number == uid else aged(number)
    peer.deliver(uid)


@pytest.mark.parametrize("capabilities", [MODERN, OLD, "IMAP4rev1 AUTH=PLAIN"], ids=["modern", "old", "older"])
def test_old_mail_that_is_left_costs_nothing(follow, monkeypatch, capabilities):  # noqa: F811
    from ancora.conversations.channels.email.fetching import mailbox as following

    monkeypatch.setattr(following, "POLL_SECONDS", 0.2)
    with million(capabilities) as peer:
        box = follow(peer)
        with running(watch_mailboxes), running(process_arrivals):
            until(lambda: fetch_of(box).succeeded_at)
            assert fetch_of(box).last_uid == MILLION
            assert (len(peer.asked("UID")) <= 3, peer.sent < 2_000) == (True, True)
            arrive_live(peer, MILLION + 1)
            until(lambda: subjects() == [f"Mail {MILLION + 1}"])
        assert peer.sent < 5_000


def test_silent_import_goes_on_window_by_window_and_new_mail_does_not_wait(follow):  # noqa: F811
    with million() as peer:
        box = follow(peer, old_mail="import")
        with running(watch_mailboxes), running(process_arrivals):
            until(lambda: Arrival.objects.filter(is_silent=True).count() >= 100)
            arrive_live(peer, MILLION + 1)
            until(lambda: Arrival.objects.filter(is_silent=False).exists(), 20)
            fetch = fetch_of(box)
        done = Arrival.objects.filter(is_silent=True).count()
    assert fetch.old_total == MILLION
    assert fetch.is_importing
    # A window of 200 at most beyond what is stored; each mail is named once and sent once.
    listed = [line.split()[2] for line in peer.asked("UID FETCH") if "RFC822.SIZE" in line and "*" not in line]
    assert all(int(last) - int(first) < 200 for first, last in (numbers.split(":") for numbers in listed))
    assert len(peer.commands) < done / 4 + 60
    assert peer.sent < (done + 250) * 500 + 20_000


@pytest.mark.parametrize("capabilities", [MODERN, OLD], ids=["modern", "old"])
def test_wide_gaps_between_uids_are_jumped_over(follow, capabilities):  # noqa: F811
    """A server that makes UIDs of the time has billions of them for a few mails."""
    uids = [7, 400_000_000, 400_000_001, 1_700_000_000]
    with imap_peer(uids, capabilities=capabilities, arrived=lambda uid: NOW - timedelta(days=9)) as peer:
        box = follow(peer, old_mail="import")
        if capabilities == OLD:
            # Without a way to jump every stride is a question: it goes on, and new mail is seen meanwhile.
            with running(watch_mailboxes), running(process_arrivals):
                until(lambda: "Mail 7" in subjects())
                peer.arrived = lambda uid: datetime.now(UTC) if uid == 1_700_000_001 else NOW - timedelta(days=9)
                peer.deliver(1_700_000_001)
                until(lambda: "Mail 1700000001" in subjects(), 60)
            return
        with running(watch_mailboxes), running(process_arrivals):
            until(lambda: len(subjects()) == 4)
            until(lambda: not fetch_of(box).is_importing)
        assert len(peer.commands) < 40
    assert Mailbox.objects.count() == 1
