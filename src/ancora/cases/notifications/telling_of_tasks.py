"""Who is told of tasks: who gets one, and those who wait for what becomes of it. `source` begins with what it was."""

from datetime import timedelta

from django.db import transaction

from ancora.cases.models import Case, Task, TaskComment, TaskState
from ancora.cases.notifications.models import Kind, Notification
from ancora.cases.notifications.telling import tell, tell_people
from ancora.cases.queries.cases import present_case
from ancora.cases.tasks.events import (
    TaskCancelled,
    TaskCommented,
    TaskCompleted,
    TaskCreated,
    TaskDueSet,
    TaskReassigned,
    ThirdPartyResponded,
)
from ancora.parties.models import Membership
from ancora.platform import clock
from ancora.platform.events.publishing import Published

DONE, CANCELLED, DUE, COMMENTED, ANSWERED, LATE = "done", "cancelled", "due", "comment", "answer", "late"
# Who begins to use this, or comes back after a long stop, is not told of what has been late for long.
TOLD_WITHIN = timedelta(days=1)


def tell_of_task(published: Published) -> None:
    """Who gets it: the person, or who is in the team; unless it has ended or is somebody else's by now."""
    event: TaskCreated | TaskReassigned = published.event
    task, case = _present(event)
    if case is None or not task.is_open or (task.person_id, task.team_id) != (event.person_id, event.team_id):
        return
    people = [event.person_id] if event.person_id else _in_team(event.team_id)
    tell(case, published, f"task-{task.pk}-{published.id}", dict.fromkeys(people, Kind.TASKED), task_id=task.pk)


def tell_of_ended_task(published: Published) -> None:
    """Who gave it, whose the case is, and, when it was cancelled, who had it."""
    event: TaskCompleted | TaskCancelled = published.event
    task, case = _present(event)
    if case is not None:
        is_done = isinstance(event, TaskCompleted)
        people = [task.author_id, case.owner_id, None if is_done else task.person_id]
        _tell(case, published, DONE if is_done else CANCELLED, task, people)


def tell_of_due(published: Published) -> None:
    """Who has the task, and who gave it."""
    event: TaskDueSet = published.event
    task, case = _present(event)
    if case is not None:
        _tell(case, published, DUE, task, [task.author_id, task.person_id])


def tell_of_late_tasks() -> None:
    """Who has an open task whose time has passed within the last day, and who gave it; of each due time once."""
    now = clock.now()
    late = Task.objects.filter(state=TaskState.OPEN, due_at__gt=now - TOLD_WITHIN, due_at__lte=now).order_by("due_at")
    by_source = {f"{LATE}-{task.pk}-{task.due_at:%y%m%d%H%M%S}": task for task in late}
    # Nobody was told of them before they were late; the index is the one of the moments.
    recent = Notification.objects.filter(at__gt=now - TOLD_WITHIN, source__in=by_source)
    told = set(recent.values_list("source", flat=True))
    for source, task in by_source.items():
        if source not in told:
            _tell_of_late_task(source, task)


@transaction.atomic
def _tell_of_late_task(source: str, task: Task) -> None:
    """All of them or, when the worker dies over it, nobody yet."""
    if case := present_case(task.case_id):
        giver = task.author_id or (case.owner_id if task.third_party_id else None)
        people = [task.person_id, giver, *_in_team(task.team_id)]
        tell_people(case, source, {pk: Kind.TASK_NEWS for pk in people if pk}, task_id=task.pk)


def tell_of_comment(published: Published) -> None:
    """Who gave the task, who has it, and who commented on it before."""
    event: TaskCommented = published.event
    task, case = _present(event)
    if case is not None:
        before = TaskComment.objects.filter(task=task, written_at__lt=published.occurred_at)
        people = [task.author_id, task.person_id, *before.values_list("author_id", flat=True)]
        _tell(case, published, COMMENTED, task, people)


def tell_of_answer(published: Published) -> None:
    """Who gave the task to the third party that wrote, and whose the case is."""
    event: ThirdPartyResponded = published.event
    task, case = _present(event)
    if case is not None:
        _tell(case, published, ANSWERED, task, [task.author_id, case.owner_id], message_id=event.message_id)


def _in_team(team_id: int | None) -> list[int]:
    return list(Membership.objects.filter(team=team_id).values_list("user_id", flat=True)) if team_id else []


def _present(event) -> tuple[Task | None, Case | None]:
    task = Task.objects.filter(pk=event.task_id).first()
    return task, task and present_case(event.case_id)


def _tell(case: Case, published: Published, what: str, task: Task, people: list[int | None], **about) -> None:
    kinds = dict.fromkeys([pk for pk in people if pk], Kind.TASK_NEWS)
    tell(case, published, f"{what}-{task.pk}-{published.id}", kinds, task_id=task.pk, **about)
