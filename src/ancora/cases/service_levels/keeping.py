"""Keeps the clocks of cases as what happened and the policies of today give them; running twice changes nothing."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from ancora.cases.events import CaseContinued, CaseOpened, ServiceLevelBreached, ServiceLevelWarned
from ancora.cases.models import Case, CaseClocks, Status
from ancora.cases.service_levels.clocks import Clock, clocks
from ancora.cases.service_levels.policies import Book
from ancora.cases.service_levels.reading import hand_of, moment_in
from ancora.cases.service_levels.turns import turns_of
from ancora.platform import clock
from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.event import Event
from ancora.platform.events.publishing import publish
from ancora.platform.live.hints import hint
from ancora.platform.plain_sql import read

RUNS_IN = (Status.OPEN, Status.WAITING)
MOST_AT_ONCE = 200
_ONCE = "sla"


# Plain SQL: every mail asks, and where nothing is promised that is all it costs.
_IS_ASKED = """
SELECT EXISTS (SELECT FROM cases_servicepolicy WHERE is_active)
    OR EXISTS (SELECT FROM cases_caseclocks WHERE case_id = ANY(%s))
"""


def keep_clocks(case_ids: Iterable[int], *, book: Book | None = None) -> None:
    """Bring the clocks of these cases up to date."""
    ids = sorted(set(case_ids))
    [(is_asked,)] = read(_IS_ASKED, [ids])
    if not is_asked:
        return
    known = {row.case_id: row for row in CaseClocks.objects.filter(case__in=ids)}
    book = book or Book()
    for case in Case.objects.filter(pk__in=ids).select_related("team").order_by("pk"):
        with transaction.atomic():
            _keep(case, known.get(case.pk), book)


_LATE = "SELECT case_id FROM cases_caseclocks WHERE case_id = ANY(%s) AND due_at <= %s"


def may_hold_cases(events: list[Event]) -> list[bool]:
    """Of each whether `keep_clocks` after it may stop a clock that is late: then it tells so, and holds the case for
    that. One query, none for what stops nothing."""
    stopping = [[] if _stops_nothing(event) else cases_of(event) for event in events]
    ids = sorted({pk for named in stopping for pk in named})
    late = {pk for (pk,) in read(_LATE, [ids, clock.now()])} if ids else set()
    return [not late.isdisjoint(named) for named in stopping]


def cases_of(event: Event) -> list[int]:
    """Ids of the cases that it names."""
    return [pk for _field, kind, pk in event.named_objects() if kind == "case"]


def _stops_nothing(event: Event) -> bool:
    return isinstance(event, CaseOpened) or (isinstance(event, CaseContinued) and event.direction == "in")


def tell_clocks() -> int:
    """Publish what clocks have to tell by now, each thing once; says how many cases there were. Those that somebody is
    just changing have their turn the next time."""
    now = clock.now()
    due = CaseClocks.objects.filter(tells_at__lte=now).order_by("tells_at")
    ids = list(due.values_list("case_id", flat=True)[:MOST_AT_ONCE])
    if not ids:
        return 0
    with transaction.atomic():
        # Who writes events of a case holds it.
        cases = Case.objects.filter(pk__in=ids).select_for_update(skip_locked=True, of=("self",)).order_by("pk")
        held = [case.pk for case in cases]
        # An answer may have come in time whose event nobody has handled yet.
        keep_clocks(held)
        rows = CaseClocks.objects.filter(case__in=held, tells_at__lte=now)
        told = list(rows.select_for_update().order_by("case_id"))
        for row in told:
            for one in row.hands:
                _tell(row, one, now)
            row.told_until, row.revision = now, row.revision + 1
            row.tells_at = _tells_at(row.hands, now)
            row.save(update_fields=["told_until", "tells_at", "revision"])
    return len(held)


def _keep(case: Case, row: CaseClocks | None, book: Book) -> None:
    policy = book.policy_for(case) if case.status in RUNS_IN else None
    turns, as_of = turns_of(case) if policy or row else ([], 0)
    found: list[Clock] = []
    if policy is None and row is None:
        return
    if terms := book.terms_for(case):
        now = max(clock.now(), turns[-1][0])
        found = clocks(turns, targets=terms.targets, working_time=terms.working_time, warnings=terms.warnings, now=now)
    hands = [hand_of(one) for one in found if one.stopped_at is None] if policy else []
    if row:
        _tell_stopped(row, found)
    due = [moment for one in hands if (moment := moment_in(one["due"]))]
    values = {
        "case": case.pk,
        "policy": policy.pk if policy else None,
        "hands": json.dumps(hands),
        "due": min(due, default=None),
        "tells": min(_to_tell(hands, row), default=None),
        "as_of": as_of,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, values)
        if cursor.rowcount:
            hint([f"case-{case.pk}"])


# Two may keep the clocks of a case at once: who knows less of it does not write over who knows more.
_WRITE = """
INSERT INTO cases_caseclocks AS c (case_id, policy_id, hands, due_at, tells_at, as_of, revision)
VALUES (%(case)s, %(policy)s, %(hands)s::jsonb, %(due)s, %(tells)s, %(as_of)s, 1)
ON CONFLICT (case_id) DO UPDATE SET policy_id = excluded.policy_id, hands = excluded.hands, due_at = excluded.due_at,
    tells_at = excluded.tells_at, as_of = excluded.as_of, revision = c.revision + 1
