"""What our own cases say of a channel; both are counted by the database in one statement."""

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from ancora.conversations.models import Mailbox
from ancora.parties.working_time import WorkingTime
from ancora.platform import clock

LOOKED_BACK, MOST_CASES = timedelta(days=180), 2000
AGAIN = timedelta(days=7)
# Of a mailbox; fewer than the least say nothing, and what nobody has answered after so long waits for ever.
MAILS_SEEN, LEAST_MAILS, MAILS_BACK, PATIENCE = 50, 10, timedelta(days=60), timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Solved:
    contacts: int = 0
    solved: int = 0


_SOLVED = """
WITH done AS MATERIALIZED (
    SELECT id, channel, customer_id, opened_at, resolved_at FROM cases_case
    WHERE resolved_at > %(since)s AND resolved_at <= %(until)s AND status IN ('resolved', 'closed') AND NOT is_example
    ORDER BY resolved_at DESC LIMIT %(most)s
)
SELECT d.channel, count(*), count(*) FILTER (WHERE NOT EXISTS (
        SELECT 1 FROM event_object o JOIN event e ON e.recorded_at = o.recorded_at AND e.id = o.event_id
        WHERE o.object_type = 'case' AND o.object_id = d.id AND e.type = 'case.reopened'
    ) AND NOT EXISTS (
        SELECT 1 FROM cases_case o WHERE o.customer_id = d.customer_id AND o.id <> d.id
            AND o.opened_at > d.opened_at AND o.opened_at <= d.resolved_at + %(again)s
            AND o.status NOT IN ('spam', 'trash')
    ))
FROM done d GROUP BY d.channel
"""


def solved_counts() -> dict[str, Solved]:
    """By the channel with which a case began: how many were closed, and how many of those at once, which is: never
    reopened, and the same customer opened no other one until seven days after. Counted are the last two thousand that
    were closed between 187 and 7 days ago, so that the seven days have passed for each. How difficult a case was is
    not known: these stand for matters of any kind."""
    until = clock.now() - AGAIN
    asked = {"since": until - LOOKED_BACK, "until": until, "most": MOST_CASES, "again": AGAIN}
    with connection.cursor() as cursor:
        cursor.execute(_SOLVED, asked)
        found = {channel: Solved(contacts, solved) for channel, contacts, solved in cursor.fetchall()}
    return defaultdict(Solved, found)


_ANSWERED = """
SELECT c.opened_at, c.status, a.at FROM (
    SELECT id, opened_at, status FROM cases_case
    WHERE opened_at > %(since)s AND mailbox_ids @> ARRAY[%(mailbox)s]::bigint[] AND channel = 'email'
        AND status NOT IN ('spam', 'trash', 'merged') AND NOT is_example
    ORDER BY opened_at DESC LIMIT %(most)s
) c LEFT JOIN LATERAL (
    SELECT min(m.recorded_at) AS at FROM cases_caseconversation l
    JOIN conversations_place p ON p.conversation_id = l.conversation_id AND p.until IS NULL
    JOIN conversations_message m ON m.id = p.message_id AND m.direction = 'out' AND m.author_id IS NOT NULL
    WHERE l.case_id = c.id AND l.until IS NULL
) a ON true
"""


def first_answer_of(mailbox: Mailbox, hours: WorkingTime) -> timedelta | None:
    """The working time after which half of the last mails that opened a case had an answer; None where too few are
    known, or half of them have none."""
    now = clock.now()
    asked = {"since": now - MAILS_BACK, "mailbox": mailbox.pk, "most": MAILS_SEEN}
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERED, asked)
        rows = cursor.fetchall()
    waits = []
    for opened_at, status, at in rows:
        if at is not None:
            waits.append(hours.between(opened_at, max(at, opened_at)).total_seconds())
        elif status in ("open", "waiting") and opened_at < now - PATIENCE:
            waits.append(math.inf)
    if len(waits) < LEAST_MAILS:
        return None
    median = sorted(waits)[(len(waits) - 1) // 2]
    return timedelta(seconds=median) if math.isfinite(median) else None
