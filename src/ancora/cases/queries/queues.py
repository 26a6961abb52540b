"""The queues: lists of cases by what is to be done, with live counts. The number of queries never depends on size."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404

from ancora.cases.models import Case, CaseTag, Status
from ancora.cases.queries.cases import seen_by, visible_cases
from ancora.parties.queries import active_teams, team_ids_of

QUEUES = ("mine", "unassigned", "teams", "waiting", "open", "resolved", "spam", "trash")
SIZE = 30
# Counting stops here; screens show 999+.
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Page:
    """cases: customer, owner, team loaded, `tag_labels` a list · next: cursor of the next page or None."""

    cases: list[Case]
    next: str | None


def cases_page(
    viewer,
    *,
    queue_name: str | None = None,
    condition: Q | None = None,
    after: str | None = None,
    size: int = SIZE,
    **narrowed,
) -> Page:
    """One page of the cases the viewer sees, the latest message first: those of a queue, those for which `condition`
    holds, and those whose columns are as `narrowed` says (`status="open", customer=17`), merged ones only where that
    is asked for. An unknown queue or cursor → 404."""
    found = fitting_cases(viewer, queue_name=queue_name, condition=condition, **narrowed)
    if after:
        at, pk = _read_cursor(after)
        found = found.filter(Q(last_message_at__lt=at) | Q(last_message_at=at, pk__lt=pk), last_message_at__lte=at)
    return page_of(found.order_by("-last_message_at", "-pk"), size)


def case_ids(
    viewer, *, until: datetime, most: int, queue_name: str | None = None, condition: Q | None = None, **narrowed
) -> list[int]:
    """Ids of the cases that `cases_page` would show page by page, the latest first, up to `most`: those in which
    nothing was written after `until`."""
    found = fitting_cases(viewer, queue_name=queue_name, condition=condition, **narrowed)
    found = found.filter(last_message_at__lte=until)
    return list(found.order_by("-last_message_at", "-pk").values_list("pk", flat=True)[:most])


def fitting_cases(viewer, *, queue_name: str | None = None, condition: Q | None = None, **narrowed) -> QuerySet[Case]:
    """What `cases_page` shows page by page, in no order."""
    found = visible_cases(viewer).filter(condition or Q(), **narrowed)
    if queue_name is None and narrowed.get("status") != Status.MERGED:
        found = found.exclude(status=Status.MERGED)
    if queue_name is not None:
        if queue_name not in QUEUES:
            raise Http404("No such queue.")
        found = found.filter(_condition(viewer, queue_name))
    return found


def page_of(found: QuerySet[Case], size: int) -> Page:
    """The first `size` of an ordered list with what a row shows."""
    cases = list(with_what_rows_show(found)[: size + 1])
    following = _cursor(cases[size - 1]) if len(cases) > size else None
    return Page(cases[:size], following)


def with_what_rows_show(found: QuerySet[Case]) -> QuerySet[Case]:
    """With customer, owner, team and clocks loaded, and `tag_labels` a list."""
    labels = (
        CaseTag.objects.filter(case=OuterRef("pk"))
        .values("case")
        .annotate(labels=ArrayAgg("tag__label", order_by="tag__label"))
        .values("labels")
    )
    return found.select_related("customer", "owner", "team", "clocks").annotate(tag_labels=Subquery(labels))


_COUNT = "(SELECT count(*) FROM (SELECT 1 FROM cases_case WHERE {} LIMIT {}) AS x)"
# As `my_tasks` finds them.
_TASKS = """(SELECT count(*) FROM (SELECT 1 FROM cases_task t JOIN cases_case ON cases_case.id = t.case_id
    WHERE t.state = 'open' AND status NOT IN ('spam', 'trash') AND (t.person_id = %(user)s
        OR t.team_id IN (SELECT team_id FROM parties_membership WHERE user_id = %(user)s)
        OR t.third_party_id IS NOT NULL AND coalesce(t.author_id, cases_case.owner_id) = %(user)s)
        AND {} LIMIT {}) AS x)"""


def queue_counts(viewer, teams: list[int] | None = None, *, most_tasks: int = 0) -> dict[str, int]:
    """How many cases each queue holds, counted up to 1,000, with `team-<id>` for `teams` (all active ones when not
    given), and under `tasks` how many tasks the viewer has, up to `most_tasks`; a constant number of queries."""
    if teams is None:
        teams = list(active_teams(viewer).values_list("pk", flat=True))
    seen, parameters = seen_by(viewer)
    conditions = {
        "mine": "status = 'open' AND owner_id = %(user)s",
        "unassigned": "status = 'open' AND owner_id IS NULL",
        "teams": "status = 'open' AND team_id IN (SELECT team_id FROM parties_membership WHERE user_id = %(user)s)",
        "waiting": "status = 'waiting'",
        "open": "status = 'open'",
        "resolved": "status IN ('resolved', 'closed')",
        "spam": "status = 'spam'",
        "trash": "status = 'trash'",
        **{f"team-{pk}": f"status = 'open' AND team_id = {int(pk)}" for pk in teams},
    }
    columns = {name: _COUNT.format(f"{sql} AND {seen}", MOST_COUNTED) for name, sql in conditions.items()}
    if most_tasks:
        columns["tasks"] = _TASKS.format(seen, most_tasks)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns.values())}", {"user": viewer.pk, **parameters})
        return dict(zip(columns, cursor.fetchone(), strict=True))


def _condition(viewer, name: str) -> Q:
    match name:
        case "mine":
            return Q(status="open", owner=viewer)
        case "unassigned":
            return Q(status="open", owner__isnull=True)
        case "teams":
            return Q(status="open", team__in=team_ids_of(viewer))
        case "resolved":
            return Q(status__in=["resolved", "closed"])
        case _:
            return Q(status=name)


def _cursor(case: Case) -> str:
    return base64.urlsafe_b64encode(json.dumps([case.last_message_at.isoformat(), case.pk]).encode()).decode()


def _read_cursor(cursor: str) -> tuple[datetime, int]:
    try:
        at, pk = json.loads(base64.urlsafe_b64decode(cursor))
        return datetime.fromisoformat(at), int(pk)
    except (ValueError, TypeError) as error:
        raise Http404("That page does not exist.") from error
