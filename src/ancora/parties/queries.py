"""Which teams there are, and who is in them."""

from django.db import connection
from django.db.models import Prefetch, QuerySet
from django.http import Http404

from ancora.parties.models import Membership, Team, ThirdParty
from ancora.platform.accounts.queries import active_people


def teams(viewer) -> QuerySet[Team]:
    """All teams, by name."""
    return Team.objects.order_by("name", "id")


def active_teams(viewer) -> QuerySet[Team]:
    return teams(viewer).filter(is_active=True)


def active_team_names(viewer) -> dict[int, str]:
    """Of `active_teams` by id, in their order."""
    with connection.cursor() as cursor:
        # Plain SQL: every page asks.
        cursor.execute("SELECT id, name FROM parties_team WHERE is_active ORDER BY name, id")
        return dict(cursor.fetchall())


def team_ids_of(viewer) -> list[int]:
    """Ids of the teams `viewer` is in."""
    return list(Membership.objects.filter(user=viewer).values_list("team_id", flat=True))


def team_for(viewer, pk: int) -> Team:
    """One team, for an administrator; not yours → 404."""
    team = teams(viewer).filter(pk=pk).first() if viewer.is_administrator else None
    if team is None:
        raise Http404("No such team.")
    return team


def teams_with_members(viewer) -> QuerySet[Team]:
    """All teams, each with its members."""
    return teams(viewer).prefetch_related(Prefetch("members", active_people(viewer)))


def every_third_party(viewer) -> QuerySet[ThirdParty]:
    """All outside firms, those in use first, for leads and administrators; nothing for others."""
    found = ThirdParty.objects.order_by("-is_active", "name", "id")
    return found if viewer.is_lead else found.none()


def third_party_for(viewer, pk: int) -> ThirdParty:
    """One of them; not yours → 404."""
    third_party = every_third_party(viewer).filter(pk=pk).first()
    if third_party is None:
        raise Http404("No such third party.")
    return third_party


def third_parties(viewer) -> QuerySet[ThirdParty]:
    """Outside firms in use, by name."""
    return ThirdParty.objects.filter(is_active=True).order_by("name", "id")
