"""Whether people are there and have room for another case, in words for whoever gives them one."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from ancora.cases.presence.desks import at_their_desks
from ancora.cases.queries.workload import Load
from ancora.cases.routing.queries import capacity_of
from ancora.cases.routing.reading import until_in_words

# Limits are for each channel; nearly all that is given out is mail.
_CHANNEL = "email"


def add_standing(loads: list[Load]) -> None:
    """Who is at their desk, who is away, and how much each may hold; five queries."""
    people = [load.person for load in loads if load.person]
    here, capacities = at_their_desks(one.pk for one in people), capacity_of(people)
    for load in loads:
        if load.person:
            load.is_here, load.capacity = load.person.pk in here, capacities[load.person.pk]


def state_words(load: Load) -> str:
    """Where the person is; empty for nobody."""
    if load.person is None:
        return ""
    if load.is_away:
        until = load.capacity.away_until
        return _("away until %(moment)s") % {"moment": until_in_words(until)} if until else pgettext("person", "away")
    if load.is_present:
        return _("at a case")
    return _("at the desk") if load.is_here else _("not there")


def room_words(load: Load) -> str:
    """Such as “3 of 5”; empty where there is no limit."""
    limit = load.capacity and load.capacity.limit(_CHANNEL)
    return "" if limit is None else _("%(holds)s of %(limit)s") % {"holds": _held(load), "limit": limit}


def is_full(load: Load) -> bool:
    """Whether routing gives them none, as they have enough."""
    limit = load.capacity and load.capacity.limit(_CHANNEL)
    return limit is not None and _held(load) >= limit


def load_words(load: Load) -> str:
    """For the choice of who gets cases."""
    words = [ngettext("%(count)d on us", "%(count)d on us", load.us) % {"count": load.us}, state_words(load)]
    return ", ".join(word for word in words if word)


def _held(load: Load) -> int:
    return load.capacity.load.get(_CHANNEL, 0)
