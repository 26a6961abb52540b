"""Saying that a case belongs to a problem, and taking that back."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.cases.commands.locking import locked_together
from ancora.cases.commands.open import open_case_by_hand
from ancora.cases.models import Case, CaseLink
from ancora.cases.problems.events import CaseJoinedProblem, CaseLeftProblem
from ancora.cases.problems.queries import PROBLEM, all_cases_of, links_between, problem_of
from ancora.customers.commands import observe_handle
from ancora.customers.models import HandleKind
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.platform.live.hints import hint

MOST_CASES = 1000


@transaction.atomic
def join_problem(case: Case, problem: Case, *, author: User) -> None:
    """`case` belongs to `problem` from now on. Nothing when it does. Refused where it would go deeper than one level,
    for a case that belongs to another problem, in spam or trash, and beyond 1,000 cases."""
    locked_together(case, problem)
    why = _why_not(case, problem)
    if why is None:
        return
    if why:
        raise Refusal(why)
    # Of a case that was merged with its own problem the link is hidden, and in force: it would stand in the way, or be
    # a second level once the merge is undone. What belonged to this problem goes on doing so.
    links_between(case, case).update(until=clock.now())
    links_between(problem, problem).exclude(related=problem).update(until=clock.now())
    CaseLink.objects.create(case=case, related=problem, kind=PROBLEM, since=clock.now())
    publish(CaseJoinedProblem(case_id=case.pk, problem_id=problem.pk), actor=Actor.human(author))
    hint([f"case-{problem.pk}"])


@transaction.atomic
def leave_problem(case: Case, problem: Case, *, author: User) -> None:
    """It does not belong to it any more. Nothing when it does not."""
    locked_together(case, problem)
    if links_between(case, problem).update(until=clock.now()):
        publish(CaseLeftProblem(case_id=case.pk, problem_id=problem.pk), actor=Actor.human(author))
        hint([f"case-{problem.pk}"])


@transaction.atomic
def open_problem(subject: str, *, author: User, form_key: UUID) -> Case:
    """A new case for a problem, of the colleague who opens it and answers for it; the same form once."""
    subject = " ".join(subject.split())[:300]
    if not subject:
        raise Refusal(_("Say in a few words what the problem is."))
    handle = observe_handle(HandleKind.EMAIL, author.email, name=author.name)
    return open_case_by_hand(
        customer=handle.customer, subject=subject, text="", channel="other", author=author, form_key=form_key
    )


@transaction.atomic
def join_new_problem(case: Case, subject: str, *, author: User, form_key: UUID) -> Case:
    """A new problem to which `case` belongs; the same form once."""
    problem = open_problem(subject, author=author, form_key=form_key)
    join_problem(case, problem, author=author)
    return problem


def _why_not(case: Case, problem: Case) -> str | None:
    """None when it belongs to it already; empty when it may."""
    told = {"case": case, "problem": problem}
    if case.pk == problem.pk:
        return _("A case does not belong to itself. Choose another one.")
    if (before := problem_of(case)) and before.pk == problem.pk:
        return None
    if before:
        return _("%(case)s belongs to %(other)s already. Take it out of that one first.") % {
            "case": case,
            "other": before,
        }
    for one in (case, problem):
        if one.is_removed:
            return _("%(case)s is in spam or trash. Take it back first.") % {"case": one}
    if case.is_example != problem.is_example:
        return _("One of the two is an example, the other one is real. They do not belong together.")
    if above := problem_of(problem):
        words = _("%(problem)s itself belongs to %(above)s, and there is one level only. Choose %(above)s instead.")
        return words % {**told, "above": above}
    if all_cases_of(case).exists():
        return _("%(case)s is a problem with cases of its own, and there is one level only.") % told
    if all_cases_of(problem).count() >= MOST_CASES:
        return _("%(problem)s has 1,000 cases already. Open another problem for the next ones.") % told
    return ""
