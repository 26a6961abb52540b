"""Changes to teams and third parties."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.parties.models import Calendar, Team, ThirdParty
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


@transaction.atomic
def know_third_party(*, name: str, address: str, actor: Actor) -> ThirdParty:
    """The outside firm with this mail address, made when nobody knew it; one that was switched off is in use again."""
    known = ThirdParty.objects.filter(address__iexact=address).first()
    if known is None:
        if not name.strip():
            raise Refusal(_("Say who this is: write the name of the firm beside its address."))
        made = ThirdParty(name=name.strip()[:80], address=address)
        # Two people who make it at once make one.
        ThirdParty.objects.bulk_create([made], ignore_conflicts=True)
        known = ThirdParty.objects.get(address__iexact=address)
        publish(SettingChanged(kind="third_party", row_id=known.pk, verb="created"), actor=actor)
    if not known.is_active:
        known.is_active = True
        known.save(update_fields=["is_active"])
    return known


def _hold(calendar: Calendar | None) -> None:
    """Nobody deletes it while a team is given it."""
    if calendar and not Calendar.objects.select_for_update(no_key=True).filter(pk=calendar.pk).exists():
        raise Refusal(_("This calendar was deleted meanwhile."))


def _require_free_name(name: str, besides: Team | None = None) -> None:
    if Team.objects.filter(name__iexact=name).exclude(pk=besides and besides.pk).exists():
        raise Refusal(_("There is a team of this name already."))
