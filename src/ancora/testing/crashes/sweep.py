"""Runs at many points, some at a time, and the sum of what they left."""

import random
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count, pairwise

from ancora.testing.crashes.borders import Point
from ancora.testing.crashes.run import Outcome, go
from ancora.testing.crashes.stage import Stage

# Tasks and threads take turns as they like: the road may not come by a point this time.
MOST_ATTEMPTS = 3
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Kill:
    """Where a worker is killed, alone or beside another."""

    point: Point
    is_pair: bool

    def __str__(self) -> str:
        return f"{self.point}{', of two' if self.is_pair else ''}"


def points_of(stage: Stage) -> list[Kill]:
    """Every point of the road, in order, for a worker alone and for one of two: found by going it undisturbed."""
    found = []
    for is_pair in (False, True):
        outcome = go(stage, next(_numbers), is_pair=is_pair)
        if not outcome.is_right:
            found = [*outcome.lost, *outcome.doubled, *outcome.unexplained]
            raise AssertionError(f"Nobody was killed, and yet: {'; '.join(found)}\n{outcome.log}")
        found += [Kill(point, is_pair) for point in outcome.points]
    return found


def sample(kills: list[Kill], size: int, seed: int) -> list[Kill]:
    """So many of them, spread evenly over the road; the same ones for the same seed and road."""
    dice, size = random.Random(seed), min(size, len(kills))
    edges = [len(kills) * number // size for number in range(size + 1)] if size else []
    return [dice.choice(kills[start:end]) for start, end in pairwise(edges)]


def sweep(stage: Stage, kills: Iterable[Kill], *, lanes: int, tell: Callable[[Kill, Outcome], None]) -> list[Outcome]:
    """A run for each, `lanes` at a time, in their order; `tell` hears of each as it ends."""

    def one(kill: Kill) -> Outcome:
        for _attempt in range(MOST_ATTEMPTS):
            outcome = go(stage, next(_numbers), kill.point, is_pair=kill.is_pair)
            if outcome.was_killed or not outcome.is_right:
                break
        tell(kill, outcome)
        return outcome

    threads = ThreadPoolExecutor(lanes)
    try:
        return list(threads.map(one, kills))
    finally:
        # Interrupted, or one could not be done at all: the others are not begun.
        threads.shutdown(cancel_futures=True)


def summed(kills: list[Kill], outcomes: list[Outcome]) -> dict:
    """The numbers of a sweep. `missed`: the road did not come by the point; `findings` says what is wrong
    and where."""
    pairs = list(zip(kills, outcomes, strict=True))
    wrong = [(kill, what) for kill, one in pairs for what in (*one.lost, *one.doubled, *one.unexplained)]
    return {
        "runs": len(outcomes),
        "killed": sum(one.was_killed for one in outcomes),
        "missed": sum(not one.was_killed for one in outcomes),
        "lost": sum(len(one.lost) for one in outcomes),
        "doubled": sum(len(one.doubled) for one in outcomes),
        "unknown": sum(one.unknown for one in outcomes),
        "unexplained": sum(len(one.unexplained) for one in outcomes),
        "findings": [f"{kill}: {what}" for kill, what in wrong],
    }
