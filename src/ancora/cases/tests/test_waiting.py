"""A case waits until a moment, or until the customer writes, whichever comes first."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from ancora.cases.commands import mark_as_spam, reopen_case, restore_case, wait_on, wake_cases
from ancora.cases.models import Case
from ancora.cases.queries import timeline
from ancora.cases.tests import merged
from ancora.cases.tests.merged import three
from ancora.cases.tests.test_road import letter
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor

__all__ = ["three"]
HOUR = timedelta(hours=1)


@pytest.fixture
def case(cast, mailbox, arrive) -> Case:
    arrive(letter(), mailbox)
    return Case.objects.get()


@pytest.fixture
def snooze(case, cast):
    """`snooze(ahead, on)`: Marco lets the case wait."""

    def until(ahead: timedelta, on: str = "us") -> Case:
        wait_on(case, on=on, until=clock.now() + ahead, actor=Actor.human(cast.marco))
        return case

    return until


def status(case: Case) -> tuple[str, str]:
    return Case.objects.values_list("status", "waiting_on").get(pk=case.pk)


def wake(ahead: timedelta) -> int:
    with clock.at(clock.now() + ahead):
        return wake_cases()


def test_it_opens_when_the_time_has_come_and_not_before(snooze):
    case = snooze(HOUR, "third_party")
    assert wake(HOUR * 0.9) == 0
    assert status(case) == ("waiting", "third_party")
    assert wake(HOUR * 1.1) == 1
    assert status(case) == ("open", "")
    assert wake(HOUR * 2) == 0


def test_customer_who_writes_before_opens_it_and_the_time_means_nothing(cast, mailbox, arrive):
    first = letter()
    arrive(first, mailbox)
    case, actor = Case.objects.get(), Actor.human(cast.marco)
    wait_on(case, on="us", until=clock.now() + HOUR, actor=actor)
    arrive(letter("Re", "sooner", In_Reply_To=first["Message-ID"]), mailbox)
    assert status(case)[0] == "open"
    assert wake(HOUR * 2) == 0
    wait_on(case, on="customer", actor=actor)
    assert wake(HOUR * 2) == 0
    assert status(case) == ("waiting", "customer")


def test_a_case_from_spam_waits_as_before(snooze, cast):
    case, actor = snooze(HOUR, "customer"), Actor.human(cast.marco)
    mark_as_spam(case, actor=actor)
    assert wake(HOUR * 2) == 0
    restore_case(case, actor=actor)
    assert status(case) == ("waiting", "customer")
    assert wake(HOUR * 2) == 1


def test_reopened_by_hand_it_is_not_woken(snooze, cast):
    reopen_case(snooze(HOUR), actor=Actor.human(cast.marco))
    assert wake(HOUR * 2) == 0


@pytest.mark.parametrize("ahead", [timedelta(0), -HOUR, timedelta(days=800)])
def test_moment_that_is_past_or_far_is_refused(snooze, case, ahead):
    with pytest.raises(Refusal, match="in the future"):
        snooze(ahead)
    assert status(case) == ("open", "")


def test_timeline_says_until_when_and_that_the_time_has_come(snooze, cast):
    case = snooze(HOUR)
    wake(HOUR * 1.1)
    words = [(entry.who, entry.change.text) for entry in timeline(cast.marco, case) if entry.change]
    assert words[-2][0] == "Marco Reale"
    assert words[-2][1].startswith("Waiting on: us, until ")
    assert words[-1] == ("Ancora", "Open again: the time has come")


def test_two_workers_at_once_wake_a_case_once_and_none_waits(snooze):
    snooze(HOUR)
    found = []

    def other() -> None:
        found.append(wake(HOUR * 2))
        connection.close()

    with transaction.atomic():
        assert wake(HOUR * 2) == 1
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(10)
        assert found == [0]


def test_program_says_until_when(case, cast, program_of):
    program, address = program_of(cast.marco), f"/cases/{case.reference}/wait"
    answer = program.post(address, {"on": "customer", "until": (clock.now() + HOUR).isoformat()})
    assert answer.json()["waits_until"] is not None
    assert program.post(address, {"on": "us", "until": "2120-01-01T10:00"}).status_code == 422
    assert program.get(f"/cases/{case.reference}").json()["status"] == "waiting"


@pytest.mark.parametrize(("ahead", "stands"), [(HOUR / 2, "waiting"), (HOUR * 2, "open")])
def test_merge_that_is_undone_lets_the_case_wait_as_long_as_before(three, ahead, stands):
    actor, until = Actor.human(three.marco), clock.now() + HOUR
    wait_on(merged.case(1001), on="customer", until=until, actor=actor)
    merged.merge(1003, 1001, three)
    assert status(merged.case(1001))[0] == "open"
    with clock.at(clock.now() + ahead):
        merged.undo(1003, three)
    kept = merged.case(1001)
    assert kept.status == stands
    assert stands == "open" or kept.waits_until == until
