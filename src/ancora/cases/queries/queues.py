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
from ancora.cases.queries.cases import visible_cases
from ancora.conversations.queries import hidden_mailbox_ids
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


def queue(viewer, name: str, *, team_id: int | None = None, after: str | None = None, size: int = SIZE) -> Page:
    """One page of a queue, the latest message first. An unknown queue or cursor → 404."""
    narrowed = {} if team_id is None else {"team": team_id}
    return cases_page(viewer, queue_name=name, after=after, size=size, **narrowed)


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
    found = visible_cases(viewer).filter(condition or Q(), **narrowed)
    if queue_name is None and narrowed.get("status") != Status.MERGED:
        found = found.exclude(status=Status.MERGED)
    if queue_name is not None:
        if queue_name not in QUEUES:
            raise Http404("No such queue.")
        found = found.filter(_condition(viewer, queue_name))
    if after:
        at, pk = _read_cursor(after)
        found = found.filter(Q(last_message_at__lt=at) | Q(last_message_at=at, pk__lt=pk), last_message_at__lte=at)
    return page_of(found.order_by("-last_message_at", "-pk"), size)


def page_of(found: QuerySet[Case], size: int) -> Page:
    """The first `size` of an ordered list with what a row shows."""
    labels = (
        CaseTag.objects.filter(case=OuterRef("pk"))
        .values("case")
        .annotate(labels=ArrayAgg("tag__label", order_by="tag__label"))
        .values("labels")
    )
    rows = found.select_related("customer", "owner", "team", "clocks").annotate(tag_labels=Subquery(labels))
    cases = list(rows[: size + 1])
    following = _cursor(cases[size - 1]) if len(cases) > size else None
    return Page(cases[:size], following)


_COUNT = "(SELECT count(*) FROM (SELECT 1 FROM cases_case WHERE {} LIMIT {}) AS x)"


def queue_counts(viewer, teams: list[int] | None = None) -> dict[str, int]:
    """How many cases each queue holds, counted up to 1,000, with `team-<id>` for `teams` (all active ones when not
    given); a constant number of queries."""
    if teams is None:
        teams = list(active_teams(viewer).values_list("pk", flat=True))
    hidden = hidden_mailbox_ids(viewer)
    seen = "NOT (mailbox_ids <@ %(hidden)s::bigint[] AND cardinality(mailbox_ids) > 0)" if hidden else "true"
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
    columns = ", ".join(_COUNT.format(f"{sql} AND {seen}", MOST_COUNTED) for sql in conditions.values())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", {"user": viewer.pk, "hidden": hidden})
        return dict(zip(conditions, cursor.fetchone(), strict=True))


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
