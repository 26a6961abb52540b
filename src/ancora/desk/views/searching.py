"""Search: one field for numbers, addresses, names and words."""

from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from ancora.cases.queries import case_with_number, search
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
    if words.startswith("#") and hits and _leads_to(request.user, number, hits[0].case):
        return redirect("desk:case", int(number))
    context = {
        "words": words,
        "list_query": urlencode({"q": words}),
        "hits": hits,
        "total": found.total,
        "problems": found.problems,
        "is_list": found.is_list,
        "shelf": Shelf("open"),
        "sidebar": sidebar(request.user),
    }
    return render(request, "desk/search.html", context)


def _leads_to(viewer, number: str, case) -> bool:
    """Whether it is the number of this case, or of one that was merged into it."""
    if str(case.reference) == number:
        return True
    return number.isdecimal() and len(number) < 19 and case_with_number(viewer, int(number)) == case
