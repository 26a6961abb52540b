"""Lists that people saved: conditions with a name."""

from django.db import connection
from django.db.models import Q
from django.http import Http404
from django.utils.timezone import localdate

from ancora.cases.models import SavedView, Status
from ancora.cases.queries.asked import read
from ancora.cases.queries.cases import visible_cases
from ancora.cases.queries.conditions import that
from ancora.cases.queries.queues import MOST_COUNTED
from ancora.platform.plain_sql import columns, objects

# The first pane has room for so many.
MOST_VIEWS = 50


# Plain SQL: every page asks for them.
_SEEN = f"""
SELECT {columns(SavedView, "v")} FROM cases_savedview v
WHERE (v.person_id = %(viewer)s OR v.team_id IN (SELECT team_id FROM parties_membership WHERE user_id = %(viewer)s)
    OR (v.person_id IS NULL AND v.team_id IS NULL)) AND (%(only)s::bigint IS NULL OR v.id = %(only)s)
ORDER BY v.label, v.id LIMIT %(most)s
"""  # noqa: S608


def saved_views(viewer, *, only: int | None = None) -> list[SavedView]:
    """The viewer's own, those of the viewer's teams, and those of everybody, by name; or the one with the id `only`."""
    return objects(_SEEN, {"viewer": viewer.pk, "only": only, "most": MOST_VIEWS}, SavedView)


def saved_view_for(viewer, pk: int) -> SavedView:
    """Not yours → 404."""
    found = next(iter(saved_views(viewer, only=pk)), None)
    if found is None:
        raise Http404("No such view.")
    return found


def may_change_view(viewer, view: SavedView) -> bool:
    """One's own; those of a team or of everybody are the leads'."""
    return view.person_id == viewer.pk if view.person_id else viewer.is_lead


def saved_view_counts(viewer, views: list[SavedView]) -> dict[int, int]:
    """By id how many cases each holds, counted up to 1,000; two queries, one for an administrator."""
    if not views:
        return {}
    visible, columns, parameters = visible_cases(viewer).exclude(status=Status.MERGED), [], []
    for view in views:
        found = visible.filter(view_condition(viewer, view)).order_by().values("pk")[:MOST_COUNTED]
        sql, given = found.query.sql_with_params()
        columns.append(f"(SELECT count(*) FROM ({sql}) AS x)")  # noqa: S608
        parameters += given
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)}", parameters)
        return dict(zip([view.pk for view in views], cursor.fetchone(), strict=True))


def view_condition(viewer, view: SavedView) -> Q:
    """What holds for each of its cases."""
    return that(viewer, read(view.conditions, today=localdate()))