WHERE c.as_of <= excluded.as_of AND (c.hands, c.due_at, c.tells_at, c.policy_id)
    IS DISTINCT FROM (excluded.hands, excluded.due_at, excluded.tells_at, excluded.policy_id)
"""


def _tell_stopped(row: CaseClocks, found: list[Clock]) -> None:
    """What was late when it stopped, before anybody came to tell it."""
    ran = {(one["kind"], one["started"]) for one in row.hands if one["due"]}
    for one in found:
        late = one.stopped_at is not None and one.breached_at
        known = (str(one.kind), one.started_at.isoformat()) in ran
        if late and known and (row.told_until is None or one.breached_at > row.told_until):
            list(Case.objects.select_for_update(of=("self",)).filter(pk=row.case_id))
            _publish(row.case_id, str(one.kind), one.started_at, one.breached_at, is_breached=True)


def _tell(row: CaseClocks, one: dict, now: datetime) -> None:
    due, warns = moment_in(one["due"]), moment_in(one["warns"])
    started = datetime.fromisoformat(one["started"])
    if due and due <= now:
        _publish(row.case_id, one["kind"], started, due, is_breached=True)
    elif due and warns and warns <= now:
        _publish(row.case_id, one["kind"], started, due, is_breached=False, at=warns)


def _publish(case_id: int, kind: str, started: datetime, due: datetime, *, is_breached: bool, at=None) -> None:
    event = ServiceLevelBreached if is_breached else ServiceLevelWarned
    key = f"{event.type}.{case_id}.{kind}.{int(started.timestamp())}"
    publish(event(case_id=case_id, clock=kind, due_at=due), actor=SYSTEM, source=_ONCE, key=key, at=at or due)


def _to_tell(hands: list[dict], row: CaseClocks | None) -> list[datetime]:
    """The moments at which there is something to tell; past ones too, of clocks that were moved into the past."""
    if row is None:
        found = [_tells_at(hands, None)]
    else:
        known = {(one["kind"], one["started"], one["due"]) for one in row.hands}
        moved = [one for one in hands if (one["kind"], one["started"], one["due"]) not in known]
        waits = row.tells_at if hands and row.tells_at and row.tells_at <= clock.now() else None
        found = [_tells_at(hands, row.told_until), _tells_at(moved, None), waits]
    return [moment for moment in found if moment]


def _tells_at(hands: list[dict], told_until: datetime | None) -> datetime | None:
    moments = [moment_in(one[name]) for one in hands for name in ("warns", "due")]
    return min((moment for moment in moments if moment and moment > (told_until or _EVER)), default=None)


_EVER = datetime.min.replace(tzinfo=UTC) + timedelta(days=1)
