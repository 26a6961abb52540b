"""Tasks of cases: read, given, ended, commented on."""

from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext as _
from ninja import Field, Router, Schema, Status
from pydantic import AwareDatetime, model_validator

from ancora.cases.api.shapes import NamedOut
from ancora.cases.models import Case, Task
from ancora.cases.queries import case_for
from ancora.cases.tasks import commands
from ancora.cases.tasks.queries import comments_of, task_for, tasks_of
from ancora.parties.queries import active_teams, third_parties
from ancora.platform.accounts.queries import active_people
from ancora.platform.errors import Refusal
from ancora.platform.http.programs import PROBLEMS, Id, IdempotencyKey, Line, MailAddress, Text, agent_of

router = Router(tags=["tasks"])


class TaskOut(Schema):
    """state: open, done or cancelled · one of `person`, `team`, `third_party` has it · `answered_at`: since when an
    answer of the third party waits for us · `result`: what came out, or why it was cancelled · given by `author`, or by
    a `rule`."""

    id: int
    title: str
    text: str
    state: str
    person: NamedOut | None
    team: NamedOut | None
    third_party: NamedOut | None
    author: int | None
    rule: int | None = None
    created_at: datetime
    due_at: datetime | None
    is_late: bool
    answered_at: datetime | None
    ended_at: datetime | None
    result: str


class CommentOut(Schema):
    """What somebody wrote about a task, for colleagues."""

    id: int
    author: int
    text: str
    written_at: datetime


class WholeTaskOut(TaskOut):
    """A task with the number of its case, and what colleagues wrote about it, oldest first."""

    case: int
    comments: list[CommentOut]


class ThirdPartyOut(Schema):
    """A firm that tasks are given to by mail."""

    id: int
    name: str
    address: str
    note: str


class NewThirdPartyIn(Schema):
    """A firm that perhaps nobody knows yet: it is in the list from then on."""

    name: Annotated[Line, Field(min_length=1, max_length=80)]
    address: MailAddress


class AssigneeIn(Schema):
    """Exactly one of them. A third party is written to at once."""

    person: Id | None = None
    team: Id | None = None
    third_party: Id | NewThirdPartyIn | None = None

    @model_validator(mode="after")
    def _is_for_one(self):
        if len([one for one in (self.person, self.team, self.third_party) if one is not None]) != 1:
            raise ValueError("give one of person, team, third_party")
        return self

    def assignee(self, agent):
        """The row that is meant."""
        match self.third_party:
            case NewThirdPartyIn(name=name, address=address):
                return commands.NewThirdParty(name, address)
            case int(pk):
                return _one_of(third_parties(agent), pk, _("There is no such third party."))
        if self.team is not None:
            return _one_of(active_teams(agent), self.team, _("There is no such team."))
        person = _one_of(active_people(agent), self.person, _("There is no such person."))
        if not person.is_agent:
            raise Refusal(_("Observers get no tasks."))
        return person


class TaskIn(AssigneeIn):
    """`due_at`: in the future · `waits`: the case waits for it, at most until it is due."""

    title: Annotated[Line, Field(min_length=1, max_length=200)]
    text: Annotated[Text, Field(max_length=commands.MOST_TEXT)] = ""
    due_at: AwareDatetime | None = None
    waits: bool = False


class DueIn(Schema):
    """`due_at`: in the future; null: at no moment."""

    due_at: AwareDatetime | None


class EndIn(Schema):
    """`result`: what came out, or why it is cancelled."""

    result: Annotated[Text, Field(max_length=commands.MOST_TEXT)] = ""


class CommentIn(Schema):
    """What colleagues should know; it goes to nobody outside."""

    text: Annotated[Text, Field(min_length=1, max_length=commands.MOST_TEXT)]


@router.get("/cases/{int:reference}/tasks", response={200: list[TaskOut], **PROBLEMS}, summary="The tasks of a case")
def list_tasks(request, reference: int):
    """In the order in which they were given, with those of the cases that were merged into it."""
    return shown_tasks(tasks_of(case_for(request.user, reference)))


