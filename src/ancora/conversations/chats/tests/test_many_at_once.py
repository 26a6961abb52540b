"""What many streams ask when they come back together: each gets its own, and it is asked once for all."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.commands.saying import say_in_case
from ancora.cases.queries import case_of_conversation
from ancora.conversations.chats.commands.blocking import block_visitors
from ancora.conversations.chats.queries import lines_of_many, lines_since, state_of, states_of
from ancora.conversations.chats.tests.rooms import Browser, open_account
from ancora.conversations.chats.visitors import Blocked, Closed, NoVisitor, digest_of, standing_of, standings_of
from ancora.conversations.models import ChannelAccount, ChatVisitor


@pytest.fixture
def account(cast, mailbox):
    return open_account(mailbox)


@pytest.fixture
def begun(account):
    """`begun(text, …)`: a browser that wrote these lines, and the number of its conversation."""

    def begin(*lines: str) -> tuple[Browser, int]:
        browser = Browser(account)
        browser.begin(lines[0])
        for line in lines[1:]:
            browser.write(line)
        return browser, ChatVisitor.objects.get(token_digest=digest_of(browser.token)).conversation_id

    return begin


def test_everybody_stands_where_they_would_alone(cast, account, begun, mailbox):
    (carla, _chat), (zoe, chat), silent = begun("It leaks"), begun("It squeaks"), Browser(account)
    other, closed = open_account(mailbox, name="Other shop"), open_account(mailbox, name="Closed")
    late = Browser(closed)
    late.begin()
    ChannelAccount.objects.filter(pk=closed.pk).update(is_active=False)
    block_visitors(chat, author=cast.marco)
    doors = [
        (account.token, carla.token),
        (account.token, zoe.token),
        (closed.token, late.token),
        (other.token, carla.token),
        (account.token, silent.token),
        (account.token, carla.token),
    ]
    with CaptureQueriesContext(connection) as queries:
        found = standings_of(doors)
    assert len(queries) == 1
    alone = standing_of(account.token, carla.token)
    assert [found[0], found[5]] == [alone, alone]
    assert [type(one) for one in found[1:5]] == [Blocked, Closed, NoVisitor, NoVisitor]
    assert standings_of([]) == []


def test_each_gets_its_own_lines_after_its_own_number(cast, begun):
    (_carla, first), (_zoe, second) = begun("a1", "a2", "a3"), begun("b1", "b2")
    since = [(second, 1), (first, 0), (first, 2), (10**9, 0), (second, 2)]
    with CaptureQueriesContext(connection) as queries:
        found = lines_of_many(since)
    assert len(queries) == 1
    assert [[line.told["text"] for line in lines] for lines in found] == [["b2"], ["a1", "a2", "a3"], ["a3"], [], []]
    assert [[line.number for line in lines] for lines in lines_of_many(since, most=1)] == [[2], [1], [3], [], []]
    assert found[1] == lines_since(first, 0)


def test_each_is_told_its_own_state(cast, begun):
    (_carla, first), (_zoe, second) = begun("a1", "a2"), begun("b1")
    say_in_case(case_of_conversation(first), text="Yes", author=cast.marco, form_key=uuid4())
    with CaptureQueriesContext(connection) as queries:
        states = states_of([first, second])
    assert len(queries) == 1
    assert (states[first].newest, states[first].agent, states[first].read_by_us) == (3, "Marco Reale", 2)
    assert (states[second].newest, states[second].agent, states[second].read_by_us) == (1, "", 0)
    assert states == {first: state_of(first), second: state_of(second)}
