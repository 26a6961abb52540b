"""Taking the next case, and being away, for programs."""

from ninja import Router, Schema
from pydantic import AwareDatetime

from ancora.cases.api.changes import now
from ancora.cases.api.shapes import CaseOut
from ancora.cases.routing.commands import come_back, go_away
from ancora.cases.routing.pulling import take_next
from ancora.cases.routing.queries import absence_of
from ancora.platform.http.programs import PROBLEMS, IdempotencyKey, agent_of

router = Router(tags=["cases"])


class AbsenceOut(Schema):
    """Whether you are away; `until` null: until you are back."""

    is_away: bool
    until: AwareDatetime | None = None


class AbsenceIn(Schema):
    """`until`: when you are back by yourself, within a year; null is until you say so. Of no meaning when you are not
    away."""

    is_away: bool
    until: AwareDatetime | None = None


@router.post("/cases/next", response={200: CaseOut, **PROBLEMS}, summary="Take the next case")
def take_next_case(request, idempotency_key: IdempotencyKey):
    """The waiting case that is best for you becomes yours. Refused when nothing waits for you."""
    agent = agent_of(request)
    return now(agent, take_next(agent, form_key=idempotency_key))


@router.get("/people/me/availability", response={200: AbsenceOut, **PROBLEMS}, summary="Whether you are away")
def get_availability(request):
    return absence_of(agent_of(request))


@router.put("/people/me/availability", response={200: AbsenceOut, **PROBLEMS}, summary="Be away, or back")
def set_availability(request, given: AbsenceIn):
    """While you are away routing gives you nothing."""
    agent = agent_of(request)
    if given.is_away:
        go_away(agent, until=given.until)
    else:
        come_back(agent)
    return absence_of(agent)
