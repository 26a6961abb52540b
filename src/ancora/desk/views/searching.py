"""Search: one field for numbers, addresses, names and words."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from ancora.cases.queries import case_with_number, search
from ancora.cases.searches.recent import forget_searches, remember_search
from ancora.desk.shelf import Shelf
from ancora.desk.sidebar import sidebar
from ancora.desk.suggesting import suggestions_for
from ancora.desk.views.access import people_only, wants_part

FIRST, MOST_AT_ONCE = 30, 300


@require_GET
@people_only
def search_page(request):
    """What fits; a number that is exactly one case opens it."""
    words = request.GET.get("q", "").strip()
    most = MOST_AT_ONCE if request.GET.get("all") else FIRST
    found = search(request.user, words, most=most)
    remember_search(request.user, words)
    hits = found.hits
    number = words.removeprefix("#").strip()
    if words.startswith("#") and hits and _leads_to(request.user, number, hits[0].case):
        return redirect("desk:case", int(number))
    context = {
        "words": words,
        "list_query": urlencode({"q": words}),
        "hits": hits,
        "total": found.total,
        "is_more": found.is_more,
        "begun": found.begun,
        "problems": found.problems,
        "is_list": found.is_list,
        "shelf": Shelf("open"),
        "sidebar": sidebar(request.user),
    }
    return render(request, "desk/search.html", context)


@require_GET
@people_only
def suggestions_part(request):
    """What may be meant by what was typed so far, `?q=`."""
    groups = suggestions_for(request.user, request.GET.get("q", ""))
    return render(request, "desk/command_choices.html", {"groups": groups, "prefix": "search"})


@require_POST
@people_only
def forget(request):
    """What this person searched for lately is forgotten."""
    forget_searches(request.user)
    return HttpResponse("") if wants_part(request) else redirect("desk:search")


def _leads_to(viewer, number: str, case) -> bool:
    """Whether it is the number of this case, or of one that was merged into it."""
    if str(case.reference) == number:
        return True
    return number.isdecimal() and len(number) < 19 and case_with_number(viewer, int(number)) == case
