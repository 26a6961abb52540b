"""A reply that was begun against an older state of the case is stopped, and two who send at once do not both get
through."""

import threading
import time
from uuid import uuid4

import pytest
from django.db import connection, transaction

from ancora.cases import commands
from ancora.cases.commands import Overtaken
from ancora.cases.models import Case, Outcome, Tag
from ancora.cases.queries import case_on_screen
from ancora.cases.tests.test_road import letter
from ancora.conversations.models import Message
from ancora.customers.commands import create_customer
from ancora.parties.models import Team
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import SYSTEM, Actor
from ancora.testing.threads import Aside

CARLA = [("Carla", "carla@customers.example")]


@pytest.fixture
def case(cast, mailbox, arrive) -> Case:
    commands.create_default_outcomes()
    arrive(letter(message_id="<1@customers.example>"), mailbox)
    return case_on_screen(cast.anna, 1001)


def answer(case, author, **options) -> Message:
    options = {"as_of": case.as_of, "form_key": uuid4()} | options
    return commands.reply_to_case(Case.objects.get(pk=case.pk), html="<p>Yes</p>", to=CARLA, author=author, **options)


def kinds(stop) -> list[str]:
    return [entry.kind if entry.change is None else entry.change.type for entry in stop.value.done]


def _replies(case, marco):
    answer(case, marco)


def _forwards(case, marco):
    [message] = Message.objects.filter(direction="in")
    commands.forward_from_case(case, message, html="<p>?</p>", to=[("", "parts@example.net")], author=marco)


def _notes(case, marco):
    commands.add_note(case, text="Do not answer yet", author=marco)


def _takes(case, marco):
    commands.assign_case(case, owner=marco, actor=Actor.human(marco))


def _resolves(case, marco):
    commands.resolve_case(case, outcome=Outcome.objects.first(), actor=Actor.human(marco))


def _closes(case, marco):
    _resolves(case, marco)
    commands.close_case(case, actor=Actor.human(marco))


def _gives(case, marco):
    customer = create_customer(name="Bruno", email="bruno@customers.example", actor=Actor.human(marco))
    commands.change_customer_of_case(case, customer=customer, author=marco)


STOPPING = [
    (_replies, ["message", "case.assigned"]),
    (_forwards, ["message", "case.assigned"]),
    (_notes, ["note"]),
    (_takes, ["case.assigned"]),
    (_resolves, ["case.resolved"]),
    (_closes, ["case.resolved", "case.closed"]),
    (_gives, ["case.customer_changed"]),
]


@pytest.mark.parametrize(("act", "told"), STOPPING)
def test_what_a_colleague_did_stops_the_reply_once(cast, case, act, told):
    act(case, cast.marco)
    before = Message.objects.count()
    with pytest.raises(Overtaken) as stop:
        answer(case, cast.anna)
    assert sorted(kinds(stop)) == sorted(told)
    assert {entry.who for entry in stop.value.done} == {"Marco Reale"}
    assert "Marco Reale" in str(stop.value)
    assert "while you were writing" in str(stop.value)
    assert Message.objects.count() == before
    answer(case, cast.anna, as_of=stop.value.known.as_of)
    assert Message.objects.count() == before + 1


@pytest.mark.parametrize(("act", "told"), STOPPING)
def test_own_changes_stop_nobody(cast, case, act, told):
    act(case, cast.anna)
    assert answer(case, cast.anna)


def test_a_forward_is_stopped_too(cast, case):
    _notes(case, cast.marco)
    [message] = Message.objects.all()
    parts = {"html": "<p>?</p>", "to": [("", "parts@example.net")], "author": cast.anna}
    with pytest.raises(Overtaken):
        commands.forward_from_case(case, message, as_of=case.as_of, **parts)


def test_tags_priorities_teams_waiting_and_machines_stop_nobody(cast, case):
    marco = Actor.human(cast.marco)
    commands.set_priority(case, priority=4, actor=marco)
    commands.add_tag(case, tag=Tag.objects.create(label="leak"), actor=marco)
    commands.hand_off_case(case, team=Team.objects.create(name="Repairs"), author=cast.marco)
    commands.wait_on(case, on="third_party", actor=marco)
    commands.reopen_case(case, actor=marco)
    commands.assign_case(case, owner=cast.lena, actor=SYSTEM)
    assert answer(case, cast.anna)


@pytest.mark.parametrize("remove", [commands.mark_as_spam, commands.move_to_trash])
def test_case_that_was_put_away_says_by_whom_and_is_not_answered(cast, case, remove):
    remove(case, actor=Actor.human(cast.marco))
    with pytest.raises(Overtaken) as stop:
        answer(case, cast.anna)
    assert stop.value.is_final
    assert [entry.who for entry in stop.value.done] == ["Marco Reale"]
    assert "Take it back before you answer" in str(stop.value)
    with pytest.raises(Refusal, match="Take it back"):
        answer(case, cast.anna, as_of=stop.value.known.as_of)


def test_answer_of_a_colleague_is_told_before_the_note(cast, case):
    _notes(case, cast.lena)
    _replies(case_on_screen(cast.marco, 1001), cast.marco)
    with pytest.raises(Overtaken, match="Marco Reale sent a message"):
        answer(case, cast.anna)


def test_form_that_was_sent_already_is_answered_as_the_first_time(cast, case):
    key = uuid4()
    first = answer(case, cast.anna, form_key=key)
    _notes(case, cast.marco)
    assert answer(case, cast.anna, form_key=key) == first


def test_who_does_not_say_what_was_on_the_screen_is_not_stopped(cast, case):
    _notes(case, cast.marco)
    assert answer(case, cast.anna, as_of=None)


def test_of_two_who_send_in_the_same_second_one_is_stopped(cast, case):
    start = threading.Barrier(2)

    def send(author):
        start.wait(10)
        try:
            return answer(case, author)
        except Overtaken as stop:
            return stop

    for _round in range(5):
        case = case_on_screen(cast.anna, 1001)
        before = Message.objects.count()
        asides = [Aside(send, author) for author in (cast.anna, cast.marco)]
        results = [aside.result() for aside in asides]
        [sent] = [one for one in results if isinstance(one, Message)]
        [stop] = [one for one in results if isinstance(one, Overtaken)]
        assert [entry.message for entry in stop.done if entry.message] == [sent]
        assert Message.objects.count() == before + 1


def test_note_that_is_being_written_is_waited_for(cast, case):
    with transaction.atomic():
        _notes(Case.objects.get(pk=case.pk), cast.marco)
        sends = Aside(answer, case, cast.anna)
        _until_somebody_waits()
    with pytest.raises(Overtaken, match="left a note"):
        sends.result()


def _until_somebody_waits():
    deadline = time.monotonic() + 10
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
    raise AssertionError("Nobody waits for the note.")