@router.post("/cases/{int:reference}/tasks", response={201: WholeTaskOut, **PROBLEMS}, summary="Give a task")
def give_task(request, reference: int, given: TaskIn, idempotency_key: IdempotencyKey):
    agent = agent_of(request)
    case = case_for(agent, reference)
    words = {name: getattr(given, name) for name in ("title", "text", "due_at", "waits")}
    assignee = given.assignee(agent)
    task = commands.create_task(case, assignee=assignee, author=agent, form_key=idempotency_key, **words)
    if task.author_id != agent.pk or case_of(agent, task).pk != case.pk:
        raise _used_before()
    return Status(201, _whole(agent, task.pk))


@router.get("/tasks/{int:pk}", response={200: WholeTaskOut, **PROBLEMS}, summary="One task")
def read_task(request, pk: int):
    return _whole(request.user, pk)


@router.put("/tasks/{int:pk}/assignee", response={200: WholeTaskOut, **PROBLEMS}, summary="Give a task on")
def assign_task(request, pk: int, given: AssigneeIn):
    """One that a third party has stays there."""
    agent = agent_of(request)
    task = task_for(agent, pk)
    commands.reassign_task(task, assignee=given.assignee(agent), author=agent)
    return _whole(agent, pk)


@router.put("/tasks/{int:pk}/due", response={200: WholeTaskOut, **PROBLEMS}, summary="When a task is due")
def set_due(request, pk: int, given: DueIn):
    """A case that waits for it until it is due waits until then."""
    agent = agent_of(request)
    commands.set_due(task_for(agent, pk), due_at=given.due_at, author=agent)
    return _whole(agent, pk)


@router.post("/tasks/{int:pk}/done", response={200: WholeTaskOut, **PROBLEMS}, summary="A task is done")
def finish_task(request, pk: int, given: EndIn):
    """A case that waits is open again. Once more changes nothing."""
    agent = agent_of(request)
    commands.complete_task(task_for(agent, pk), author=agent, result=given.result)
    return _whole(agent, pk)


@router.post("/tasks/{int:pk}/cancel", response={200: WholeTaskOut, **PROBLEMS}, summary="A task is not needed")
def cancel_task(request, pk: int, given: EndIn):
    agent = agent_of(request)
    commands.cancel_task(task_for(agent, pk), author=agent, why=given.result)
    return _whole(agent, pk)


@router.post("/tasks/{int:pk}/comments", response={201: CommentOut, **PROBLEMS}, summary="Comment on a task")
def comment_on_task(request, pk: int, given: CommentIn, idempotency_key: IdempotencyKey):
    """Observers may, too."""
    task = task_for(request.user, pk)
    comment = commands.comment_on_task(task, text=given.text, author=request.user, form_key=idempotency_key)
    if (comment.task_id, comment.author_id) != (task.pk, request.user.pk):
        raise _used_before()
    return Status(201, _comment(comment))


@router.get("/third-parties", response={200: list[ThirdPartyOut], **PROBLEMS}, summary="The third parties in use")
def list_third_parties(request):
    return [ThirdPartyOut.from_orm(one) for one in third_parties(request.user)]


def shown_tasks(tasks: list[Task]) -> list[TaskOut]:
    """Tasks whose assignees are loaded."""
    return [TaskOut(**_columns(task)) for task in tasks]


def case_of(viewer, task: Task) -> Case:
    """The case that holds a task now."""
    return task_for(viewer, task.pk).holder


_PLAIN = ("id", "title", "text", "state", "created_at", "due_at", "is_late", "answered_at", "ended_at", "result")


def _columns(task: Task) -> dict:
    people = {name: getattr(task, name) for name in ("person", "team", "third_party")}
    named = {name: NamedOut(id=one.pk, name=str(one)) if one else None for name, one in people.items()}
    return {**{name: getattr(task, name) for name in _PLAIN}, **named, "author": task.author_id, "rule": task.rule_id}


def _whole(viewer, pk: int) -> WholeTaskOut:
    task = task_for(viewer, pk)
    comments = [_comment(one) for one in comments_of(task)]
    return WholeTaskOut(**_columns(task), case=task.holder.reference, comments=comments)


def _comment(comment) -> CommentOut:
    return CommentOut(id=comment.pk, author=comment.author_id, text=comment.text, written_at=comment.written_at)


def _used_before() -> Refusal:
    return Refusal(_("This Idempotency-Key was used for something else. Make a new one for each thing you write."))


def _one_of(rows, pk: int, complaint: str):
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Refusal(complaint)
    return found
