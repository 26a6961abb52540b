"""The lists: what is to be done, the latest first."""

from http import HTTPStatus

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from ancora.desk import tour
from ancora.desk.shelf import (
    as_drawn,
    changed_rows,
    ids_from,
    marks_of,
    read_shelf,
    seen_from,
    shelf_page,
    sidebar_with,
    still_on,
)
from ancora.desk.views.access import people_only, wants_part


@require_GET
@people_only
def home(request):
    return redirect("desk:queue", "mine")


@require_GET
@people_only
def queue_page(request, name):
    """The page of a queue, or for the browser's `part`: its list, or the rows after a cursor."""
    shelf = as_drawn(request.user, read_shelf(request.user, name, request.GET), request.GET)
    page = shelf_page(request.user, shelf, after=request.GET.get("after"))
    context = {"shelf": shelf, "page": page, "is_first": "after" not in request.GET}
    if wants_part(request):
        part = "rows" if request.GET.get("part") == "rows" else "list"
        return render(request, f"desk/list.html#{part}", context)
    context |= {"sidebar": sidebar_with(request.user, shelf), "tour": tour.steps_for(request)}
    return render(request, "desk/queue.html", context)


@require_GET
@people_only
def news(request, name):
    """What changed since the list was drawn: how many cases are new, the rows that differ, the counts. Nothing where
    nothing did: `fresh`, `gone` and `queues` say what the screen shows of it already."""
    viewer, asked = request.user, request.GET
    shelf = as_drawn(viewer, read_shelf(viewer, name, asked), asked)
    marks, seen = marks_of(viewer, shelf), seen_from(asked.get("seen", ""))
    missing = [pk for pk in seen.missing_in(marks) if pk not in ids_from(asked.get("gone", ""))]
    still, counts = still_on(viewer, shelf, missing), sidebar_with(viewer, shelf)
    context = {
        "shelf": shelf,
        "fresh": seen.fresh_in(marks, shelf.shape),
        "changed": changed_rows(shelf, marks, seen),
        "gone": [pk for pk in missing if pk not in still],
        "sidebar": None if asked.get("queues") == counts.mark else counts,
    }
    is_news = context["changed"] or context["gone"] or context["sidebar"]
    if not is_news and asked.get("fresh") == str(context["fresh"]):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, "desk/news.html", context)


@require_POST
@people_only
def dismiss_tour(request):
    tour.dismiss(request)
    return HttpResponse("") if wants_part(request) else redirect("desk:home")
