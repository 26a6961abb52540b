"""The small changes of a case. Each answers the case as it is now."""

from typing import Annotated, Literal

from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from pydantic import AwareDatetime

from ancora.cases import commands
from ancora.cases.api.shapes import CaseOut, row
from ancora.cases.api.tasks import TaskOut, shown_tasks
from ancora.cases.models import Case, WaitingOn
from ancora.cases.queries import case_for, outcomes, tags_of
from ancora.cases.tasks.queries import open_tasks_of
from ancora.customers.queries import customers
from ancora.parties.queries import active_teams
from ancora.platform.accounts.queries import active_people
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.http.programs import PROBLEMS, Id, Line, Text, agent_of

router = Router(tags=["cases"])
ANSWER = {200: CaseOut, **PROBLEMS}


class OwnerIn(Schema):
    """`person`: who answers for the case to its end; null leaves it to whoever takes it."""

    person: Id | None


class CustomerIn(Schema):
    """`customer`: one that is there; `POST /customers` adds one."""

    customer: Id


class TeamIn(Schema):
    """`team`: null is no team · `owner`: who takes it there · `why` becomes an internal note."""

    team: Id | None
    owner: Id | None = None
    why: Annotated[Text, Field(max_length=10_000)] = ""


class PriorityIn(Schema):
    """1 low, 2 normal, 3 high, 4 urgent."""

    priority: Annotated[int, Field(ge=1, le=4)]


class TagIn(Schema):
    """A tag that does not exist yet is made."""

    label: Annotated[Line, Field(min_length=1, max_length=40)]


class WaitIn(Schema):
    """On whom; `until`: when it opens again by itself, if the customer does not write before."""

    on: Literal[tuple(WaitingOn.values)]
    until: AwareDatetime | None = None


class ResolveIn(Schema):
    """`outcome`: one of the active outcomes."""

    outcome: Id


@router.put("/{int:reference}/owner", response=ANSWER, summary="Assign a case")
def assign(request, reference: int, given: OwnerIn):
    agent, case = _both(request, reference)
    owner = _one_of(active_people(agent), given.person, _("There is no such person."))
    commands.assign_case(case, owner=owner, actor=Actor.human(agent))
    return now(agent, case)


@router.put("/{int:reference}/customer", response=ANSWER, summary="Say whose a case really is")
def change_customer_of_case(request, reference: int, given: CustomerIn):
    """Its conversations follow, and later mail in them changes nothing of that; addresses stay with whom they are."""
    agent, case = _both(request, reference)
    customer = _one_of(customers(agent), given.customer, _("There is no such customer."))
    commands.change_customer_of_case(case, customer=customer, author=agent)
    return now(agent, case)


@router.put("/{int:reference}/team", response=ANSWER, summary="Hand a case to a team")
def hand_off(request, reference: int, given: TeamIn):
    """An owner who is not in the new team is released."""
    agent, case = _both(request, reference)
    team = _one_of(active_teams(agent), given.team, _("There is no such team."))
    owner = _one_of(active_people(agent), given.owner, _("There is no such person."))
    commands.hand_off_case(case, team=team, owner=owner, why=given.why, author=agent)
    return now(agent, case)


@router.put("/{int:reference}/priority", response=ANSWER, summary="Set the priority")
def set_priority(request, reference: int, given: PriorityIn):
    agent, case = _both(request, reference)
    commands.set_priority(case, priority=given.priority, actor=Actor.human(agent))
    return now(agent, case)


@router.post("/{int:reference}/tags", response=ANSWER, summary="Add a tag")
def add_tag(request, reference: int, given: TagIn):
    agent, case = _both(request, reference)
    actor = Actor.human(agent)
    commands.add_tag(case, tag=commands.create_tag(given.label, actor=actor), actor=actor)
    return now(agent, case)


@router.delete("/{int:reference}/tags/{label}", response=ANSWER, summary="Remove a tag")
def remove_tag(request, reference: int, label: str):
    """Removing one that the case does not have changes nothing."""
    agent, case = _both(request, reference)
    for tag in tags_of(case):
        if tag.label.lower() == label.lower():
            commands.remove_tag(case, tag=tag, actor=Actor.human(agent))
    return now(agent, case)


@router.post("/{int:reference}/wait", response=ANSWER, summary="Wait on the customer, a third party or us")
def wait(request, reference: int, given: WaitIn):
    agent, case = _both(request, reference)
    commands.wait_on(case, on=given.on, until=given.until, actor=Actor.human(agent))
    return now(agent, case)


class ResolvedOut(CaseOut):
    """`open_tasks`: what is still to be done in the resolved case; look at it."""

    open_tasks: list[TaskOut]


@router.post(
    "/{int:reference}/resolve", response={200: ResolvedOut, **PROBLEMS}, summary="Resolve a case with an outcome"
)
def resolve(request, reference: int, given: ResolveIn):
    """Open tasks stop nothing, and stay open: the answer names them."""
    agent, case = _both(request, reference)
    outcome = _one_of(outcomes(agent), given.outcome, _("There is no such outcome."))
    commands.resolve_case(case, outcome=outcome, actor=Actor.human(agent))
    fresh = case_for(agent, case.reference)
    return ResolvedOut(**dict(now(agent, case)), open_tasks=shown_tasks(open_tasks_of(fresh)))


@router.post("/{int:reference}/reopen", response=ANSWER, summary="Back to open")
def reopen(request, reference: int):
    return _change(request, reference, commands.reopen_case)


@router.post("/{int:reference}/close", response=ANSWER, summary="Close a resolved case for good")
def close(request, reference: int):
    return _change(request, reference, commands.close_case)


@router.post("/{int:reference}/spam", response=ANSWER, summary="Mark a case as spam")
def spam(request, reference: int):
    return _change(request, reference, commands.mark_as_spam)


@router.post("/{int:reference}/trash", response=ANSWER, summary="Move a case to the trash")
def trash(request, reference: int):
    return _change(request, reference, commands.move_to_trash)


@router.post("/{int:reference}/restore", response=ANSWER, summary="Take a case back from spam or trash")
def restore(request, reference: int):
    return _change(request, reference, commands.restore_case)


def now(viewer, case: Case) -> CaseOut:
    """The case as it is after a change."""
    fresh = case_for(viewer, case.reference)
    return row(fresh, [tag.label for tag in tags_of(fresh)])


def _change(request, reference: int, command) -> CaseOut:
    agent, case = _both(request, reference)
    command(case, actor=Actor.human(agent))
    return now(agent, case)


def _both(request, reference: int):
    agent = agent_of(request)
    return agent, case_for(agent, reference)


def _one_of(rows, pk: int | None, complaint: str):
    """The row with this id, None for no id; `Refusal` when the list does not have it."""
    found = rows.filter(pk=pk).first() if pk is not None else None
    if pk is not None and found is None:
        raise Refusal(complaint)
    return found
