"""The lists: what is to be done, the latest first."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from ancora.cases.service_levels.reading import shown_version
from ancora.desk import tour
from ancora.desk.shelf import as_drawn, read_shelf, seen_from, shelf_page, sidebar_with, still_on
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
    """What changed since the list was drawn: how many cases are new, the rows that differ, the counts."""
    shelf = as_drawn(request.user, read_shelf(request.user, name, request.GET), request.GET)
    page = shelf_page(request.user, shelf)
    seen = seen_from(request.GET.get("seen", ""))
    missing = seen.missing_in(page)
    still = still_on(request.user, shelf, missing)
    context = {
        "shelf": shelf,
        "fresh": seen.fresh_in(page, shelf.shape),
        "changed": [case for case in page.cases if case.pk in seen and seen[case.pk].version != shown_version(case)],
        "gone": [pk for pk in missing if pk not in still],
        "sidebar": sidebar_with(request.user, shelf),
    }
    return render(request, "desk/news.html", context)


@require_POST
@people_only
def dismiss_tour(request):
    tour.dismiss(request)
    return HttpResponse("") if wants_part(request) else redirect("desk:home")
