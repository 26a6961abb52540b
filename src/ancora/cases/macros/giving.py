"""The task of a macro or a rule, given in a case, and taken back."""

from collections.abc import Iterable
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from ancora.cases.commands.locking import locked
from ancora.cases.macros.changes import Change
from ancora.cases.macros.queries import values_for
from ancora.cases.models import Case, Task, TaskPlan
from ancora.cases.tasks.commands import cancel_task, create_task
from ancora.cases.tasks.plans import due_of, problem_of, worded
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor


def give_planned(case: Case, change: Change, *, author: User | None, actor: Actor, form_key: UUID | None) -> Task:
    """As from the form of tasks; the same `form_key` gives the task of the first time. Without an author it is the
    `actor`'s, a rule."""
    people = "person", "team", "third_party"
    plan = TaskPlan.objects.select_related(*people).filter(pk=change.pk).first()
    if plan is None:
        raise Refusal(_("it is no longer in use."))
    if problem := problem_of(plan, locked(case)):
        raise Refusal(problem)
    title, text = worded(plan, values_for(author, case, current_organisation().language))
    return create_task(
        case,
        title=title,
        text=text,
        assignee=plan.assignee or case.owner,
        author=author,
        actor=actor,
        due_at=due_of(plan, case, clock.now()),
        form_key=_key_of(form_key, change),
    )


def cancel_given(case: Case, pk: int | None, *, author: User) -> None:
    """A task that the author gave in this case a moment ago is not needed after all."""
    task = Task.objects.filter(pk=pk, case=case, author=author, third_party=None).first()
    if task is None:
        raise Refusal(_("it is no longer in use."))
    cancel_task(task, author=author)


def take_back_tasks(codes: Iterable[str], *, form_key: UUID | None, author: User) -> list[str]:
    """What was given together with a message that is taken back is cancelled. Gives the codes of what stays: what a
    third party was written, or somebody has ended."""
    changes = [change for code in codes if (change := Change.read(code)) and change.kind == "task"]
    by_key = {key: change.code for change in changes if (key := _key_of(form_key, change))}
    stay = []
    for task in Task.objects.filter(form_key__in=by_key, author=author) if by_key else ():
        if task.is_open and task.third_party_id is None:
            cancel_task(task, author=author)
        else:
            stay.append(by_key[task.form_key])
    return stay


def _key_of(form_key: UUID | None, change: Change) -> UUID | None:
    return uuid5(form_key, change.code) if form_key else None
