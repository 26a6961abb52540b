"""Search: one field for numbers, addresses, names and words."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from ancora.cases.queries import search
from ancora.desk.shelf import Shelf
from ancora.desk.sidebar import sidebar
from ancora.desk.views.access import people_only


@require_GET
@people_only
def search_page(request):
    """What fits; a number that is exactly one case opens it."""
    words = request.GET.get("q", "").strip()
    hits = search(request.user, words)
    number = words.removeprefix("#").strip()
    if words.startswith("#") and hits and str(hits[0].case.reference) == number:
        return redirect("desk:case", hits[0].case.reference)
    context = {"words": words, "hits": hits, "shelf": Shelf("open"), "sidebar": sidebar(request.user)}
    return render(request, "desk/search.html", context)
