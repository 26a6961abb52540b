"""Changes to teams."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.parties.models import Calendar, Team
from ancora.platform.accounts.events import SettingChanged
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish


@transaction.atomic
def create_team(
    *,
    name: str,
    members: Iterable[User] = (),
    is_active: bool = True,
    calendar: Calendar | None = None,
    actor: Actor,
) -> Team:
    """Refused when a team of this name is there (capitals do not matter). Without a calendar it has the
    organisation's."""
    _require_free_name(name)
    _hold(calendar)
    team = Team.objects.create(name=name, is_active=is_active, calendar=calendar)
    team.members.set(members)
    publish(SettingChanged(kind="team", row_id=team.pk, verb="created"), actor=actor)
    return team


@transaction.atomic
def change_team(
    team: Team,
    *,
    name: str,
    members: Iterable[User],
    is_active: bool,
    calendar: Calendar | None = None,
    actor: Actor,
) -> Team:
    """Switched off, a team keeps its past and its open cases, and gets no new ones by hand."""
    _require_free_name(name, besides=team)
    _hold(calendar)
    team.name, team.is_active, team.calendar = name, is_active, calendar
    team.save(update_fields=["name", "is_active", "calendar"])
    team.members.set(members)
    publish(SettingChanged(kind="team", row_id=team.pk), actor=actor)
    return team


def _hold(calendar: Calendar | None) -> None:
    """Nobody deletes it while a team is given it."""
    if calendar and not Calendar.objects.select_for_update(no_key=True).filter(pk=calendar.pk).exists():
        raise Refusal(_("This calendar was deleted meanwhile."))


def _require_free_name(name: str, besides: Team | None = None) -> None:
    if Team.objects.filter(name__iexact=name).exclude(pk=besides and besides.pk).exists():
        raise Refusal(_("There is a team of this name already."))
