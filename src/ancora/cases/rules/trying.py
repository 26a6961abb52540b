"""What a rule would have done: in which cases of the past days its trigger happened, and which of them fit now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from ancora.cases.models import Case
from ancora.cases.queries.cases import visible_cases
from ancora.cases.rules.by_time import INSIDE, cases_between
from ancora.cases.rules.conditions import condition_of, has_words
from ancora.cases.rules.models import MOMENTS, WITH_MESSAGE, Rule
from ancora.cases.rules.triggers import EVENTS
from ancora.conversations.models import Message
from ancora.platform import clock
from ancora.platform.errors import Refusal

MOST_DAYS = (30, 90)
MOST_SHOWN = 50
# The newest ones are looked at; of those with words fewer, because their texts are read.
MOST_EVENTS = 20_000
MOST_TEXTS = 5000
_PATIENCE = "5s"


@dataclass(frozen=True, slots=True)
class Tried:
    """happened: in how many cases of those the viewer sees · total: how many of them fit now, of which `cases` are
    the latest · is_cut: so much happened that only the newest was looked at."""

    days: int
    happened: int
    total: int
    cases: list[Case]
    is_cut: bool = False


def tried(viewer, content: dict, *, days: int) -> Tried:
    """A dry run of the content of a rule (see `require_content`); nothing is changed. Refused when it takes longer
    than five seconds."""
    days = days if days in MOST_DAYS else MOST_DAYS[0]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{_PATIENCE}'")
            found = _tried(viewer, content, days)
            cursor.execute("SET LOCAL statement_timeout = DEFAULT")
            return found
    except OperationalError as error:
        raise Refusal(
            _("So much has happened that this takes too long. The rule can be saved all the same.")
        ) from error


def _tried(viewer, content: dict, days: int) -> Tried:
    now = clock.now()
    start, is_cut = now - timedelta(days=days), False
    if content["trigger"] in MOMENTS:
        # How it stands now is all that is known of what time would have done.
        concerned = _seen(viewer, cases_between(Rule(**{**content, "conditions": ""}), start, now))
    else:
        rows = _happened(content, start)
        is_cut = len(rows) >= _most(content)
        concerned = _seen(viewer, Case.objects.filter(pk__in=_array(case for case, _message in rows)))
        if content["words"] or content["trigger"] == "wrote":
            rows = _with_fitting_message(content, rows)
            # What was looked at is said of all; what fits only of these.
            return _shown(content, days, concerned, concerned.filter(pk__in=_array(case for case, _ in rows)), is_cut)
    return _shown(content, days, concerned, concerned, is_cut)


def _shown(content: dict, days: int, concerned: QuerySet, fitting: QuerySet, is_cut: bool) -> Tried:
    if content["conditions"]:
        fitting = fitting.filter(condition_of(content["conditions"]))
    cases = list(fitting.order_by("-last_message_at", "-pk")[:MOST_SHOWN])
    total = len(cases) if len(cases) < MOST_SHOWN else fitting.count()
    return Tried(days, concerned.count(), total, cases, is_cut)


def _seen(viewer, cases: QuerySet[Case]) -> QuerySet[Case]:
    return visible_cases(viewer).filter(pk__in=cases.values("pk"), status__in=INSIDE)


_HAPPENED = """
SELECT coalesce(k.merged_into_id, k.id), (
    SELECT coalesce(m.object_id, (SELECT min(p.message_id) FROM event_object c JOIN conversations_place p
        ON p.conversation_id = c.object_id AND p.until IS NULL
        WHERE c.recorded_at = e.recorded_at AND c.event_id = e.id AND c.object_type = 'conversation'))
    FROM (SELECT 1) one LEFT JOIN event_object m
        ON m.recorded_at = e.recorded_at AND m.event_id = e.id AND m.object_type = 'message' LIMIT 1)
FROM event e
JOIN event_object o ON o.recorded_at = e.recorded_at AND o.event_id = e.id AND o.qualifier = 'case_id'
JOIN cases_case k ON k.id = o.object_id
WHERE e.recorded_at > %(start)s AND e.occurred_at > %(start)s AND e.type = ANY(%(types)s)
    AND (e.attrs->>'direction' IS NULL OR e.attrs->>'direction' = %(direction)s)
    AND NOT coalesce((e.attrs->>'is_spam')::boolean, false)
ORDER BY e.recorded_at DESC, e.id DESC LIMIT %(most)s
"""


def _happened(content: dict, start: datetime) -> list[tuple[int, int | None]]:
    """(case, message) of each event, the newest first."""
    trigger = "wrote" if content["trigger"] == "answered" else content["trigger"]
    values = {
        "start": start,
        "types": [event.type for event, of in EVENTS.items() if of == trigger],
        "direction": "out" if content["trigger"] == "answered" else "in",
        "most": _most(content),
    }
    with connection.cursor() as cursor:
        cursor.execute(_HAPPENED, values)
        return cursor.fetchall()


def _most(content: dict) -> int:
    return MOST_TEXTS if content["words"] and content["trigger"] in WITH_MESSAGE else MOST_EVENTS


def _with_fitting_message(content: dict, rows: list) -> list:
    ids = [message for _case, message in rows if message]
    if content["trigger"] == "wrote":
        # What a machine wrote is nothing that the customer wrote.
        ids = list(Message.objects.filter(pk__in=_array(ids), auto="").values_list("pk", flat=True))
    fitting = has_words(content["words"], ids) if content["words"] else set(ids)
    return [row for row in rows if row[1] in fitting]


def _array(ids) -> RawSQL:
    # One array instead of thousands of parameters.
    return RawSQL("SELECT unnest(%s::bigint[])", [list(set(ids))])  # noqa: S611
