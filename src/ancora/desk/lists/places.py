"""Where a case stands in an order, as one number: the greater, the higher."""

from ancora.cases.lists.shapes import DUE, LATEST, NEWEST, OLDEST, PRIORITY, QUIET, Shape
from ancora.cases.models import Case

# Keeps every place above nothing.
_BASE = 10**13
_PRIORITY = 10**11


def place_of(case: Case, shape: Shape) -> int:
    """By whole seconds; of no meaning between two groups."""
    if shape.order == LATEST:
        return int(case.last_message_at.timestamp())
    last = int(case.last_message_at.timestamp())
    opened = int(case.opened_at.timestamp())
    clocks = getattr(case, "clocks", None)
    due = int(clocks.due_at.timestamp()) if clocks and clocks.due_at else None
    places = {
        QUIET: _BASE - last,
        NEWEST: opened,
        OLDEST: _BASE - opened,
        PRIORITY: case.priority * _PRIORITY + last,
        DUE: last if due is None else _BASE - due,
    }
    return places[shape.order]
