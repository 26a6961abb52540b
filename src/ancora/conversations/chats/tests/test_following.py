"""A new matter takes all browsers of a visitor along, and nobody waits for the other for ever."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction

from ancora.cases.commands import blocking
from ancora.cases.models import Case, Status
from ancora.conversations.channels.chat.posted import Introduction
from ancora.conversations.chats.commands.begin import begin_chat
from ancora.conversations.chats.commands.blocking import block_visitors
from ancora.conversations.chats.commands.here import GONE_AFTER, note_gone, note_here
from ancora.conversations.chats.commands.post import post_from_visitor, write_line
from ancora.conversations.chats.commands.recognising import recognise
from ancora.conversations.chats.commands.returning import come_back, ticket_of
from ancora.conversations.chats.signed import person_of
from ancora.conversations.chats.tests.rooms import SECRET, Browser, rows_of, signed
from ancora.conversations.chats.visitors import digest_of, standing_of
from ancora.conversations.models import ChatVisitor, Contact
from ancora.platform import clock
from ancora.platform.errors import Refusal

# Not `pg_stat_activity`, which shows a transaction the same picture until it ends.
_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def _until_one_waits() -> None:
    deadline = time.monotonic() + 30
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(_WAITING)
            if cursor.fetchone()[0]:
                return
    raise AssertionError("Nobody waits.")


@contextmanager
def beside():
    """`meanwhile(work)`: in a thread, with a connection of its own."""

    def alone(work):
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        yield lambda work: thread.submit(alone, work)


def _join(known: ChatVisitor, browser: Browser, **instead) -> ChatVisitor:
    also = {"account": known.account, "handle": known.handle, "conversation": known.conversation, **instead}
    digest, now = digest_of(browser.token), clock.now()
    return ChatVisitor.objects.create(token_digest=digest, began_at=now, seen_at=now, **also)


@pytest.mark.parametrize("write", [post_from_visitor, begin_chat])
def test_two_browsers_write_as_a_new_matter_begins(account, write):
    """The one has the case and takes both along; the other, which began later, must not hold itself by then."""
    first, second = Browser(account), Browser(account)
    first.begin()
    known = ChatVisitor.objects.get()
    _join(known, second)
    Case.objects.update(status=Status.CLOSED, resolved_at=clock.now() - timedelta(days=100))

    def other():
        return write(account.token, second.token, client_key=uuid4(), text="From the other one")

    with beside() as meanwhile:
        with transaction.atomic():
            standing = standing_of(account.token, first.token, is_held=True)
            Case.objects.select_for_update().get()
            waits = meanwhile(other)
            _until_one_waits()
            begun = write_line(standing, client_key=uuid4(), text="Another thing")
        went_on = waits.result(timeout=30)
    assert (begun.number, went_on.number) == (1, 2)
    assert begun.conversation_id == went_on.conversation_id != known.conversation_id
    assert [line["text"] for line in second.lines()] == ["Another thing", "From the other one"]


def _person(sub: str) -> str:
    return signed(sub=sub, exp=int(clock.now().timestamp()) + 600)


@pytest.mark.parametrize("way", ["link", "identity", "first line"])
def test_nobody_slips_past_a_block_that_is_being_made(account, cast, way):
    Browser(account).begin(identity=_person("4711"))
    known, new = ChatVisitor.objects.get(), Browser(account).token
    ticket = ticket_of(known, "carla@example.org")
    introduction = Introduction(person=person_of(_person("4711"), SECRET))
    ways = {
        "link": lambda: come_back(account.token, new, ticket=ticket),
        "identity": lambda: recognise(account.token, new, identity=_person("4711")),
        "first line": lambda: begin_chat(
            account.token, new, client_key=uuid4(), text="Again", introduction=introduction
        ),
    }
    with beside() as meanwhile:
        with transaction.atomic():
            block_visitors(known.conversation_id, author=cast.lena)
            slips = meanwhile(ways[way])
            _until_one_waits()
        with pytest.raises(Refusal):
            slips.result(timeout=30)
    assert ChatVisitor.objects.get() == known


def test_who_comes_while_the_block_waits_is_blocked_too(account, cast):
    first = Browser(account)
    first.begin()
    known, new = ChatVisitor.objects.get(), Browser(account).token
    with beside() as meanwhile:
        with transaction.atomic():
            come_back(account.token, new, ticket=ticket_of(known, "carla@example.org"))
            blocks = meanwhile(lambda: block_visitors(known.conversation_id, author=cast.lena))
            _until_one_waits()
        assert blocks.result(timeout=30)
    assert ChatVisitor.objects.filter(blocked_at=None).count() == 0
    assert ChatVisitor.objects.count() == 2


def test_who_blocks_waits_for_nobody_while_the_case_is_held(account, cast, monkeypatch):
    """Another browser of theirs is known once the people are held, holds itself to write, and waits for the case."""
    Browser(account).begin()
    known, second, held = ChatVisitor.objects.get(), Browser(account), blocking.locked

    def write():
        with transaction.atomic():
            standing_of(account.token, second.token, is_held=True)
            Case.objects.select_for_update().get()

    with beside() as meanwhile:
        waiting = []

        def locked(case):
            found = held(case)
            meanwhile(lambda: _join(known, second, conversation=None)).result(timeout=30)
            waiting.append(meanwhile(write))
            _until_one_waits()
            return found

        monkeypatch.setattr(blocking, "locked", locked)
        blocking.block_visitor_of(Case.objects.get(), author=cast.lena)
        waiting[0].result(timeout=30)
    known.refresh_from_db()
    assert known.blocked_by == cast.lena


def test_who_is_here_and_who_is_gone_are_noted_in_one_order(account):
    browsers = [Browser(account), Browser(account)]
    for browser in browsers:
        browser.begin()
    # The first session of the second chat is older than the second of the first, and lies behind it by now.
    browsers[0].post("end/")
    browsers[0].write("One thing more")
    sessions = list(Contact.objects.filter(ended_at=None).order_by("id"))
    note_here([one.conversation_id for one in sessions])
    while rows_of("SELECT id FROM conversations_contact WHERE ended_at IS NULL ORDER BY ctid")[0] == (sessions[0].pk,):
        Contact.objects.filter(pk=sessions[0].pk).update(started_at=clock.now())

    def gone():
        with clock.at(clock.now() + 2 * GONE_AFTER):
            note_gone()

    with beside() as meanwhile:
        with transaction.atomic():
            Contact.objects.select_for_update().get(pk=sessions[0].pk)
            waits = meanwhile(gone)
            _until_one_waits()
            Contact.objects.select_for_update(nowait=True).get(pk=sessions[1].pk)
        waits.result(timeout=30)
    assert Contact.objects.filter(ended_at=None, gone_at=None).count() == 0
