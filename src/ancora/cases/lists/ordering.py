"""Orders and groups as the database understands them."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from django.db.models import Case as Either
from django.db.models import F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Lower, TruncDate
from django.http import Http404

from ancora.cases.lists.shapes import DUE, GROUPS, LATEST, NEWEST, OLDEST, ORDERS, PRIORITY, QUIET, Shape
from ancora.cases.models import Case, Status, WaitingOn

# Later than any moment: what nothing was promised for comes last.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Key:
    """One step of an order: a column of the cases, or of what `annotated` adds. `read` takes what a cursor holds."""

    name: str
    read: Callable
    is_falling: bool = False


_ID = Key("pk", int)
_LAST = Key("last_message_at", datetime.fromisoformat)
_LAST_FIRST = replace(_LAST, is_falling=True), replace(_ID, is_falling=True)
_OPENED = Key("opened_at", datetime.fromisoformat)
_DUE_BY = Key("due_by", datetime.fromisoformat)
_DAY = Key("group_day", date.fromisoformat, is_falling=True)
_NAMED = Key("group_name", str), Key("group_id", int)
_PLACED = (Key("group_id", int),)
# Within an order all fall or all rise, so that one index gives it from either end.
_ORDERS = {
    LATEST: _LAST_FIRST,
    QUIET: (_LAST, _ID),
    NEWEST: (replace(_OPENED, is_falling=True), replace(_ID, is_falling=True)),
    OLDEST: (_OPENED, _ID),
    PRIORITY: (Key("priority", int, is_falling=True), *_LAST_FIRST),
    DUE: (_DUE_BY, *_LAST_FIRST),
}
_GROUPS = {
    "owner": _NAMED,
    "team": _NAMED,
    "customer": _NAMED,
    "status": _PLACED,
    "waiting": _PLACED,
    "priority": (Key("priority", int, is_falling=True),),
    "day": (_DAY,),
}


def keys_of(shape: Shape) -> tuple[Key, ...]:
    """By what a list is ordered, the group first."""
    return (*group_keys_of(shape), *_ORDERS[shape.order])


def group_keys_of(shape: Shape) -> tuple[Key, ...]:
    """What all cases of a group have in common; nothing where the order alone keeps them together."""
    if shape.group == "day" and shape.order != PRIORITY:
        return ()
    return _GROUPS.get(shape.group, ())


def annotated(found: QuerySet[Case], shape: Shape) -> QuerySet[Case]:
    """With what the keys name and no column holds."""
    if shape.order == DUE:
        found = found.annotate(due_by=Coalesce("clocks__due_at", Value(NEVER)))
    match shape.group:
        case "owner" | "team" | "customer" as whose:
            name = Coalesce(Lower(f"{whose}__name"), Value(""))
            return found.annotate(group_name=name, group_id=Coalesce(F(f"{whose}_id"), Value(0)))
        case "status":
            return found.annotate(group_id=_placed("status", Status.values))
        case "waiting":
            return found.annotate(group_id=_placed("waiting_on", WaitingOn.values))
        case "day" if group_keys_of(shape):
            return found.annotate(group_day=TruncDate("last_message_at"))
    return found


def _placed(column: str, values: list[str]) -> Either:
    """The place of a value among all."""
    places = [When(**{column: value}, then=Value(place)) for place, value in enumerate(values)]
    return Either(*places, default=Value(len(values)), output_field=IntegerField())


def in_order(found: QuerySet[Case], keys: tuple[Key, ...]) -> QuerySet[Case]:
    return found.order_by(*(f"-{key.name}" if key.is_falling else key.name for key in keys))


def behind(keys: tuple[Key, ...], values: tuple) -> Q:
    """What comes after the case with these values; the first key alone too, so that its index begins there."""
    found, same = Q(), Q()
    for key, value in zip(keys, values, strict=True):
        found |= same & Q(**{f"{key.name}__{'lt' if key.is_falling else 'gt'}": value})
        same &= Q(**{key.name: value})
    first = keys[0]
    return found & Q(**{f"{first.name}__{'lte' if first.is_falling else 'gte'}": values[0]})


def cursor_after(case: Case, shape: Shape, keys: tuple[Key, ...], group: str) -> str:
    """Where the page behind this case begins, in which order, and in which group."""
    values = [_written(getattr(case, key.name)) for key in keys]
    return urlsafe_b64encode(json.dumps([shape.order, shape.group, group, *values]).encode()).decode()


@dataclass(frozen=True, slots=True)
class Place:
    """The end of a page: the order in which it was drawn, the group and the values of its last case."""

    order: str
    group: str
    begun: str
    written: list

    def values(self, keys: tuple[Key, ...]) -> tuple:
        """By the keys of its order; rubbish → 404."""
        try:
            return tuple(key.read(value) for key, value in zip(keys, self.written, strict=True))
        except (ValueError, TypeError, OverflowError) as error:
            raise Http404("That page does not exist.") from error


def read_cursor(cursor: str) -> Place:
    """Rubbish → 404."""
    try:
        order, group, begun, *written = json.loads(urlsafe_b64decode(cursor))
        if order in ORDERS and group in GROUPS:
            return Place(order, group, str(begun), written)
    except (ValueError, TypeError) as error:
        raise Http404("That page does not exist.") from error
    raise Http404("That page does not exist.")


def _written(value):
    return value.isoformat() if isinstance(value, date) else value
