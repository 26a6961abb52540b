"""Cases that are one matter, and cases that have something to do with each other."""

from ninja import Router, Schema

from ancora.cases import commands
from ancora.cases.api.changes import now
from ancora.cases.api.shapes import CaseOut
from ancora.cases.queries import case_for, case_itself, merge_of
from ancora.platform.http.programs import PROBLEMS, Id, agent_of

router = Router(tags=["cases"])
ANSWER = {200: CaseOut, **PROBLEMS}


class MergeIn(Schema):
    """`into`: the number of the case that survives."""

    into: Id


@router.put("/{int:reference}/merge", response=ANSWER, summary="Merge a case into another one")
def merge_case(request, reference: int, given: MergeIn):
    """The other one holds its conversations, notes and tags from now on, later mail included; its number leads there.
    What is to be done in one of them is to be done in the survivor, with the higher priority. Answers the survivor; a
    second time changes nothing."""
    agent = agent_of(request)
    survivor = case_for(agent, given.into)
    commands.merge_cases(case_itself(agent, reference), into=survivor, author=agent)
    return now(agent, survivor)


@router.delete("/{int:reference}/merge", response=ANSWER, summary="Undo the merge of a case")
def unmerge_case(request, reference: int):
    """What came with it goes back, and what arrived in its conversations meanwhile. 404 when it is not merged."""
    agent = agent_of(request)
    return now(agent, commands.undo_merge(merge_of(agent, reference), author=agent))


@router.put("/{int:reference}/related/{int:other}", response=ANSWER, summary="Say that two cases are related")
def relate_cases(request, reference: int, other: int):
    """Each names the other (`related`)."""
    return _with_other(request, reference, other, commands.relate_cases)


@router.delete("/{int:reference}/related/{int:other}", response=ANSWER, summary="Say that two cases are not related")
def unrelate_cases(request, reference: int, other: int):
    return _with_other(request, reference, other, commands.unrelate_cases)


def _with_other(request, reference: int, other: int, command) -> CaseOut:
    agent = agent_of(request)
    case = case_for(agent, reference)
    command(case, case_for(agent, other), author=agent)
    return now(agent, case)
