"""Tasks for people and teams: one clock, one end; a case that waits for one comes back."""

from datetime import timedelta
from uuid import uuid4

import pytest

from ancora.cases.commands import merge_cases, undo_merge, wait_on
from ancora.cases.models import Case, CaseMerge, Status, Task
from ancora.cases.queries import timeline
from ancora.cases.tasks.commands import (
    NewThirdParty,
    cancel_task,
    comment_on_task,
    complete_task,
    create_task,
    reassign_task,
)
from ancora.cases.tasks.queries import my_tasks, open_tasks_of, tasks_of
from ancora.conversations.models import Mailbox, Message
from ancora.desk.tests.conftest import letter
from ancora.parties.models import Membership, Team
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.queries import events_about


def told_of(case) -> list[str]:
    kinds = [
        "task.created",
        "task.reassigned",
        "task.completed",
        "task.cancelled",
        "thirdparty.notified",
        "thirdparty.responded",
    ]
    return [event.type for event in events_about("case", case.pk, types=kinds)]


def words_of(viewer, case) -> list[str]:
    return [entry.change.text for entry in timeline(viewer, case) if entry.change]


def test_a_form_sent_twice_gives_one_task(case, cast):
    key = uuid4()
    first = create_task(case, title="Look for the part", assignee=cast.lena, author=cast.marco, form_key=key)
    again = create_task(case, title="Look for the part", assignee=cast.lena, author=cast.marco, form_key=key)
    assert first == again
    assert told_of(case) == ["task.created"]
    assert "Task for Lena Vogt: Look for the part" in words_of(cast.anna, case)


def test_done_with_a_result_wakes_the_case_that_waits(case, cast):
    due = clock.now() + timedelta(hours=3)
    task = create_task(case, title="Ask", assignee=cast.lena, author=cast.marco, due_at=due, waits=True)
    case.refresh_from_db()
    assert (case.status, case.waiting_on, case.waits_until) == (Status.WAITING, "us", due)
    complete_task(task, author=cast.lena, result="In stock")
    complete_task(task, author=cast.lena, result="Again")
    case.refresh_from_db()
    assert case.status == Status.OPEN
    assert Task.objects.get().result == "In stock"
    assert told_of(case) == ["task.created", "task.completed"]
    assert "Task done: Ask" in words_of(cast.anna, Case.objects.get(pk=case.pk))


def test_cancelled_it_leaves_the_case_where_it_stands_and_ends_once(case, cast):
    task = create_task(case, title="Ask", assignee=cast.lena, author=cast.marco)
    wait_on(case, on="customer", actor=Actor.human(cast.marco))
    cancel_task(task, author=cast.marco)
    case.refresh_from_db()
    assert case.status == Status.WAITING
    with pytest.raises(Refusal):
        complete_task(task, author=cast.lena)


@pytest.mark.parametrize("wrong", [{"title": " "}, {"due_at": clock.now() - timedelta(minutes=1)}])
def test_what_makes_no_sense_is_refused(case, cast, wrong):
    with pytest.raises(Refusal):
        create_task(case, assignee=cast.lena, author=cast.marco, **{"title": "Ask", **wrong})
    assert not Task.objects.exists()


def test_in_the_trash_nobody_is_given_work(case, cast):
    Case.objects.update(status="trash")
    with pytest.raises(Refusal):
        create_task(case, title="Ask", assignee=cast.lena, author=cast.marco)


def test_given_on_to_a_team_and_to_a_third_party_where_it_stays(case, cast, otto):
    task = create_task(case, title="Ask", assignee=cast.lena, author=cast.marco, text="Which seal?")
    repairs = Team.objects.create(name="Repairs")
    reassign_task(task, assignee=repairs, author=cast.marco)
    reassign_task(task, assignee=repairs, author=cast.marco)
    assert "Task given on: Ask, Lena Vogt → Repairs" in words_of(cast.anna, Case.objects.get(pk=case.pk))
    reassign_task(task, assignee=otto, author=cast.marco)
    task = Task.objects.get()
    assert (task.assignee, task.person, task.team) == (otto, None, None)
    assert "Which seal?" in Message.objects.get(outgoing__recipients__address=otto.address).text
    told = ["task.created", "task.reassigned", "task.reassigned", "thirdparty.notified"]
    assert told_of(case) == told
    with pytest.raises(Refusal, match="Otto Repairs was written to"):
        reassign_task(task, assignee=cast.lena, author=cast.marco)
    complete_task(task, author=cast.marco)
    with pytest.raises(Refusal, match="ended already"):
        reassign_task(task, assignee=cast.lena, author=cast.marco)


