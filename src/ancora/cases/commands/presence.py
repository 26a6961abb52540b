"""Who has which case on the screen. It is no business of the record: nothing here is an event, nothing is held."""

from uuid import UUID

from django.db import connection

from ancora.cases.models import Case, Presence
from ancora.cases.presence.visitors import show_owners
from ancora.cases.queries.presence import GONE_AFTER, gone
from ancora.platform.accounts.models import User
from ancora.platform.live.hints import hint

# One row for a tab: it shows one case at a time.
_SHOW = """
WITH before AS (
    SELECT case_id, CASE WHEN seen_at > statement_timestamp() - %(alive)s THEN state END AS state
    FROM cases_presence WHERE user_id = %(user)s AND tab = %(tab)s
), beat AS (
    INSERT INTO cases_presence AS p (user_id, tab, case_id, state, since, seen_at)
    VALUES (%(user)s, %(tab)s, %(case)s, %(state)s, statement_timestamp(), statement_timestamp())
    ON CONFLICT (user_id, tab) DO UPDATE SET
        case_id = excluded.case_id, state = excluded.state, seen_at = excluded.seen_at,
        since = CASE WHEN p.case_id = excluded.case_id THEN p.since ELSE excluded.since END
)
SELECT case_id, state FROM before
"""


def show_presence(case: Case, *, user: User, tab: UUID, state: str) -> None:
    """The tab shows the case: `state` is writing, viewing or away. Colleagues hear of it when that is news."""
    given = {"user": user.pk, "tab": tab, "case": case.pk, "state": state}
    with connection.cursor() as cursor:
        cursor.execute(_SHOW, {**given, "alive": GONE_AFTER})
        before = cursor.fetchone()
    if before != (case.pk, state):
        _tell({case.pk, before[0] if before else case.pk})


def leave_case(case: Case, *, user: User, tab: UUID) -> None:
    """The tab no longer shows the case; nothing when it shows another one by now."""
    left, _by_model = Presence.objects.filter(user=user, tab=tab, case=case).delete()
    if left:
        _tell({case.pk})


def forget_the_gone() -> None:
    """Those of whom nothing was heard any more: their browser or their network went away without a word."""
    found = Presence.objects.filter(gone())
    case_ids = set(found.values_list("case_id", flat=True))
    found.delete()
    _tell(case_ids)


def _tell(case_ids: set[int]) -> None:
    hint(f"presence-{pk}" for pk in sorted(case_ids))
    if case_ids:
        show_owners(case_ids)
