"""Dealing cases out evenly. Pure: nothing here knows the database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dealt:
    """gets: by person their cases, in order · left: those that nobody of them may see."""

    gets: dict[int, list[int]]
    left: list[int]


def dealt(cases: Iterable[int], loads: Mapping[int, int], seen: Mapping[int, set[int]]) -> Dealt:
    """One case after the other to whoever got the fewest so far; of several to the one with the smaller load, then to
    the one named first. `loads`: what each person has already, `seen`: which of the cases each may see."""
    gets: dict[int, list[int]] = {person: [] for person in loads}
    order = {person: at for at, person in enumerate(loads)}
    left = []
    for case in cases:
        able = [person for person in gets if case in seen.get(person, ())]
        if not able:
            left.append(case)
            continue
        gets[min(able, key=lambda person: (len(gets[person]), loads[person], order[person]))].append(case)
    return Dealt(gets, left)
