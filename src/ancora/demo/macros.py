"""Writes the macros of the demo company, and counts the uses it has had."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from ancora.cases.macros.commands import Draft, create_macro
from ancora.cases.macros.models import Macro, MacroUses
from ancora.cases.models import Outcome, Priority, Tag
from ancora.demo.company.cast import cast
from ancora.demo.company.macros import macros
from ancora.parties.models import Team
from ancora.platform.accounts.models import User

DAYS = 28


def write_macros(
    now: datetime,
    *,
    people: Mapping[str, User],
    teams: Mapping[str, Team],
    outcomes: Mapping[str, Outcome],
    tags: Mapping[str, Tag],
    author: User,
) -> None:
    """All of them; those of a person by that person, the others by `author`."""
    for one in macros():
        owner = people.get(one.whose)
        draft = Draft(
            name=one.name,
            texts=one.texts,
            owner=owner,
            team=teams.get(one.whose),
            waiting_on=one.waiting,
            outcome=outcomes[cast().outcomes[one.outcome]] if one.outcome else None,
            to_team=teams[one.team] if one.team else None,
            owning=one.owner,
            priority=Priority[one.priority.upper()] if one.priority else None,
            added=[tags[label] for label in one.tags],
        )
        _count(create_macro(draft, author=owner or author), one.uses, now)


def _count(macro: Macro, uses: int, now: datetime) -> None:
    """Spread evenly over the last days, the newest yesterday."""
    by_day: dict[int, int] = {}
    for number in range(uses):
        back = 1 + number * DAYS // uses
        by_day[back] = by_day.get(back, 0) + 1
    MacroUses.objects.bulk_create(
        MacroUses(macro=macro, day=(at := now - timedelta(days=back)).date(), uses=count, last_at=at)
        for back, count in by_day.items()
    )
