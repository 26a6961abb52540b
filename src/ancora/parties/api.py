"""Teams, for programs."""

from ninja import Router, Schema

from ancora.parties.queries import teams_with_members
from ancora.platform.http.programs import PROBLEMS

router = Router(tags=["vocabulary"])


class TeamOut(Schema):
    """`is_active`: gets new work; `members` are ids of people who may sign in; `calendar` is null for the
    organisation's."""

    id: int
    name: str
    is_active: bool
    members: list[int]
    calendar: int | None


@router.get("", response={200: list[TeamOut], **PROBLEMS}, summary="All teams")
def list_teams(request):
    return [
        TeamOut(
            id=team.pk,
            name=team.name,
            is_active=team.is_active,
            members=[one.pk for one in team.members.all()],
            calendar=team.calendar_id,
        )
        for team in teams_with_members(request.user)
    ]
