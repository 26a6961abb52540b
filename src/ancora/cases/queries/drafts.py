"""What the viewer has begun to write; nobody else ever sees it."""

from django.db import connection
from django.http import Http404

from ancora.cases.models import Case, Draft
from ancora.cases.queries.cases import PARTS, messages_of
from ancora.conversations.models import Message
from ancora.platform import clock
from ancora.platform.plain_sql import columns, objects

# Plain SQL: every case page asks.
_MINE = f"""
SELECT {columns(Draft, "d")} FROM cases_draft d
WHERE d.author_id = %s AND d.message_id IS NULL AND d.case_id IN ({PARTS})
ORDER BY d.saved_at DESC LIMIT 1
"""  # noqa: S608


def draft_in(viewer, case: Case) -> Draft | None:
    """The viewer's own draft in a case, the last one of those that they began in cases which are one now."""
    return next(iter(objects(_MINE, [viewer.pk, case.pk, case.pk], Draft)), None)


# Plain SQL: every list asks.
_AMONG = """
SELECT coalesce(k.merged_into_id, k.id) FROM cases_draft d JOIN cases_case k ON k.id = d.case_id
WHERE d.author_id = %s AND d.message_id IS NULL AND (k.id = ANY(%s::bigint[]) OR k.merged_into_id = ANY(%s::bigint[]))
"""


def drafted_among(viewer, cases: list[Case]) -> frozenset[int]:
    """Ids of those of the cases in which the viewer has a draft; one query."""
    ids = [case.pk for case in cases]
    with connection.cursor() as cursor:
        cursor.execute(_AMONG, [viewer.pk, ids, ids])
        return frozenset(pk for (pk,) in cursor.fetchall())


def drafts_of_new_mails(viewer, most: int = 10) -> list[Draft]:
    """New mails that the viewer has begun, or took back, and not sent, the latest first."""
    mine = Draft.objects.filter(author=viewer, case__isnull=True, message__isnull=True)
    return list(mine.order_by("-saved_at")[:most])


def draft_of_new_mail(viewer, pk: int) -> Draft:
    """One of them; not yours → 404."""
    draft = Draft.objects.filter(author=viewer, case__isnull=True, message__isnull=True, pk=pk).first()
    if draft is None:
        raise Http404("No such draft.")
    return draft


def held_in(viewer, case: Case) -> Message | None:
    """What the viewer wrote last in the case, when it can still be taken back."""
    mine = [one for one in messages_of(case) if one.author_id == viewer.pk and hasattr(one, "outgoing")]
    return mine[-1] if mine and mine[-1].outgoing.is_held(clock.now()) else None
