"""Reads of lists in their shapes."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

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
from ancora.cases.models import Case, CaseClocks, SavedView, Task
from ancora.cases.queries.queues import SIZE, fitting_cases, with_what_rows_show
from ancora.cases.tasks.models import TaskState
from ancora.customers.models import Customer
from ancora.parties.models import Team
from ancora.platform.accounts.models import User
from ancora.platform.plain_sql import columns, hold, read

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


class RowMark(NamedTuple):
    """What tells whether a row on a screen is still right, and where it belongs: as much of a case, and of its clocks,
    as the version and the place of a row are made of."""

    pk: int
    version: int
    last_message_at: datetime
    opened_at: datetime
    priority: int
    revision: int
    due_at: datetime | None

    @property
    def clocks(self) -> "RowMark":
        return self


_MARKED = ("pk", "version", "last_message_at", "opened_at", "priority", "clocks__revision", "clocks__due_at")


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
    shape = _grouped(shape, queue_name)
    whole = fitting_cases(viewer, queue_name=queue_name, condition=condition, **narrowed)
    ordered = _ordered(shape, queue_name, narrowed)
    keys = keys_of(ordered)
    values = place.values(keys) if place else ()
    found = _with_columns(with_what_rows_show(annotated(whole, ordered)), shape)
    cases = _in_shape(found, whole, ordered, keys, values, size + 1)
    last = cases[size - 1] if len(cases) > size else None
    following = cursor_after(last, shape, keys, group_of(last, shape) if shape.group else "") if last else None
    cases = cases[:size]
    begun = place.begun if place else None
    heads = headings(whole, cases, shape, begun=begun) if shape.group else {}
    is_end_of_groups = place and not following and group_keys_of(ordered)
    return ShapedPage(cases, following, heads, bool(is_end_of_groups and _is_too_long(whole, ordered)))


def row_marks(
    viewer, shape: Shape, *, queue_name: str | None = None, condition: Q | None = None, **narrowed
) -> list[RowMark]:
    """Of the cases on the first page of a list, in its order. One query, one more where what is due does not fill the
    page."""
    ordered = _ordered(_grouped(shape, queue_name), queue_name, narrowed)
    whole = fitting_cases(viewer, queue_name=queue_name, condition=condition, **narrowed)
    found = annotated(whole, ordered).values_list(*_MARKED)
    rows = _in_shape(found, whole, ordered, keys_of(ordered), (), SIZE)
    return [RowMark(*row[:5], row[5] or 0, row[6]) for row in rows]


# Plain SQL: every screen asks for some rows again and again.
_ROWS = f"""
SELECT {columns(Case, "k")}, {columns(Customer, "c")}, {columns(User, "u")}, {columns(Team, "t")},
    {columns(CaseClocks, "l")}, ARRAY(SELECT g.label FROM cases_casetag o JOIN cases_tag g ON g.id = o.tag_id
        WHERE o.case_id = k.id ORDER BY g.label), {{tasks}}
FROM cases_case k JOIN customers_customer c ON c.id = k.customer_id
LEFT JOIN accounts_user u ON u.id = k.owner_id LEFT JOIN parties_team t ON t.id = k.team_id
LEFT JOIN cases_caseclocks l ON l.case_id = k.id
WHERE k.id = ANY(%s::bigint[])
"""  # noqa: S608
_OPEN_TASKS = "(SELECT count(*) FROM cases_task o WHERE o.case_id = k.id AND o.state = 'open')"


def rows_again(ids: list[int], shape: Shape) -> list[Case]:
    """These cases, which the viewer is known to see, with what rows of this shape show, in no order. One query, none
    without ids."""
    if not ids:
        return []
    sql, drawn = _ROWS.format(tasks=_OPEN_TASKS if _has_tasks(shape) else "0"), []
    for case, customer, owner, team, clocks, case.tag_labels, case.open_tasks in read(
        sql, [ids], Case, Customer, User, Team, CaseClocks
    ):
        hold(case, customer=customer, owner=owner, team=team, clocks=clocks)
        drawn.append(case)
    return drawn


def _grouped(shape: Shape, queue_name: str | None) -> Shape:
    """What is done grows without end: only days are groups there."""
    return replace(shape, group="") if queue_name == ENDLESS and group_keys_of(shape) else shape


def _ordered(shape: Shape, queue_name: str | None, narrowed: dict) -> Shape:
    return replace(shape, group="") if _is_one_group(shape.group, queue_name, narrowed) else shape


def _in_shape(found: QuerySet, whole: QuerySet[Case], ordered: Shape, keys, values: tuple, most: int) -> list:
    """The first `most` of `found`, which is `whole` with what is read of it."""
    if group_keys_of(ordered):
        # Of what has to be ordered as a whole only the ids.
        grouped = annotated(whole.filter(pk__in=_groupable(whole, ordered)), ordered)
        ids = in_order(_behind(grouped, keys, values), keys).values("pk")[:most]
        return list(in_order(found.filter(pk__in=ids), keys))
    if ordered.order == DUE:
        return _soonest(found, keys, values, most)
    return _first(found, keys, values, most)


def _groupable(whole: QuerySet[Case], ordered: Shape) -> QuerySet:
    """Ids of the first cases in the order of the list, along its index."""
    first, *others = (part.values("pk")[:MOST_GROUPED] for part in _parts(whole, ordered))
    return first.union(*others, all=True) if others else first


def _is_too_long(whole: QuerySet[Case], ordered: Shape) -> bool:
    """Whether it holds more than `_groupable` takes."""
    return any(part.order_by()[MOST_GROUPED:].exists() for part in _parts(whole, ordered))


def _parts(whole: QuerySet[Case], ordered: Shape) -> tuple[QuerySet[Case], ...]:
    """What of the list is in order along one index each."""
    if ordered.order != DUE:
        return (in_order(whole, keys_of(replace(ordered, group=""))),)
    due = whole.filter(clocks__due_at__isnull=False).order_by("clocks__due_at")
    return due, whole.filter(clocks__due_at__isnull=True).order_by("-last_message_at", "-pk")


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
    if not _has_tasks(shape):
        return found
    tasks = Task.objects.filter(case=OuterRef("pk"), state=TaskState.OPEN).order_by().values("case")
    return found.annotate(open_tasks=Coalesce(Subquery(tasks.annotate(number=Count("pk")).values("number")), 0))


def _has_tasks(shape: Shape) -> bool:
    return shape.is_table and "tasks" in shape.columns


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
