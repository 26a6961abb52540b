"""Several messages of a case become a case of their own: which ones, what goes where, and the way back."""

from uuid import uuid4

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ancora.cases.queries import case_for
from ancora.cases.splits.commands import undo_split
from ancora.cases.splits.queries import split_for, splitting_of, what_prevents
from ancora.desk.sidebar import sidebar
from ancora.desk.splitting import SplitForm, chosen_in
from ancora.desk.views.access import agents_only, say_later
from ancora.platform.errors import Refusal


@require_http_methods(["GET", "POST"])
@agents_only
def split_page(request, reference):
    """GET shows what goes and what stays, `?message=` those that were chosen in the timeline; POST does it."""
    case = case_for(request.user, reference)
    if request.method == "GET":
        splitting = splitting_of(case, chosen_in(request.GET, "message"))
        return _show(request, splitting, SplitForm(viewer=request.user, initial=_usual(splitting)))
    form = SplitForm(request.POST, viewer=request.user)
    if form.is_valid():
        try:
            split = form.split(case)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            words = _("%(into)s was split off from %(case)s.") % {"into": split.into, "case": split.case}
            say_later(request, words, undo=reverse("desk:unsplit", args=[split.pk]))
            return redirect("desk:case", split.into.reference)
    case = case_for(request.user, reference)
    chosen = chosen_in(request.POST, "message"), chosen_in(request.POST, "note")
    return _show(request, splitting_of(case, *chosen), form)


@require_http_methods(["GET", "POST"])
@agents_only
def unsplit_page(request, pk):
    """GET shows what undoing a split will do, or what prevents it; POST does it."""
    split, complaint = split_for(request.user, pk), ""
    if request.method == "POST":
        try:
            undo_split(split, author=request.user)
        except Refusal as refusal:
            complaint = str(refusal)
        else:
            say_later(request, _("All is in %(case)s again.") % {"case": split.case})
            return redirect("desk:case", split.case.reference)
    context = {
        "split": split,
        "case": split.case,
        "complaint": complaint or (what_prevents(split) if split.until is None else ""),
        "sidebar": sidebar(request.user),
    }
    return render(request, "desk/unsplit.html", context, status=422 if request.method == "POST" else 200)


def _usual(splitting) -> dict:
    case = splitting.case
    owner = case.owner_id if case.owner and case.owner.is_active else ""
    team = case.team_id or ""
    return {"subject": splitting.subject, "owner": str(owner), "team": str(team), "form_key": uuid4()}


def _show(request, splitting, form):
    context = {"case": splitting.case, "splitting": splitting, "form": form, "sidebar": sidebar(request.user)}
    return render(request, "desk/split.html", context, status=422 if form.errors else 200)
