"""Who wants to know of what."""

from collections.abc import Callable

from ancora.platform.events.event import Event

_immediate: dict[type[Event], list[Callable]] = {}
_later: dict[type[Event], list[str]] = {}
_by_name: dict[str, Callable] = {}
_conditions: dict[str, Callable[[Event], bool]] = {}
_alone: dict[str, Callable[[list[Event]], list[bool]]] = {}


def subscribe(
    *events: type[Event],
    same_transaction: bool = False,
    together: bool = False,
    when: Callable[[Event], bool] | None = None,
    alone: Callable[[list[Event]], list[bool]] | None = None,
) -> Callable[[Callable], Callable]:
    """Declares a function that reacts to `events`; it takes one `Published` and must be safe to run twice.

    Normally it runs after commit, in the worker. `same_transaction` is for an invariant only: the function then
    takes a list of those published together, runs inside the publisher's transaction, and its failure undoes the
    change. `together`: it takes a list of those that are due, to ask once for all of them. `when` looks at an event
    as it is published and costs next to nothing: what it does not want makes no delivery. `alone` is asked as events
    are delivered, for all that are due: where the function may hold a row that people wait for, such as a case, the
    delivery has a transaction of its own instead of one with many others.
    """

    def declare(function: Callable) -> Callable:
        name = f"{function.__module__}.{function.__qualname__}"
        _by_name[name] = function if together else _one_by_one(function)
        if when is not None:
            _conditions[name] = when
        if alone is not None:
            _alone[name] = alone
        for event in events:
            if same_transaction:
                _immediate.setdefault(event, []).append(function)
            else:
                _later.setdefault(event, []).append(name)
        return function

    return declare


def subscribers_of(event: type[Event]) -> tuple[list[Callable], list[str]]:
    """(functions to call now, names of those to deliver to later)."""
    return _immediate.get(event, []), _later.get(event, [])


def wanted(event: Event, names: list[str]) -> list[str]:
    """Those of the subscribers `names` that want this event."""
    return [name for name in names if name not in _conditions or _conditions[name](event)]


def want_to_be_alone(name: str, events: list[Event]) -> list[bool]:
    """Of each of these deliveries whether it has a transaction of its own."""
    return _alone[name](events) if name in _alone else [False] * len(events)


def subscriber_named(name: str) -> Callable[[list], None] | None:
    """Takes a list of `Published`."""
    return _by_name.get(name)


def _one_by_one(function: Callable) -> Callable[[list], None]:
    def handle(together: list) -> None:
        for published in together:
            function(published)

    return handle
