"""Who may hear what: a topic is `kind` (something of this kind changed) or `kind-id` (this one changed)."""

from collections.abc import Callable, Iterable

_allowed: dict[str, Callable] = {}


def allow_topic(kind: str) -> Callable[[Callable], Callable]:
    """Declares `function(user, id) -> bool`, which says who may hear of one object of `kind`."""

    def declare(function: Callable) -> Callable:
        _allowed[kind] = function
        return function

    return declare


def heard_by(user, wanted: Iterable[str]) -> frozenset[str]:
    """Those of the `wanted` topics that exist and that `user` may hear; others are left out silently."""
    heard = set()
    for topic in wanted:
        kind, dash, number = topic.partition("-")
        may_hear = _allowed.get(kind)
        if may_hear and (not dash or (number.isdecimal() and len(number) < 19 and may_hear(user, int(number)))):
            heard.add(topic)
    return frozenset(heard)
