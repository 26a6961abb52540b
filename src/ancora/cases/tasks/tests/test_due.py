"""When a task is due can be changed: its clock, and a case that waits for it, go along."""

from datetime import timedelta

import pytest

from ancora.cases.commands import wait_on
from ancora.cases.models import Task
from ancora.cases.notifications.models import Notification
from ancora.cases.notifications.wording import words_of
from ancora.cases.tasks.commands import cancel_task, create_task, set_due
from ancora.cases.tasks.tests.test_tasks import words_of as told_in
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.dispatcher import drain
from ancora.platform.events.queries import events_about


@pytest.fixture
def task(case, cast) -> Task:
    soon = clock.now() + timedelta(hours=1)
    return create_task(case, title="Call", assignee=cast.lena, author=cast.marco, due_at=soon, waits=True)


def test_case_that_waits_for_it_waits_until_then_and_who_has_it_is_told(case, cast, task):
    drain()
    Notification.objects.all().delete()
    later = clock.now() + timedelta(days=2)
    for _twice in range(2):
        set_due(task, due_at=later, author=cast.marco)
    case.refresh_from_db()
    assert (Task.objects.get().due_at, case.waiting_on, case.waits_until) == (later, "us", later)
    assert len(events_about("task", task.pk, types=["task.due_set"])) == 1
    assert any(words.startswith("Task due at another time: Call, ") for words in told_in(cast.anna, case))
    drain()
    [told] = Notification.objects.all()
    assert (told.person, words_of(told)) == (cast.lena, "Marco Reale changed when the task is due: Call")


def test_what_waits_for_something_else_stays_and_no_time_is_possible(case, cast, task):
    other = clock.now() + timedelta(days=5)
    wait_on(case, on="customer", until=other, actor=Actor.human(cast.marco))
    set_due(task, due_at=None, author=cast.marco)
    case.refresh_from_db()
    assert (Task.objects.get().due_at, case.waits_until) == (None, other)
    assert "Task due at no time any more: Call" in told_in(cast.anna, case)
    with pytest.raises(Refusal, match="in the future"):
        set_due(task, due_at=clock.now() - timedelta(seconds=1), author=cast.marco)
    cancel_task(task, author=cast.marco)
    with pytest.raises(Refusal, match="has ended"):
        set_due(task, due_at=other, author=cast.marco)
