"""What happened in a case, as the clocks understand it: from its messages, wherever they came from, and its events."""

from datetime import datetime

from django.db import connection

from ancora.cases.models import BY_HAND, Case, Status, WaitingOn
from ancora.cases.service_levels.clocks import Turn
from ancora.platform.events.queries import Recorded, events_about

_MOVES = (
    "case.status_changed",
    "case.resolved",
    "case.reopened",
    "case.restored",
    "case.merged",
    "case.unmerged",
)
# What a machine sent owes nobody an answer; an acknowledgement and what is passed on is none, nor what was
# taken back.
_MESSAGES = """
SELECT m.recorded_at, m.direction FROM cases_caseconversation l
JOIN conversations_place p ON p.conversation_id = l.conversation_id AND p.until IS NULL
JOIN conversations_message m ON m.id = p.message_id
LEFT JOIN conversations_outgoing o ON o.message_id = m.id
WHERE l.case_id = %s AND l.until IS NULL
    AND CASE m.direction WHEN 'in' THEN m.auto = ''
        ELSE coalesce(o.purpose IN ('reply', 'new') AND o.state <> 'taken_back', true) END
"""
_WAITS, _RUNS = Turn.WAITS_ON_CUSTOMER, Turn.GOES_ON


def turns_of(case: Case) -> tuple[list[tuple[datetime, Turn]], int]:
    """In order, ending as the case stands now; and the id of the last event they know of."""
    with connection.cursor() as cursor:
        cursor.execute(_MESSAGES, [case.pk])
        found = [(at, Turn.CUSTOMER_WROTE if way == "in" else Turn.WE_ANSWERED) for at, way in cursor.fetchall()]
    if case.channel in BY_HAND:
        # Said to somebody of us, who was there.
        found.append((case.opened_at, Turn.WE_ANSWERED))
    recorded = events_about("case", case.pk, types=[*_MOVES, "case.continued", "case.priority_set", "case.handed_off"])
    for event in recorded:
        if turn := _turn(event, case):
            found.append((event.occurred_at, turn))
    found.sort(key=lambda one: one[0])
    if not found:
        found = [(case.opened_at, Turn.GOES_ON)]
    return found + _present(case, found), recorded[-1].id if recorded else 0


def _turn(event: Recorded, case: Case) -> Turn | None:
    match event.type:
        case "case.status_changed":
            # In spam and trash nothing runs either, and nothing was answered by that.
            stands = event.attrs.get("waiting_on") == WaitingOn.CUSTOMER
            return _WAITS if stands or event.attrs["after"] in (Status.SPAM, Status.TRASH) else _RUNS
        case "case.resolved":
            return Turn.RESOLVED
        case "case.reopened":
            return Turn.REOPENED
        case "case.restored":
            return _RUNS
        case "case.merged" if ("case_id", "case", case.pk) in event.objects:
            return _WAITS
        case "case.unmerged" if ("case_id", "case", case.pk) in event.objects:
            return _RUNS
    return None


def _present(case: Case, found: list[tuple[datetime, Turn]]) -> list[tuple[datetime, Turn]]:
    """What brings the story of a case that runs to where it stands, when its events say less: a merge that was undone
    brings back a status without telling it."""
    waits = stopped = False
    for _at, turn in found:
        if turn in (Turn.CUSTOMER_WROTE, _RUNS, Turn.REOPENED):
            waits = False
        elif turn is _WAITS:
            waits = True
        if turn in (Turn.RESOLVED, Turn.REOPENED):
            waits, stopped = False, turn is Turn.RESOLVED
    at = found[-1][0]
    steps = [(at, Turn.REOPENED)] if stopped and case.status in (Status.OPEN, Status.WAITING) else []
    if case.waiting_on == WaitingOn.CUSTOMER:
        return steps if waits else [*steps, (at, _WAITS)]
    return [*steps, (at, _RUNS)] if waits else steps
