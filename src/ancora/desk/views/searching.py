"""Search: one field for numbers, addresses, names and words."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from ancora.cases.queries import search
from ancora.desk.shelf import Shelf
from ancora.desk.sidebar import sidebar
from ancora.desk.views.access import people_only

FIRST, MOST_AT_ONCE = 30, 300


@require_GET
@people_only
def search_page(request):
    """What fits; a number that is exactly one case opens it."""
    words = request.GET.get("q", "").strip()
    most = MOST_AT_ONCE if request.GET.get("all") else FIRST
    found = search(request.user, words, most=most)
    hits = found.hits
    number = words.removeprefix("#").strip()
    if words.startswith("#") and hits and str(hits[0].case.reference) == number:
        return redirect("desk:case", hits[0].case.reference)
    context = {
        "words": words,
        "hits": hits,
        "total": found.total,
        "problems": found.problems,
        "is_list": found.is_list,
        "shelf": Shelf("open"),
        "sidebar": sidebar(request.user),
    }
    return render(request, "desk/search.html", context)
