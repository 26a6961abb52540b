"""Two cases that are one matter: find the other one, see what will happen, the way back at any time."""

from uuid import uuid4

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ancora.cases.commands import undo_merge
from ancora.cases.queries import case_for, merge_for, merge_into, merging_of, unmerging_of
from ancora.desk.case_number import is_number
from ancora.desk.merging import MergeForm, candidates
from ancora.desk.sidebar import sidebar
from ancora.desk.views.access import agents_only, say_later
from ancora.platform.errors import Refusal


@require_http_methods(["GET", "POST"])
@agents_only
def merge_page(request, reference):
    """GET finds the other case (`?q=`) and, once it is named (`?other=`), shows what will happen, whichever survives
    (`?keep=`); POST does it."""
    case = case_for(request.user, reference)
    if request.method == "POST":
        return _merge(request, case, reference)
    sought = request.GET.get("q", "").strip()
    named = {"other": sought} if is_number(sought) else request.GET if "other" in request.GET else None
    form = MergeForm(named, viewer=request.user, case=case)
    if named is None or not form.is_valid():
        return _show(request, case, form, sought=sought)
    return _show(request, case, form, merging=merging_of(form.merged, form.survivor))


@require_http_methods(["GET", "POST"])
@agents_only
def unmerge_page(request, pk):
    """GET shows what undoing a merge will do; POST does it."""
    merge = merge_for(request.user, pk)
    case, complaint = merge.case, ""
    if request.method == "POST":
        try:
            undo_merge(merge, author=request.user)
        except Refusal as refusal:
            complaint = str(refusal)
        else:
            say_later(request, _("%(case)s is on its own again.") % {"case": case})
            return redirect("desk:case", case.reference)
    context = {
        "merge": merge,
        "case": case,
        "unmerging": unmerging_of(merge) if merge.until is None else None,
        "complaint": complaint,
        "sidebar": sidebar(request.user),
    }
    return render(request, "desk/unmerge.html", context, status=422 if complaint else 200)


def _merge(request, case, reference):
    form = MergeForm(request.POST, viewer=request.user, case=case)
    merge = _merged_before(request, case, reference)
    if merge is None and not form.is_valid():
        return _show(request, case, form)
    try:
        merge = merge or form.merge(reference)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _show(request, case_for(request.user, case.reference), form)
    words = _("%(merged)s is a part of %(case)s now.") % {"merged": merge.case, "case": merge.into}
    say_later(request, words, undo=reverse("desk:unmerge", args=[merge.pk]))
    return redirect("desk:case", merge.into.reference)


def _merged_before(request, case, reference):
    """What the same form did when it was posted the first time."""
    numbers = {str(reference), request.POST.get("other", "")}
    merge = merge_into(case, next(iter(numbers - {str(case.reference)}), None))
    return merge if merge and numbers == {str(merge.case.reference), str(merge.into.reference)} else None


def _show(request, case, form, *, sought="", merging=None):
    """With `merging`, what would happen; the button that does it then has the focus, not the field."""
    words = "" if is_number(sought) else sought
    context = {
        "case": case,
        "form": form,
        "merging": merging,
        "sought": sought,
        "words": words,
        "found": candidates(request.user, case, words),
        "form_key": uuid4(),
        "sidebar": sidebar(request.user),
    }
    is_wrong = form.is_bound and not form.is_valid()
    return render(request, "desk/merge.html", context, status=422 if is_wrong else 200)
