"""Reads of tasks."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet, prefetch_related_objects
from django.http import Http404

from ancora.cases.models import Case, Status
from ancora.cases.queries.cases import PARTS, may_see_case, visible_cases
from ancora.cases.queries.people import people_who_see
from ancora.cases.tasks.models import Task, TaskComment, TaskState
from ancora.parties.models import Membership, Team
from ancora.platform.plain_sql import columns, objects

MOST_TASKS = 200
# Plain SQL: every case page asks, and most cases have none.
_TASKS = f"""
SELECT {columns(Task, "t")} FROM cases_task t WHERE t.case_id IN ({PARTS}) ORDER BY t.id
"""  # noqa: S608


def tasks_of(case: Case) -> list[Task]:
    """All tasks of a case and of what was merged into it, in the order in which they were given; looked up once for an
    object, a page asks several times."""
    if not hasattr(case, "held_tasks"):
        case.held_tasks = objects(_TASKS, [case.pk, case.pk], Task)
        prefetch_related_objects(case.held_tasks, "person", "team", "third_party")
    return case.held_tasks


def open_tasks_of(case: Case) -> list[Task]:
    """Those that are still to be done, the next one due first."""
    still = [task for task in tasks_of(case) if task.is_open]
    due = sorted((task for task in still if task.due_at), key=lambda task: task.due_at)
    return due + [task for task in still if not task.due_at]


def task_for(viewer, pk: int) -> Task:
    """One task of a case the viewer sees, with that case as `holder`, the survivor when it was merged; not yours →
    404."""
    people = "person", "team", "third_party", "author", "rule", "conversation"
    found = Task.objects.select_related("case__merged_into", "case__customer", *people).filter(pk=pk).first()
    if found is None or not may_see_case(viewer, found.case.merged_into_id or found.case_id):
        raise Http404("No such task.")
    found.holder = found.case.merged_into or found.case
    return found


def comments_of(task: Task) -> list[TaskComment]:
    """What colleagues wrote about it, oldest first."""
    return list(task.comments.select_related("author").order_by("id"))


def teams_that_find(case: Case) -> QuerySet[Team]:
    """Teams by name, without those in which nobody sees the case: its tasks would stand in no list of theirs."""
    here = Membership.objects.filter(team=OuterRef("pk"), user__is_active=True)
    seeing = Exists(here.filter(user__in=people_who_see(case).order_by().values("pk")))
    return Team.objects.filter(seeing | ~Exists(here)).order_by("name", "id")


def my_tasks(viewer) -> list[Task]:
    """Open tasks of the viewer, of the viewer's teams, and those the viewer gave to third parties, or rules gave
    in the viewer's cases: the longest overdue first, those without a due time last; at most `MOST_TASKS`."""
    found = _mine(viewer).select_related("case", "person", "team", "third_party")
    return list(found.order_by(F("due_at").asc(nulls_last=True), "id")[:MOST_TASKS])


def _mine(viewer) -> QuerySet[Task]:
    mine = (
        Q(person=viewer)
        | Q(team__in=Membership.objects.filter(user=viewer).values("team"))
        | Q(author=viewer, third_party__isnull=False)
        | Q(author=None, third_party__isnull=False, case__owner=viewer)
    )
    here = visible_cases(viewer).exclude(status__in=[Status.SPAM, Status.TRASH]).values("pk")
    return Task.objects.filter(mine, state=TaskState.OPEN, case__in=here)
