"""Changes to tasks. The case is held first, so that a task and where its case stands change together."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.cases.commands.locking import locked, locked_in_use
from ancora.cases.commands.status import reopen_case, wait_on
from ancora.cases.models import Case, Status, WaitingOn
from ancora.cases.queries.people import people_who_see
from ancora.cases.tasks.beside import MOST_TEXT, as_html, require_other_than_customer, tell_notified, write_first
from ancora.cases.tasks.events import (
    TaskCancelled,
    TaskCommented,
    TaskCompleted,
    TaskCreated,
    TaskDueSet,
    TaskReassigned,
)
from ancora.cases.tasks.models import Task, TaskComment, TaskState
from ancora.cases.tasks.queries import teams_that_find
from ancora.conversations.commands.queue_message import sent_before
from ancora.conversations.commands.write import Upload, queue_reply
from ancora.conversations.models import Attachment, Message, Place
from ancora.parties.commands import know_third_party
from ancora.parties.models import Team, ThirdParty
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.platform.once import one_at_a_time


@dataclass(frozen=True, slots=True)
class NewThirdParty:
    """An outside firm that perhaps nobody knows yet."""

    name: str
    address: str


@transaction.atomic
def create_task(
    case: Case,
    *,
    title: str,
    assignee: User | Team | ThirdParty | NewThirdParty,
    author: User | None,
    actor: Actor | None = None,
    text: str = "",
    due_at: datetime | None = None,
    waits: bool = False,
    files: list[Upload] = (),
    enclosed: list[Attachment] = (),
    form_key: UUID | None = None,
) -> Task:
    """Give work to a person, a team or a third party, who is written to in a side thread. `waits`: the case waits for
    it, at most until it is due. `files`, and those of the case that are `enclosed`, go to a third party. The same
    `form_key` gives the task of the first time. Without an author it is given by an `actor` that is a rule. Refused
    for observers, and for whom the case is not to be seen."""
    actor = actor or Actor.human(author)
    one_at_a_time(form_key)
    if form_key and (known := Task.objects.filter(form_key=form_key).first()):
        return known
    case = locked_in_use(case)
    if not title.strip():
        raise Refusal(_("Say what is to be done."))
    _require_future(due_at)
    assignee = _known(assignee, actor)
    _require_sight(case, assignee)
    conversation, message = None, None
    if isinstance(assignee, ThirdParty):
        sent = {"files": files, "enclosed": enclosed}
        conversation, message = write_first(case, assignee, title, text, author, **sent)
    elif files or enclosed:
        raise Refusal(_("Files go to third parties only, by mail. Colleagues find them in the case; leave them out."))
    task = Task.objects.create(
        case=case,
        title=title.strip()[:200],
        text=text.strip()[:MOST_TEXT],
        author=author,
        rule_id=None if author else actor.id,
        created_at=clock.now(),
        due_at=due_at,
        form_key=form_key,
        conversation=conversation,
        **{_kind_of(assignee): assignee},
    )
    named = {f"{_kind_of(assignee)}_id": assignee.pk}
    publish(TaskCreated(case_id=case.pk, task_id=task.pk, due_at=due_at, **named), actor=actor)
    if message is not None:
        tell_notified(case, task, message, actor)
    if waits:
        on = WaitingOn.THIRD_PARTY if conversation else WaitingOn.US
        wait_on(case, on=on, until=due_at, actor=actor)
    return task


@transaction.atomic
def reassign_task(task: Task, *, assignee: User | Team | ThirdParty | NewThirdParty, author: User) -> None:
    """Give an open task to somebody else; a third party is written to as at the beginning. One that a third party has
    stays there, with its side thread. Nothing when the assignee has it already."""
    case = locked_in_use(_held(task))
    _require_open(task)
    assignee, message = _known(assignee, Actor.human(author)), None
    if task.assignee == assignee:
        return
    _require_sight(case, assignee)
    if task.third_party_id:
        words = _("%(name)s was written to for this task. Cancel it, and give a new one.")
        raise Refusal(words % {"name": task.third_party})
    before = {f"{kind}_before_id": getattr(task, f"{kind}_id") for kind in ("person", "team")}
    if isinstance(assignee, ThirdParty):
        task.conversation, message = write_first(case, assignee, task.title, task.text, author)
    task.person, task.team, task.third_party = None, None, None
    setattr(task, _kind_of(assignee), assignee)
    task.save(update_fields=["person", "team", "third_party", "conversation"])
    named = {f"{_kind_of(assignee)}_id": assignee.pk}
    publish(TaskReassigned(case_id=case.pk, task_id=task.pk, **named, **before), actor=Actor.human(author))
    if message is not None:
        tell_notified(case, task, message, Actor.human(author))
        _wait_on_third_party(case, author)


@transaction.atomic
def set_due(task: Task, *, due_at: datetime | None, author: User) -> None:
    """An open task is due then, or at no moment; a case that waits for it until it is due waits until then. Nothing
    when it is so already."""
    case = locked_in_use(_held(task))
    _require_open(task)
    before = task.due_at
    if due_at == before:
        return
    _require_future(due_at)
    task.due_at = due_at
    task.save(update_fields=["due_at"])
    publish(TaskDueSet(case_id=case.pk, task_id=task.pk, due_at=due_at), actor=Actor.human(author))
    if before and case.status == Status.WAITING and case.waits_until == before:
        wait_on(case, on=case.waiting_on, until=due_at, actor=Actor.human(author))


@transaction.atomic
def complete_task(task: Task, *, author: User, result: str = "") -> None:
    """Done, with what came out; a case that waits is open again. Nothing when it is done already."""
    case = _held(task)
    if task.state == TaskState.DONE:
        return
    _require_open(task)
    is_late = task.is_late
    _end(task, TaskState.DONE, result)
    publish(TaskCompleted(case_id=case.pk, task_id=task.pk, is_late=is_late), actor=Actor.human(author))
    if case.status == Status.WAITING:
        reopen_case(case, actor=Actor.human(author))


@transaction.atomic
def cancel_task(task: Task, *, author: User, why: str = "") -> None:
    """Not needed any more; the case stays where it stands. Nothing when it is cancelled already."""
    case = _held(task)
    if task.state == TaskState.CANCELLED:
        return
    _require_open(task)
    _end(task, TaskState.CANCELLED, why)
    publish(TaskCancelled(case_id=case.pk, task_id=task.pk), actor=Actor.human(author))


@transaction.atomic
def comment_on_task(task: Task, *, text: str, author: User, form_key: UUID | None = None) -> TaskComment:
    """Something for colleagues to know; the same `form_key` gives the comment of the first time."""
    one_at_a_time(form_key)
    if form_key and (known := TaskComment.objects.filter(form_key=form_key).first()):
        return known
    case = _held(task)
    if not text.strip():
        raise Refusal(_("The comment is empty. Write something before adding it."))
    comment = TaskComment.objects.create(
        task=task, author=author, text=text.strip()[:MOST_TEXT], written_at=clock.now(), form_key=form_key
    )
    publish(TaskCommented(case_id=case.pk, task_id=task.pk), actor=Actor.human(author))
    return comment


@transaction.atomic
def write_to_third_party(
    task: Task,
    *,
    text: str,
    author: User,
    files: list[Upload] = (),
    enclosed: list[Attachment] = (),
    form_key: UUID | None = None,
) -> Message:
    """One more mail in the side thread, to the third party alone, quoting the last one of that thread. `enclosed`:
    files of the case. The same `form_key` sends nothing more."""
    one_at_a_time(form_key)
    if sent := form_key and sent_before(form_key):
        return sent
    case = _held(task)
    if task.third_party is None:
        raise Refusal(_("This task is for nobody outside."))
    locked_in_use(case)
    require_other_than_customer(case, task.third_party)
    here = Place.objects.filter(conversation=task.conversation_id, until__isnull=True).order_by("-message_id")
    message = queue_reply(
        task.conversation,
        html=as_html(text),
        to=[(task.third_party.name, task.third_party.address)],
        answers=here.select_related("message")[0].message,
        author=author,
        files=files,
        enclosed=enclosed,
        form_key=form_key,
    )
    Task.objects.filter(pk=task.pk).update(answered_at=None)
    tell_notified(case, task, message, Actor.human(author))
    return message


def _wait_on_third_party(case: Case, author: User) -> None:
    """What waited for us waits for the third party now, as long as before."""
    is_over = case.waits_until is not None and case.waits_until <= clock.now()
    if case.status == Status.WAITING and case.waiting_on == WaitingOn.US and not is_over:
        wait_on(case, on=WaitingOn.THIRD_PARTY, until=case.waits_until, actor=Actor.human(author))


def _require_future(due_at: datetime | None) -> None:
    if due_at is not None and due_at <= clock.now():
        raise Refusal(_("Choose a due time in the future."))


def _known(assignee: User | Team | ThirdParty | NewThirdParty, actor: Actor) -> User | Team | ThirdParty:
    if not isinstance(assignee, NewThirdParty):
        return assignee
    return know_third_party(name=assignee.name, address=assignee.address, actor=actor)


def _require_sight(case: Case, assignee: User | Team | ThirdParty) -> None:
    """Who does not see the case would not find the task either."""
    if isinstance(assignee, User) and not assignee.is_agent:
        raise Refusal(_("Observers get no tasks."))
    if isinstance(assignee, User) and not people_who_see(case).filter(pk=assignee.pk).exists():
        raise Refusal(_("%(name)s does not see this case. Give the task to somebody else.") % {"name": assignee})
    if isinstance(assignee, Team) and not teams_that_find(case).filter(pk=assignee.pk).exists():
        raise Refusal(_("Nobody in %(name)s sees this case. Give the task to somebody else.") % {"name": assignee})


def _kind_of(assignee: User | Team | ThirdParty) -> str:
    return {User: "person", Team: "team", ThirdParty: "third_party"}[type(assignee)]


def _held(task: Task) -> Case:
    """The case that holds the task now; it and the task, as they are now, until the transaction ends."""
    case = Case.objects.select_related("merged_into", "customer").get(pk=task.case_id)
    case = locked(case.merged_into or case)
    task.refresh_from_db(from_queryset=Task.objects.select_for_update(of=("self",)))
    return case


def _require_open(task: Task) -> None:
    if not task.is_open:
        raise Refusal(_("This task has ended already."))


def _end(task: Task, state: str, result: str) -> None:
    task.state, task.result, task.ended_at = state, result.strip()[:MOST_TEXT], clock.now()
    task.save(update_fields=["state", "result", "ended_at"])
