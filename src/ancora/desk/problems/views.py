"""The problem to which a case belongs, or the cases that belong to it."""

from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ancora.cases.problems.commands import join_new_problem, join_problem, leave_problem
from ancora.cases.problems.queries import kin_of, page_of_cases
from ancora.cases.problems.standing import answers_of
from ancora.cases.queries import case_for, search
from ancora.desk.case_number import case_written, is_number
from ancora.desk.sidebar import sidebar
from ancora.desk.views.access import agents_only, number_in, people_only, say_later
from ancora.platform.errors import Refusal

MOST_FOUND = 8


@require_GET
@people_only
def kin_part(request, reference):
    """What the side of a case shows of its problem, or of its cases."""
    case = case_for(request.user, reference)
    return render(request, "desk/problems/kin.html", {"case": case, "kin": kin_of(request.user, case)})


@require_http_methods(["GET", "POST"])
@agents_only
def problem_page(request, reference):
    """GET shows what belongs together, and finds a problem (`?q=`) for a case that has none; POST changes it: `verb`
    join or leave with the number `other`, or new with a `subject`."""
    case, complaint = case_for(request.user, reference), ""
    if request.method == "POST":
        try:
            say_later(request, _changed(request, case))
        except (Refusal, ValidationError) as refusal:
            complaint = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
        else:
            return redirect("desk:problem" if request.POST.get("stay") else "desk:case", case.reference)
    return _show(request, case, complaint)


def _changed(request, case) -> str:
    """Does what was asked; what was done, in words."""
    given, viewer = request.POST, request.user
    verb = given.get("verb")
    if verb == "new":
        problem = join_new_problem(case, given.get("subject", ""), author=viewer, form_key=_key(given))
        return _("%(case)s belongs to the problem %(problem)s.") % {"case": case, "problem": problem}
    other = case_written(given.get("other", ""), viewer)
    both = {"case": other, "problem": case} if "takes" in given else {"case": case, "problem": other}
    if verb == "leave":
        leave_problem(**both, author=viewer)
        return _("%(case)s belongs to the problem %(problem)s no longer.") % both
    join_problem(**both, author=viewer)
    return _("%(case)s belongs to the problem %(problem)s.") % both


def _key(given) -> UUID:
    try:
        return UUID(given.get("form_key", ""))
    except ValueError as error:
        raise Refusal(_("This form was sent before. Open it again.")) from error


def _show(request, case, complaint):
    kin, page = kin_of(request.user, case), max(number_in(request.GET.get("page")), 1)
    cases, has_more = page_of_cases(request.user, case, page) if kin.cases else ([], False)
    words = request.GET.get("q", "").strip()[:200]
    found = [hit.case for hit in search(request.user, words, most=MOST_FOUND).hits] if words and not kin.cases else []
    context = {
        "case": case,
        "kin": kin,
        "cases": cases,
        "page": page,
        "next": page + 1 if has_more else None,
        "answers": answers_of(request.user, case) if kin.cases else [],
        "words": words,
        "is_number": is_number(words),
        "found": [one for one in found if one.pk != case.pk],
        "form_key": uuid4(),
        "complaint": complaint,
        "sidebar": sidebar(request.user),
    }
    return render(request, "desk/problems/page.html", context, status=422 if complaint else 200)
