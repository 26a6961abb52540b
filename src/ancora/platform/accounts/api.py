"""People, for programs."""

from ninja import Router, Schema

from ancora.platform.accounts.queries import people
from ancora.platform.http.programs import PROBLEMS

router = Router(tags=["vocabulary"])


class PersonOut(Schema):
    """Somebody who works here; role: observer, agent, lead or administrator."""

    id: int
    name: str
    email: str
    role: str
    is_active: bool


@router.get("", response={200: list[PersonOut], **PROBLEMS}, summary="Everybody who works here")
def list_people(request):
    return list(people(request.user))


@router.get("/me", response={200: PersonOut, **PROBLEMS}, summary="The person this token acts for")
def get_me(request):
    return request.user
