"""Cases that have something to do with each other."""

from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ancora.cases.commands import relate_cases, unrelate_cases
from ancora.cases.queries import case_for, related_cases
from ancora.desk.case_number import case_written
from ancora.desk.sidebar import sidebar
from ancora.desk.views.access import agents_only, say_later
from ancora.platform.errors import Refusal


@require_http_methods(["GET", "POST"])
@agents_only
def related_page(request, reference):
    """GET shows the cases related to this one; POST adds the one with the number `other`, or with `verb=remove` takes
    it away."""
    case, complaint = case_for(request.user, reference), ""
    written = request.POST.get("other", "")
    if request.method == "POST":
        try:
            _change(request, case, case_written(written, request.user))
        except (Refusal, ValidationError) as refusal:
            complaint = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
        else:
            return redirect("desk:related", case.reference)
    context = {
        "case": case,
        "related": related_cases(request.user, case),
        "complaint": complaint,
        "written": written,
        "sidebar": sidebar(request.user),
    }
    return render(request, "desk/related.html", context, status=422 if complaint else 200)


def _change(request, case, other) -> None:
    both = {"case": case, "other": other}
    if request.POST.get("verb") == "remove":
        unrelate_cases(case, other, author=request.user)
        say_later(request, _("%(other)s is no longer related to %(case)s.") % both)
    else:
        relate_cases(case, other, author=request.user)
        say_later(request, _("%(other)s is related to %(case)s.") % both)
