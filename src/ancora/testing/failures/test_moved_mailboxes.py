"""Mailboxes change under the hands of the worker: what was read there stays, what is there is read."""

import pytest
from django.db import connection

from ancora.conversations.channels.email.fetching import watch_mailboxes
from ancora.conversations.channels.email.fetching.cursor import (
    CursorMoved,
    Loaded,
    begin_anew,
    cursor_of,
    keep,
    sources,
)
from ancora.conversations.channels.email.tests.living import fetch_of, process_arrivals, running
from ancora.conversations.commands.mailboxes import save_mailbox
from ancora.conversations.models import Arrival, Message
from ancora.platform.events.actors import Actor
from ancora.testing.failures.letters import letter
from ancora.testing.failures.waiting import until

pytestmark = pytest.mark.usefixtures("nothing_half_written")


def subjects() -> list[str]:
    return sorted(Message.objects.values_list("subject", flat=True))


def test_mailbox_moved_to_another_account_with_the_same_numbers_loses_nothing(cast, connected, dovecot, address):
    """Servers number mailboxes alike: two accounts of one provider both begin with UID 1 of UIDVALIDITY 1."""
    other = f"other-{address}"
    # Connected first: mail that lay there before is old, and not taken in.
    box = connected()
    for one in (address, other):
        dovecot.put(one, letter(f"first at {one}"))
    _number_alike(dovecot, address, other)
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: subjects() == [f"first at {address}"])
        box.imap_user = other
        save_mailbox(box, teams=[], passwords={}, actor=Actor.human(cast.anna))
        until(lambda: len(subjects()) == 2)
    assert fetch_of(box).uid_validity == 77
    assert subjects() == sorted([f"first at {address}", f"first at {other}"])


def test_old_connection_of_a_moved_mailbox_stores_nothing_more(cast, connected, dovecot, address):
    """Another worker may still be reading the old account when the mailbox is moved: its mail is no longer ours, and
    its numbers must not move the new account's cursor."""
    box = connected()
    old = sources()[box.pk]
    cursor = begin_anew(box.pk, cursor_of(box.pk), 77, last_uid=0, old_until_uid=0)
    box.imap_user = f"other-{address}"
    save_mailbox(box, teams=[], passwords={}, actor=Actor.human(cast.anna))
    begin_anew(box.pk, cursor_of(box.pk), 77, last_uid=0, old_until_uid=0)
    with pytest.raises(CursorMoved):
        keep(old, cursor, [Loaded(9, letter("of the old account").as_bytes(), None)], 9)
    assert (Arrival.objects.count(), fetch_of(box).last_uid) == (0, 0)


def test_one_unreadable_password_does_not_stop_the_other_mailboxes(connected, dovecot, address):
    """As after a restore under another key, when one password was typed anew."""
    broken = connected(address=f"broken-{address}")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE conversations_mailbox SET imap_password = 'of-another-key' WHERE id = %s", [broken.pk])
    connected()
    dovecot.put(address, letter("while one is broken"))
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: subjects() == ["while one is broken"])
        until(lambda: "Type the password anew" in fetch_of(broken).error)
    assert subjects() == ["while one is broken"]


def _number_alike(dovecot, *addresses: str) -> None:
    for address in addresses:
        path = dovecot.maildir(address) / "dovecot-uidlist"
        head, _, rest = path.read_text().partition("\n")
        path.write_text(" ".join("V77" if word[0] == "V" else word for word in head.split(" ")) + "\n" + rest)
        for index in dovecot.maildir(address).glob("dovecot.index*"):
            index.unlink()
