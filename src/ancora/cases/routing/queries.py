"""How much people hold, who is away, and what administrators have said of routing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404

from ancora.cases.models import RoutedAgent, Skill, TeamRouting
from ancora.cases.routing.facts import is_away, limits_in, load_of
from ancora.parties.models import Membership, Team
from ancora.parties.queries import active_teams, team_for
from ancora.platform import clock
from ancora.platform.accounts.models import Role, User
from ancora.platform.accounts.queries import active_people


@dataclass(frozen=True, slots=True)
class Capacity:
    """load: open cases by channel · limits: at most by channel, under "" of every other; empty where no team of theirs
    has cases given out and nobody set one."""

    load: Mapping[str, int]
    limits: Mapping[str, int]
    is_away: bool = False
    away_until: datetime | None = None

    @property
    def holds(self) -> int:
        return sum(self.load.values())

    def limit(self, channel: str = "email") -> int | None:
        return self.limits.get(channel, self.limits.get(""))


def capacity_of(users: Iterable[User]) -> dict[int, Capacity]:
    """By id of the user; four queries. In several teams the highest of their limits counts."""
    ids, now = [user.pk for user in users], clock.now()
    load, rows = load_of(ids), {row.person_id: row for row in RoutedAgent.objects.filter(person__in=ids)}
    usual = _usual_limits(ids)
    found = {}
    for pk in ids:
        row = rows.get(pk) or RoutedAgent(person_id=pk)
        limits = limits_in(row.limits, TeamRouting(limit=usual[pk])) if pk in usual else dict(row.limits)
        away = is_away(row, now)
        found[pk] = Capacity(load.get(pk, {}), limits, away, row.away_until if away else None)
    return found


def _usual_limits(ids: list[int]) -> dict[int, int]:
    limits = dict(TeamRouting.objects.filter(is_on=True).values_list("team_id", "limit"))
    found: dict[int, int] = {}
    for one in Membership.objects.filter(user__in=ids, team__in=limits):
        found[one.user_id] = max(limits[one.team_id], found.get(one.user_id, 0))
    return found


@dataclass(frozen=True, slots=True)
class Absence:
    """Whether a person is given cases. until: None while away is until they are back."""

    is_away: bool
    until: datetime | None = None


def absence_of(viewer: User) -> Absence:
    """One's own; one query."""
    row = RoutedAgent.objects.filter(person=viewer).first()
    away = row is not None and is_away(row, clock.now())
    return Absence(away, row.away_until if away else None)


def teams_with_routing(viewer: User) -> list[tuple[Team, TeamRouting]]:
    """The teams in use, each with how its cases are given out; two queries."""
    rows = {row.team_id: row for row in TeamRouting.objects.select_related("overflow_team")}
    return [(team, rows.get(team.pk) or TeamRouting(team=team)) for team in active_teams(viewer)]


def routing_for(viewer: User, team_id: int) -> TeamRouting:
    """How a team's cases are given out, for an administrator; not yours → 404."""
    team = team_for(viewer, team_id)
    return TeamRouting.objects.filter(team=team).first() or TeamRouting(team=team)


def skills(viewer: User) -> QuerySet[Skill]:
    """All skills with what asks for them and who has them."""
    return Skill.objects.prefetch_related("teams", "tags", "people")


def skill_for(viewer: User, pk: int) -> Skill:
    """One skill, for an administrator; not yours → 404."""
    skill = skills(viewer).filter(pk=pk).first() if viewer.is_administrator else None
    if skill is None:
        raise Http404("No such skill.")
    return skill


def routed_people(viewer: User) -> list[User]:
    """Who may be given cases, by name."""
    return list(active_people(viewer).exclude(role=Role.OBSERVER))


def own_limits(people: Iterable[User]) -> dict[int, dict[str, int]]:
    """The limits that people have of their own, by person and channel."""
    return dict(RoutedAgent.objects.filter(person__in=list(people)).values_list("person_id", "limits"))
