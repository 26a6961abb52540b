"""Many cases changed as one: the choice of what is changed, how far it is, the way back."""

from uuid import uuid4

from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ancora.cases.bulk.commands import MOST_CASES, stop_bulk, undo_bulk
from ancora.cases.bulk.queries import bulk_for, recent_bulks, standing_of_bulk
from ancora.cases.bulk.working import AT_ONCE, work_off
from ancora.desk.bulk import FIELDS, BulkForm, everything_in
from ancora.desk.sidebar import sidebar
from ancora.desk.views.access import agents_only, announce, wants_part
from ancora.platform import clock
from ancora.platform.errors import Refusal


@require_http_methods(["GET", "POST"])
@agents_only
def bulk_page(request):
    """GET lists the person's own; POST begins one and answers with how far it is."""
    if request.method == "POST":
        return _begin(request)
    context = {"standings": recent_bulks(request.user), "sidebar": sidebar(request.user)}
    return render(request, "desk/bulk/list.html", context)


@require_GET
@agents_only
def choose_part(request):
    """What can become of the cases that are chosen; `?field=` has the focus."""
    return _show(request, BulkForm(viewer=request.user, initial={"form_key": uuid4()}))


@require_GET
@agents_only
def count_part(request):
    """How many cases the list of a page holds, to be chosen all at once."""
    until = parse_datetime(request.GET.get("drawn_at", "")) or clock.now()
    count = len(everything_in(request.user, request.GET.get("shelf", ""), until=until))
    return render(request, "desk/bulk/count.html", {"count": count, "most": MOST_CASES, "is_more": count > MOST_CASES})


@require_GET
@agents_only
def standing_page(request, pk):
    """How far one is: as a page, or the part that refreshes itself."""
    return _standing(request, bulk_for(request.user, pk))


@require_POST
@agents_only
def stop(request, pk):
    bulk = bulk_for(request.user, pk)
    stop_bulk(bulk, author=request.user)
    return _standing(request, bulk_for(request.user, pk))


@require_POST
@agents_only
def undo(request, pk):
    bulk = undo_bulk(bulk_for(request.user, pk), author=request.user)
    return _standing(request, _worked_off(request.user, bulk))


def _begin(request):
    form = BulkForm(request.POST, viewer=request.user)
    if not form.is_valid():
        return _show(request, form)
    try:
        bulk = form.begin()
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _show(request, form)
    return announce(_standing(request, _worked_off(request.user, bulk)), **{"bulk:begun": bulk.pk})


def _worked_off(viewer, bulk):
    """A few are done at once."""
    standing = standing_of_bulk(viewer, bulk)
    if standing.to_do - standing.done <= AT_ONCE:
        work_off(bulk)
    return bulk_for(viewer, bulk.pk)


def _standing(request, bulk):
    context = {"standing": standing_of_bulk(request.user, bulk)}
    if wants_part(request):
        return render(request, "desk/bulk/standing.html", context)
    if request.method == "POST":
        return redirect("desk:bulk_standing", bulk.pk)
    return render(request, "desk/bulk/page.html", context | {"sidebar": sidebar(request.user)})


def _show(request, form):
    wanted = request.GET.get("field", "")
    context = {"form": form, "wanted": wanted if wanted in FIELDS else "status"}
    response = render(request, "desk/bulk/choose.html", context, status=422 if form.errors else 200)
    if form.errors:
        response.headers["HX-Retarget"] = "#bulk-choose"
    return response
