"""Who waits is told how long, by who is there; who is gone before an answer has left the queue once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import F

from ancora.cases.commands.saying import say_in_case
from ancora.cases.models import RoutedAgent
from ancora.cases.presence.desks import keep_desk_open
from ancora.cases.queries import case_of_conversation
from ancora.cases.waits.arithmetic import erlang_quantile
from ancora.cases.waits.expected import expected_wait
from ancora.conversations.chats.commands.end import end_chat
from ancora.conversations.chats.commands.here import note_gone, note_here
from ancora.conversations.chats.commands.silence import end_silent_chats
from ancora.conversations.chats.models import Ending
from ancora.conversations.chats.tests.rooms import Browser, open_account
from ancora.conversations.models import ChatVisitor, Contact
from ancora.platform import clock
from ancora.platform.events.actors import Actor
from ancora.selfservice.now import now_of
from ancora.selfservice.queueing import places_of, tell_waits


@pytest.fixture
def account(cast, mailbox):
    return open_account(mailbox)


def begin(account) -> int:
    browser = Browser(account)
    browser.begin(client_key=uuid4())
    return ChatVisitor.objects.latest("id").conversation_id


def say(conversation_id: int, author) -> None:
    case = case_of_conversation(conversation_id)
    say_in_case(case, text="Hello", author=author, form_key=uuid4())


def left() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attrs->>'kind', (attrs->>'waited_seconds')::int FROM event WHERE type = 'queue.left' ORDER BY id"
        )
        return cursor.fetchall()


def count(kind: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM event WHERE type = %s", [kind])
        return cursor.fetchone()[0]


def test_each_session_enters_the_queue_once_and_leaves_it_once(cast, account):
    answered, parked, abandoned = (begin(account) for _time in range(3))
    for _time in range(2):
        say(answered, cast.marco)
    end_chat(answered, ending=Ending.AGENT, actor=Actor.human(cast.marco))
    end_chat(parked, ending=Ending.PARKED, actor=Actor.human(cast.marco))
    end_chat(abandoned, ending=Ending.CUSTOMER, actor=Actor("customer", 1))
    assert [kind for kind, _seconds in left()] == ["answered", "parked", "abandoned"]
    assert count("queue.entered") == 3


def test_who_is_not_heard_of_is_gone_and_after_five_minutes_has_abandoned(cast, account, monkeypatch):
    told, here = [], begin(account)
    monkeypatch.setattr("ancora.conversations.chats.commands.here.tell", lambda topic, body: told.append(body["here"]))
    hints = []
    monkeypatch.setattr("ancora.conversations.chats.commands.here.hint", lambda names: hints.extend(names))
    unknown = begin(account)
    note_here([here])
    note_here([here])
    note_gone()
    assert told == [True]
    assert hints == [f"contact-{Contact.objects.get(conversation=here).pk}"]
    mine = Contact.objects.filter(conversation=here)
    mine.update(started_at=F("started_at") - timedelta(minutes=7), here_at=clock.now() - timedelta(minutes=6))
    note_gone()
    note_gone()
    assert told == [True, False]
    note_here([here])
    assert told == [True, False, True]
    mine.update(here_at=clock.now() - timedelta(minutes=6))
    note_gone()
    assert (end_silent_chats(), end_silent_chats()) == (1, 0)
    [(kind, seconds)] = left()
    assert kind == "abandoned"
    # Until they were gone, not until we noticed.
    assert 55 <= seconds <= 65
    # Of who never had a stream nobody knows.
    assert Contact.objects.get(conversation=unknown).ended_at is None


def _place_of(conversation_id):
    return places_of([conversation_id]).get(conversation_id)


def test_wait_is_known_from_who_is_there_and_how_long_chats_last(cast, account):
    first, second = begin(account), begin(account)
    assert _place_of(first).nine_of_ten is None
    keep_desk_open(cast.marco)
    # Nobody said how many chats they can have, and no chat has been.
    assert _place_of(first).nine_of_ten is None
    RoutedAgent.objects.create(person=cast.marco, limits={"chat": 1})
    assert _place_of(first).told == {"kind": "wait", "ahead": 0, "minutes": 0}
    say(first, cast.marco)
    assert _place_of(first) is None
    # Nobody knows yet how long a chat lasts here.
    assert _place_of(second).told == {"kind": "wait", "ahead": 0, "minutes": None}
    then = clock.now() - timedelta(days=1)
    visitor, told = ChatVisitor.objects.first(), {"ended_at": then + timedelta(seconds=300), "ending": "agent"}
    for _time in range(10):
        chat = begin(account)
        Contact.objects.filter(conversation=chat).update(started_at=then, answered_at=then, **told)
    # Exponential with a mean of five minutes: nine of ten within 5 · ln 10 = 11.5 minutes.
    assert _place_of(second).told["minutes"] == 12
    assert visitor is not None
    # Whoever writes now is behind them: the sum of two such times, by the same count; the page says the same.
    asked = expected_wait(account)
    assert asked == pytest.approx(erlang_quantile(0.9, 2, 1 / 300), rel=0.01)
    assert now_of(account).nine_of_ten == pytest.approx(asked)
    # A free place is no answer yet: the last chats say how long it takes until somebody looks.
    RoutedAgent.objects.update(limits={"chat": 9})
    Contact.objects.filter(ended_at__isnull=False).update(answered_at=F("started_at") + timedelta(seconds=90))
    assert (_place_of(second).nine_of_ten, expected_wait(account)) == (90, 90)
    # Nobody said how many they can have: the last chats again.
    RoutedAgent.objects.update(limits={})
    assert _place_of(second).told["minutes"] == 2
    RoutedAgent.objects.update(is_away=True)
    assert _place_of(second).nine_of_ten is None


def test_wait_is_told_when_it_changed_and_to_nobody_else(cast, account, monkeypatch):
    told = []
    # Other tests of this process have chats with the same numbers.
    monkeypatch.setattr("ancora.selfservice.queueing._told", {})
    monkeypatch.setattr("ancora.selfservice.queueing.tell", lambda topic, body: told.append((topic, body["ahead"])))
    first, second = begin(account), begin(account)
    tell_waits()
    tell_waits()
    assert told == [(f"chat-{first}", 0), (f"chat-{second}", 1)]
    say(first, cast.marco)
    tell_waits()
    assert told[2:] == [(f"chat-{second}", 0)]
