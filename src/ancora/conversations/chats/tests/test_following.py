"""A new matter takes all browsers of a visitor along, and nobody waits for the other for ever."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction

from ancora.cases.models import Case, Status
from ancora.conversations.chats.commands.begin import begin_chat
from ancora.conversations.chats.commands.post import post_from_visitor, write_line
from ancora.conversations.chats.tests.rooms import Browser
from ancora.conversations.chats.visitors import digest_of, standing_of
from ancora.conversations.models import ChatVisitor
from ancora.platform import clock

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


@pytest.mark.parametrize("write", [post_from_visitor, begin_chat])
def test_two_browsers_write_as_a_new_matter_begins(account, write):
    """The one has the case and takes both along; the other, which began later, must not hold itself by then."""
    first, second = Browser(account), Browser(account)
    first.begin()
    known = ChatVisitor.objects.get()
    also = {"account": account, "handle": known.handle, "conversation": known.conversation}
    ChatVisitor.objects.create(token_digest=digest_of(second.token), began_at=clock.now(), seen_at=clock.now(), **also)
    Case.objects.update(status=Status.CLOSED, resolved_at=clock.now() - timedelta(days=100))

    def other(browser: Browser):
        try:
            return write(account.token, browser.token, client_key=uuid4(), text="From the other one")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            standing = standing_of(account.token, first.token, is_held=True)
            Case.objects.select_for_update().get()
            waits = thread.submit(other, second)
            _until_one_waits()
            begun = write_line(standing, client_key=uuid4(), text="Another thing")
        went_on = waits.result(timeout=30)
    assert (begun.number, went_on.number) == (1, 2)
    assert begun.conversation_id == went_on.conversation_id != known.conversation_id
    assert [line["text"] for line in second.lines()] == ["Another thing", "From the other one"]
