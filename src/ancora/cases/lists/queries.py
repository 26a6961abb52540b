"""Reads of lists in their shapes."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ancora.cases.lists.headings import Heading, group_of, headings
from ancora.cases.lists.models import ListShape
from ancora.cases.lists.ordering import (
    NEVER,
    Key,
    annotated,
    behind,
    cursor_after,
    group_keys_of,
    in_order,
    keys_of,
    read_cursor,
)
from ancora.cases.lists.shapes import DUE, ENDLESS, Shape, shape_from
from ancora.cases.models import Case, SavedView, Task
from ancora.cases.queries.queues import SIZE, fitting_cases, with_what_rows_show
from ancora.cases.tasks.models import TaskState

# To stand in groups a list has to be put in order as a whole: of one that is longer these first are.
MOST_GROUPED = 5000


@dataclass(frozen=True, slots=True)
class ShapedPage:
    """cases: as those of `Page`, with `open_tasks` a number where that is a column · next: cursor of the next page or
    None · headings: by the id of the first case of each group · is_cut: it ends here, though the list holds more than
    can stand in groups."""

    cases: list[Case]
    next: str | None
    headings: dict[int, Heading] = field(default_factory=dict)
    is_cut: bool = False


def shape_of(viewer, list_name: str, view: SavedView | None = None) -> Shape:
    """How the viewer sees a list: as they chose, else as the saved list says, else as usual. One query."""
    kept = ListShape.objects.filter(person=viewer, list_name=name_of(list_name, view)).values_list("shape", flat=True)
    return shape_from(next(iter(kept), view.shape if view else {}))


def name_of(list_name: str, view: SavedView | None) -> str:
    """The name of a list as shapes know it."""
    return f"view-{view.pk}" if view else list_name


def shaped_page(
    viewer, shape: Shape, *, after: str | None = None, size: int = SIZE, queue_name: str | None = None,
    condition: Q | None = None, **narrowed,
) -> ShapedPage:  # fmt: skip
    """One page of what `cases_page` would show, in its shape. One query; one more for headings, one where what is due
    does not fill the page, and one at the end of groups. An unknown cursor → 404."""
    place = read_cursor(after) if after else None
    if place:
        shape = replace(shape, order=place.order, group=place.group)
    if queue_name == ENDLESS and group_keys_of(shape):
        shape = replace(shape, group="")
    whole = fitting_cases(viewer, queue_name=queue_name, condition=condition, **narrowed)
    ordered = replace(shape, group="") if _is_one_group(shape.group, queue_name, narrowed) else shape
    keys = keys_of(ordered)
    values = place.values(keys) if place else ()
    found = _with_columns(with_what_rows_show(annotated(whole, ordered)), shape)
    if group_keys_of(ordered):
        # Of what has to be ordered as a whole only the ids.
        grouped = annotated(whole.filter(pk__in=_groupable(whole, ordered)), ordered)
        ids = in_order(_behind(grouped, keys, values), keys).values("pk")[: size + 1]
        cases = list(in_order(found.filter(pk__in=ids), keys))
    elif shape.order == DUE:
        cases = _soonest(found, keys, values, size + 1)
    else:
        cases = _first(found, keys, values, size + 1)
    last = cases[size - 1] if len(cases) > size else None
    following = cursor_after(last, shape, keys, group_of(last, shape) if shape.group else "") if last else None
    cases = cases[:size]
    begun = place.begun if place else None
    heads = headings(whole, cases, shape, begun=begun) if shape.group else {}
    is_end_of_groups = place and not following and group_keys_of(ordered)
    return ShapedPage(cases, following, heads, bool(is_end_of_groups and whole.order_by()[MOST_GROUPED:].exists()))


def _groupable(whole: QuerySet[Case], ordered: Shape) -> QuerySet:
    """Ids of the first cases in the order of the list, along its index."""
    plain = replace(ordered, group="")
    if plain.order != DUE:
        return in_order(whole, keys_of(plain)).values("pk")[:MOST_GROUPED]
    due = whole.filter(clocks__due_at__isnull=False).order_by("clocks__due_at").values("pk")[:MOST_GROUPED]
    rest = whole.filter(clocks__due_at__isnull=True).order_by("-last_message_at", "-pk").values("pk")[:MOST_GROUPED]
    return due.union(rest, all=True)


def _is_one_group(group: str, queue_name: str | None, narrowed: dict) -> bool:
    """Whether all that the list holds is one group, so that there is nothing to order by it."""
    if group in ("owner", "team"):
        return group in narrowed or (group == "owner" and queue_name in ("mine", "unassigned"))
    if group == "waiting":
        return queue_name not in (None, "waiting")
    return group == "status" and queue_name not in (None, "resolved")


def still_fitting(
    viewer, ids: Collection[int], *, queue_name: str | None = None, condition: Q | None = None, **narrowed
) -> set[int]:
    """Which of these cases are in the list."""
    if not ids:
        return set()
    found = fitting_cases(viewer, queue_name=queue_name, condition=condition, **narrowed)
    return set(found.filter(pk__in=ids).values_list("pk", flat=True))


def _with_columns(found: QuerySet[Case], shape: Shape) -> QuerySet[Case]:
    if not shape.is_table or "tasks" not in shape.columns:
        return found
    tasks = Task.objects.filter(case=OuterRef("pk"), state=TaskState.OPEN).order_by().values("case")
    return found.annotate(open_tasks=Coalesce(Subquery(tasks.annotate(number=Count("pk")).values("number")), 0))


def _behind(found: QuerySet[Case], keys: tuple[Key, ...], values: tuple) -> QuerySet[Case]:
    return found.filter(behind(keys, values)) if values else found


def _first(found: QuerySet[Case], keys: tuple[Key, ...], values: tuple, most: int) -> list[Case]:
    return list(in_order(_behind(found, keys, values), keys)[:most])


def _soonest(found: QuerySet[Case], keys: tuple[Key, ...], values: tuple, most: int) -> list[Case]:
    """In two steps, each along an index: what is due, then what nothing was promised for."""
    _due, *others = keys
    rest = found.filter(clocks__due_at__isnull=True)
    if values and values[0] == NEVER:
        return _first(rest, tuple(others), values[1:], most)
    due = found.filter(clocks__due_at__isnull=False).annotate(due_moment=F("clocks__due_at"))
    cases = _first(due, (Key("due_moment", str), *others), values, most)
    return cases + (_first(rest, tuple(others), (), most - len(cases)) if len(cases) < most else [])
