"""Who is told of tasks: who gets one, and those who wait for what becomes of it. `source` begins with what it was."""

from ancora.cases.models import Case, Task, TaskComment
from ancora.cases.notifications.models import Kind
from ancora.cases.notifications.telling import tell
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
from ancora.platform.events.publishing import Published

DONE, CANCELLED, DUE, COMMENTED, ANSWERED = "done", "cancelled", "due", "comment", "answer"


def tell_of_task(published: Published) -> None:
    """Who gets it: the person, or who is in the team; unless it has ended or is somebody else's by now."""
    event: TaskCreated | TaskReassigned = published.event
    task, case = _present(event)
    if case is None or not task.is_open or (task.person_id, task.team_id) != (event.person_id, event.team_id):
        return
    in_team = Membership.objects.filter(team=event.team_id).values_list("user_id", flat=True) if event.team_id else ()
    people = [event.person_id] if event.person_id else in_team
    tell(case, published, f"task-{task.pk}-{published.id}", dict.fromkeys(people, Kind.TASKED), task=task)


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


def _present(event) -> tuple[Task | None, Case | None]:
    task = Task.objects.filter(pk=event.task_id).first()
    return task, task and present_case(event.case_id)


def _tell(case: Case, published: Published, what: str, task: Task, people: list[int | None], **about) -> None:
    kinds = dict.fromkeys([pk for pk in people if pk], Kind.TASK_NEWS)
    tell(case, published, f"{what}-{task.pk}-{published.id}", kinds, task=task, **about)
