"""The groups of a list: what each is called, and how many cases it holds."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.timezone import localtime, make_aware
from django.utils.translation import gettext as _

from ancora.cases.lists.shapes import DUE, NEWEST, OLDEST, Shape
from ancora.cases.models import Case, Priority, Status, WaitingOn
from ancora.cases.queries.queues import MOST_COUNTED
from ancora.platform.ui.dates import spoken

_COLUMNS = {"owner": "owner_id", "team": "team_id", "customer": "customer_id", "waiting": "waiting_on"}
_MOMENTS = {NEWEST: "opened_at", OLDEST: "opened_at", DUE: "clocks__due_at"}


@dataclass(frozen=True, slots=True)
class Heading:
    """count: how many cases the group holds, counted up to 1,000."""

    label: str
    count: int


def group_of(case: Case, shape: Shape) -> str:
    """What all cases of a group have in common, in a word."""
    if shape.group == "day":
        moment = _moment(case, shape)
        return localtime(moment).date().isoformat() if moment else ""
    return str(getattr(case, _COLUMNS.get(shape.group, shape.group)))


def headings(found: QuerySet[Case], cases: list[Case], shape: Shape, *, begun: str | None = None) -> dict[int, Heading]:
    """By the id of the first case of each group among `cases`; the group `begun` before has its heading already.
    `found`: the whole list. One query."""
    firsts: dict[str, Case] = {}
    for case in cases:
        firsts.setdefault(group_of(case, shape), case)
    if begun is not None:
        firsts.pop(begun, None)
    shown = list(firsts.values())
    counts = _counts(found, shown, shape)
    return {case.pk: Heading(_label(case, shape), count) for case, count in zip(shown, counts, strict=True)}


def _moment(case: Case, shape: Shape) -> datetime | None:
    """That of the order: the day is the day of what the list is ordered by."""
    if shape.order == DUE:
        return case.clocks.due_at if hasattr(case, "clocks") else None
    return getattr(case, _MOMENTS.get(shape.order, "last_message_at"))


def _counts(found: QuerySet[Case], firsts: list[Case], shape: Shape) -> list[int]:
    if not firsts:
        return []
    columns, parameters = [], []
    for case in firsts:
        alike = found.filter(_alike(case, shape)).order_by().values("pk")[:MOST_COUNTED]
        sql, given = alike.query.sql_with_params()
        columns.append(f"(SELECT count(*) FROM ({sql}) AS x)")  # noqa: S608
        parameters += given
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)}", parameters)
        return list(cursor.fetchone())


def _alike(case: Case, shape: Shape) -> Q:
    """What holds for all of its group."""
    if shape.group == "day":
        name = _MOMENTS.get(shape.order, "last_message_at")
        moment = _moment(case, shape)
        if moment is None:
            return Q(**{f"{name}__isnull": True})
        day = localtime(moment).date()
        begins, ends = (make_aware(datetime.combine(one, time.min)) for one in (day, day + timedelta(days=1)))
        return Q(**{f"{name}__gte": begins, f"{name}__lt": ends})
    name = _COLUMNS.get(shape.group, shape.group)
    value = getattr(case, name)
    return Q(**{f"{name}__isnull": True} if value is None else {name: value})


def _label(case: Case, shape: Shape) -> str:
    match shape.group:
        case "owner":
            return case.owner.name if case.owner else _("nobody")
        case "team":
            return case.team.name if case.team else _("no team")
        case "customer":
            return case.customer.name or _("Unknown")
        case "status":
            return str(Status(case.status).label)
        case "priority":
            return str(Priority(case.priority).label)
        case "waiting":
            return str(WaitingOn(case.waiting_on).label) if case.waiting_on else _("waits for nobody")
    moment = _moment(case, shape)
    return spoken(moment, "l j F Y") if moment else _("nothing promised")
