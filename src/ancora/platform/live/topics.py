"""Who may hear what: a topic is `kind` (something of this kind changed) or `kind-id` (this one changed)."""

from collections import defaultdict
from collections.abc import Callable, Iterable

_allowed: dict[str, Callable] = {}


def allow_topic(kind: str) -> Callable[[Callable], Callable]:
    """Declares `function(user, ids)`, which gives those of the objects of `kind` that the user may hear of."""

    def declare(function: Callable) -> Callable:
        _allowed[kind] = function
        return function

    return declare


def heard_by(user, wanted: Iterable[str]) -> frozenset[str]:
    """Those of the `wanted` topics that exist and that `user` may hear; others are left out silently. As many queries
    as there are kinds, however many topics."""
    heard, asked = set(), defaultdict(set)
    for topic in wanted:
        kind, dash, number = topic.partition("-")
        if kind in _allowed and not dash:
            heard.add(kind)
        elif kind in _allowed and number.isdecimal() and len(number) < 19:
            asked[kind].add(int(number))
    for kind, ids in asked.items():
        heard.update(f"{kind}-{pk}" for pk in _allowed[kind](user, ids))
    return frozenset(heard)
