"""Reads of problems: what a case belongs to, and what belongs to it, as far as the viewer sees it."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from ancora.cases.models import Case, CaseLink, Status
from ancora.cases.queries.cases import PARTS, parts_of, seen_by, visible_cases

PROBLEM = "problem"
PAGE = 50
_LIVE = f"kind = '{PROBLEM}' AND until IS NULL"
# The ids of the cases that belong to one, or of the one it belongs to, merged cases as the ones that hold them; its id
# three times.
_CASES = f"""SELECT coalesce(m.merged_into_id, m.id) FROM cases_caselink l JOIN cases_case m ON m.id = l.case_id
    WHERE l.related_id IN ({PARTS}) AND {_LIVE} AND coalesce(m.merged_into_id, m.id) <> %s"""  # noqa: S608
_PROBLEMS = f"""SELECT coalesce(m.merged_into_id, m.id) FROM cases_caselink l JOIN cases_case m ON m.id = l.related_id
    WHERE l.case_id IN ({PARTS}) AND {_LIVE} AND coalesce(m.merged_into_id, m.id) <> %s"""  # noqa: S608
_KIN = """
SELECT reference, subject, status, 0 FROM cases_case WHERE id = ANY(ARRAY({problems})) AND {seen}
UNION ALL SELECT NULL, '', status, count(*) FROM cases_case WHERE id = ANY(ARRAY({cases})) AND {seen} GROUP BY status
"""


@dataclass(frozen=True, slots=True)
class Problem:
    """The problem to which a case belongs, as a line."""

    reference: int
    subject: str
    status: str

    @property
    def label(self) -> str:
        return str(Status(self.status).label)


@dataclass(frozen=True, slots=True)
class Kin:
    """`problem`: the one it belongs to · `counts`: how many cases belong to it, by status."""

    problem: Problem | None
    counts: dict[str, int]

    @property
    def cases(self) -> int:
        return sum(self.counts.values())

    @property
    def unsolved(self) -> int:
        return self.counts.get(Status.OPEN, 0) + self.counts.get(Status.WAITING, 0)

    @property
    def states(self) -> list[tuple[str, int]]:
        """(name of the status, how many), those that are there, in the order of the statuses."""
        return [(str(label), self.counts[value]) for value, label in Status.choices if value in self.counts]


def kin_of(viewer, case: Case) -> Kin:
    """One query."""
    seen, parameters = seen_by(viewer)
    sql = _KIN.format(problems=_named(_PROBLEMS), cases=_named(_CASES), seen=seen)
    problem, counts = None, {}
    with connection.cursor() as cursor:
        cursor.execute(sql, {**parameters, "case": case.pk})
        for reference, subject, status, count in cursor.fetchall():
            if reference is None:
                counts[status] = count
            else:
                problem = Problem(reference, subject, status)
    return Kin(problem, counts)


def problem_of(case: Case) -> Case | None:
    """The problem to which a case belongs, whoever asks."""
    return Case.objects.filter(pk__in=RawSQL(_PROBLEMS, [case.pk] * 3)).first()  # noqa: S611


def all_cases_of(problem: Case) -> QuerySet[Case]:
    """The cases that belong to a problem, whoever asks."""
    return Case.objects.filter(pk__in=RawSQL(_CASES, [problem.pk] * 3))  # noqa: S611


def cases_of(viewer, problem: Case) -> QuerySet[Case]:
    """The cases of a problem that the viewer sees, the latest first."""
    found = visible_cases(viewer).filter(pk__in=RawSQL(_CASES, [problem.pk] * 3))  # noqa: S611
    return found.select_related("customer", "owner", "team", "outcome").order_by("-last_message_at", "-pk")


def page_of_cases(viewer, problem: Case, number: int) -> tuple[list[Case], bool]:
    """(the cases of a page, counted from 1, whether others follow)"""
    start = (max(number, 1) - 1) * PAGE
    rows = list(cases_of(viewer, problem)[start : start + PAGE + 1])
    return rows[:PAGE], len(rows) > PAGE


def links_between(case: Case, problem: Case) -> QuerySet[CaseLink]:
    """By which a case belongs to a problem."""
    live = CaseLink.objects.filter(kind=PROBLEM, until__isnull=True)
    return live.filter(case__in=parts_of(case), related__in=parts_of(problem))


def torn_between(case: Case, other: Case) -> bool:
    """Whether one case of the two would belong to two problems, or be a problem and belong to one."""
    both = {case.pk, other.pk}
    above = {found.pk for one in (case, other) if (found := problem_of(one))} - both
    below = any(all_cases_of(one).exclude(pk__in=both).exists() for one in (case, other)) if above else False
    return len(above) > 1 or below


def torn_words() -> str:
    return _(
        "One of the two belongs to a problem, the other one is a problem or belongs to another. Take one of them out "
        "first."
    )


def _named(sql: str) -> str:
    return sql.replace("%s", "%(case)s")