def test_a_comment_is_one_and_not_empty(case, cast):
    task, key = create_task(case, title="Ask", assignee=cast.lena, author=cast.marco), uuid4()
    comment_on_task(task, text="I know her", author=cast.olga, form_key=key)
    comment_on_task(task, text="I know her", author=cast.olga, form_key=key)
    with pytest.raises(Refusal):
        comment_on_task(task, text="  ", author=cast.olga)
    assert [one.text for one in task.comments.all()] == ["I know her"]


def test_mine_are_mine_those_of_my_teams_and_what_i_asked_outside(case, cast, otto):
    repairs, others = Team.objects.create(name="Repairs"), Team.objects.create(name="Others")
    Membership.objects.create(team=repairs, user=cast.stan)
    later, soon = clock.now() + timedelta(days=2), clock.now() + timedelta(days=1)
    for assignee, author, due in (
        (cast.stan, cast.lena, None),
        (repairs, cast.lena, later),
        (otto, cast.stan, soon),
        (others, cast.lena, None),
        (cast.lena, cast.stan, None),
        (otto, cast.lena, None),
    ):
        create_task(case, title=f"For {assignee}", assignee=assignee, author=author, due_at=due)
    assert [task.title for task in my_tasks(cast.stan)] == ["For Otto Repairs", "For Repairs", "For Stan Meyer"]
    Case.objects.update(status="spam", status_before="open")
    assert my_tasks(cast.stan) == []


def test_tasks_go_with_a_merged_case_and_come_back_with_it(case, cast, mailbox, arrive):
    arrive(letter(message_id="<other@example.org>", subject="Once more"), mailbox)
    other = Case.objects.exclude(pk=case.pk).get()
    task = create_task(other, title="Ask", assignee=cast.lena, author=cast.marco)
    merge_cases(other, into=case, author=cast.marco)
    case = Case.objects.get(pk=case.pk)
    assert tasks_of(case) == [task]
    wait_on(case, on="third_party", actor=Actor.human(cast.marco))
    complete_task(task, author=cast.lena)
    case = Case.objects.get(pk=case.pk)
    assert (case.status, open_tasks_of(case)) == ("open", [])
    undo_merge(CaseMerge.objects.get(), author=cast.marco)
    assert tasks_of(Case.objects.get(pk=case.pk)) == []
    assert tasks_of(Case.objects.get(pk=other.pk)) == [task]


def test_only_who_sees_the_case_is_given_a_task(case, cast):
    team = Team.objects.create(name="Repairs")
    Membership.objects.create(team=team, user=cast.marco)
    case.refresh_from_db()
    Mailbox.objects.get(pk=case.mailbox_ids[0]).teams.add(team)
    with pytest.raises(Refusal, match="Stan Meyer does not see this case"):
        create_task(case, title="Call", assignee=cast.stan, author=cast.marco)
    task = create_task(case, title="Call", assignee=cast.marco, author=cast.marco)
    with pytest.raises(Refusal, match="Stan Meyer does not see this case"):
        reassign_task(task, assignee=cast.stan, author=cast.marco)


def test_given_on_twice_to_a_firm_that_nobody_knew_is_once(case, cast):
    task = create_task(case, title="Call", assignee=cast.marco, author=cast.marco)
    for _twice in range(2):
        reassign_task(task, assignee=NewThirdParty("Otto", "otto@repairs.example"), author=cast.marco)
    assert Message.objects.filter(direction="out").count() == 1
