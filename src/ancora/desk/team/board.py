"""What the page of the team's load shows."""

from dataclasses import dataclass
from datetime import datetime, time

from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localtime, make_aware
from django.utils.translation import gettext_lazy

from ancora.cases.queries.workload import (
    NOBODY,
    Held,
    Load,
    Workload,
    held_by,
    team_of_view,
    teams_of_view,
    workload,
)
from ancora.desk.team.standing import add_standing
from ancora.desk.views.access import number_in
from ancora.parties.models import Team
from ancora.platform import clock

BANDS = ("< 1 h", "1–4 h", "4–24 h", gettext_lazy("1–3 d"), gettext_lazy("> 3 d"))


@dataclass(frozen=True, slots=True)
class Place:
    """Which page of the load is meant: of `team` or of everybody, and whose cases lie open (`who`: an id or nobody)."""

    teams: list[Team]
    team: Team | None
    who: str

    @property
    def url(self) -> str:
        return self._address()

    @property
    def open_url(self) -> str:
        """To which `who=…` is added."""
        return self._address() + ("&who=" if self.team else "?who=")

    @property
    def query(self) -> str:
        return urlencode({"team": self.team.pk} if self.team else {})

    def _address(self) -> str:
        return reverse("desk:team") + (f"?{self.query}" if self.team else "")


def read_place(viewer, asked: QueryDict) -> Place:
    """The place that the query of an address names; not yours → 404."""
    teams, named = teams_of_view(viewer), asked.get("team", "")
    team = team_of_view(viewer, teams, number_in(named) if named else None)
    who = asked.get("who", "")
    if who not in ("", NOBODY) and not number_in(who):
        raise Http404("No such person.")
    return Place(teams, team, who)


def load_of(viewer, place: Place) -> Workload:
    """Empty for those who are in no team and lead none."""
    if place.team is None and not viewer.is_lead:
        return Workload([], Load(None), [0] * len(BANDS), [], 0)
    day = localtime(clock.now()).date()
    found = workload(viewer, place.team, today=make_aware(datetime.combine(day, time.min)))
    add_standing(found.people)
    return found


def board(viewer, place: Place) -> dict:
    """What the templates draw: the load, and the open hand of cases."""
    load = load_of(viewer, place)
    found = {
        "place": place,
        "load": load,
        "rows": [load.unowned, *load.people],
        "bands": list(zip(BANDS, load.bands, strict=True)),
        "queue_size": sum(load.bands),
        "may_give": viewer.is_lead,
    }
    if place.who:
        found |= {"holder": (holder := _holder(load, place.who)), "held": _held(viewer, place, holder)}
    return found


def _holder(load: Workload, who: str) -> Load:
    if who == NOBODY:
        return load.unowned
    found = next((one for one in load.people if str(one.person.pk) == who), None)
    if found is None:
        raise Http404("No such person.")
    return found


def _held(viewer, place: Place, holder: Load) -> Held:
    return held_by(viewer, holder.person, place.team)
