"""The words that cases are sorted with."""

from ninja import Router, Schema

from ancora.cases.queries import outcomes, tags
from ancora.platform.http.programs import PROBLEMS

router = Router(tags=["vocabulary"])


class OutcomeOut(Schema):
    """One way a case can end."""

    id: int
    label: str


class TagOut(Schema):
    """What a case is about, in a word."""

    id: int
    label: str


@router.get("/outcomes", response={200: list[OutcomeOut], **PROBLEMS}, summary="The outcomes in use")
def list_outcomes(request):
    return list(outcomes(request.user))


@router.get("/tags", response={200: list[TagOut], **PROBLEMS}, summary="The tags in use")
def list_tags(request):
    return list(tags(request.user))
