"""Cases that a person said belong together."""

from django.db import connection

from ancora.cases.models import Case
from ancora.cases.queries.cases import OtherCase, lines_of, visible_cases

# Whatever was merged into one of them is meant too.
_RELATED = """
WITH part AS MATERIALIZED (
    SELECT %(case)s::bigint AS id UNION ALL SELECT id FROM cases_case WHERE merged_into_id = %(case)s
), other AS (
    SELECT related_id AS id FROM cases_caselink JOIN part ON case_id = part.id WHERE kind = 'related' AND until IS NULL
    UNION SELECT case_id FROM cases_caselink JOIN part ON related_id = part.id WHERE kind = 'related' AND until IS NULL
)
SELECT DISTINCT coalesce(k.merged_into_id, k.id) FROM other JOIN cases_case k ON k.id = other.id
"""


def related_cases(viewer, case: Case) -> list[OtherCase]:
    """The cases related to this one that the viewer sees, the latest first; one query where there is none."""
    ids = related_ids(case)
    return lines_of(visible_cases(viewer).filter(pk__in=ids).order_by("-last_message_at")) if ids else []


def related_ids(case: Case) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(_RELATED, {"case": case.pk})
        return {pk for (pk,) in cursor.fetchall()} - {case.pk}
