"""Belonging to a problem as one of the changes of many cases: the code `problem-<id of the case>`."""

from collections.abc import Iterable
from uuid import uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.cases.bulk.models import BulkChange
from ancora.cases.models import Case
from ancora.cases.problems.commands import join_problem, leave_problem, open_problem
from ancora.cases.problems.queries import links_between
from ancora.cases.queries.cases import may_see_case
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal

_PREFIX = "problem-"


def code_for(problem: Case) -> str:
    return f"{_PREFIX}{problem.pk}"


def problem_id(code: str) -> int | None:
    """None for another code."""
    pk = code.removeprefix(_PREFIX)
    return int(pk) if pk != code and pk.isdecimal() and len(pk) < 19 else None


def wanted_problem(bulk: BulkChange) -> Case | None:
    """To which the cases are to belong; None when that is none of the changes."""
    wanted = next((pk for code in bulk.changes if (pk := problem_id(code))), None)
    return Case.objects.filter(pk=wanted).first() if wanted else None


def join_wanted(case: Case, bulk: BulkChange) -> dict[str, list]:
    """What became of it, as {"problem": [before, after]}; empty when nothing was wanted or changed."""
    problem = wanted_problem(bulk)
    if problem is None:
        return {}
    if not may_see_case(bulk.author, problem.pk):
        raise Refusal(_("You may no longer change this case."))
    if links_between(case, problem).exists():
        return {}
    join_problem(case, problem, author=bulk.author)
    return {"problem": [None, problem.pk]}


def leave_again(case: Case, changed: dict[str, list], *, author: User) -> None:
    """Take back what `join_wanted` did."""
    if "problem" in changed:
        leave_problem(case, Case.objects.get(pk=changed["problem"][1]), author=author)


def words_of(codes: Iterable[str]) -> dict[str, str]:
    """By code, as people read it; no query where there is none."""
    wanted = {pk: code for code in codes if (pk := problem_id(code))}
    rows = Case.objects.filter(pk__in=list(wanted)) if wanted else ()
    return {wanted[row.pk]: _("Belongs to the problem %(case)s") % {"case": row} for row in rows}


@transaction.atomic
def begin_with_new_problem(subject: str, *, author: User, form_key, changes: list[str], **given) -> BulkChange:
    """As `begin_bulk`, with a new problem to which the cases belong."""
    from ancora.cases.bulk.commands import begin_bulk

    problem = open_problem(subject, author=author, form_key=uuid5(form_key, "problem"))
    return begin_bulk(author=author, form_key=form_key, changes=[*changes, code_for(problem)], **given)
