"""What was given, and what was not, in one or two sentences."""

from django.utils.translation import ngettext

from ancora.cases.bulk.models import ItemState
from ancora.cases.bulk.queries import Standing
from ancora.platform.accounts.models import User

# So many cases that were left alone are named.
MOST_NAMED = 3


def told_given(standings: list[Standing], people: list[User | None]) -> tuple[str, str]:
    """(text, kind of toast)."""
    given, waiting = sum(one.changed for one in standings), sum(one.waiting for one in standings)
    parts = []
    if given or not waiting:
        parts.append(_given(given, people))
    if waiting:
        told = ngettext("%(count)d more is on its way.", "%(count)d more are on their way.", waiting)
        parts.append(told % {"count": waiting})
    parts += _left(standings, ItemState.REFUSED)
    return " ".join(parts), "success" if given or waiting else "error"


def told_back(standings: list[Standing]) -> tuple[str, str]:
    """(text, kind of toast)."""
    count = sum(one.back for one in standings)
    text = ngettext("%(count)d case is back where it was.", "%(count)d cases are back where they were.", count)
    left = _left(standings, ItemState.KEPT)
    return " ".join([text % {"count": count}, *left]), "success" if count or not left else "error"


def _given(count: int, people: list[User | None]) -> str:
    if len(people) > 1:
        told = ngettext("%(count)d case was given out.", "%(count)d cases were given out.", count)
        return told % {"count": count}
    if people[0] is None:
        told = ngettext("%(count)d case is unassigned now.", "%(count)d cases are unassigned now.", count)
        return told % {"count": count}
    told = ngettext("%(count)d case was given to %(name)s.", "%(count)d cases were given to %(name)s.", count)
    return told % {"count": count, "name": people[0]}


def _left(standings: list[Standing], state: ItemState) -> list[str]:
    named = [item for one in standings for item in one.named if item.state == state]
    found = [f"{item.case}: {_sentence(item.why)}" for item in named[:MOST_NAMED]]
    if len(named) > MOST_NAMED:
        more = len(named) - MOST_NAMED
        found.append(
            ngettext("%(count)d more was left alone.", "%(count)d more were left alone.", more) % {"count": more}
        )
    return found


def _sentence(why: str) -> str:
    return why if why.endswith(".") else f"{why}."
