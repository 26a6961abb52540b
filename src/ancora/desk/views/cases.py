"""A case: its head, its timeline, its composer, its customer."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from ancora.cases.queries import case_for, other_cases, suspicion_of, tags_of, timeline
from ancora.cases.queries.cases import conversation_ids_of
from ancora.conversations.judging import is_anybody_blocked
from ancora.desk import tour
from ancora.desk.composing import Composer, composer_for
from ancora.desk.drafts import usual_composer
from ancora.desk.shelf import shelf_beside
from ancora.desk.sidebar import sidebar
from ancora.desk.views.access import people_only, wants_part

MENUS = ("status", "owner", "team", "priority", "tags")


@require_GET
@people_only
def case_page(request, reference):
    """`?answers=<message>` or `?forward=<message>` says what the composer begins with; otherwise what the
    viewer left in it."""
    case = case_for(request.user, reference)
    is_asked = {"answers", "forward"} & request.GET.keys()
    if is_asked:
        return show_case(request, case, composer_for(request.user, case, request.GET))
    return show_case(request, case, usual_composer(request.user, case))


def show_case(request, case, composer: Composer, *, status: int = 200):
    """The page of a case, or only its panes when the list beside it stays."""
    shelf = shelf_beside(case, request.user, request.GET.get("queue", ""), request.GET.get("team"))
    context = {
        **head_of(case),
        "shelf": shelf,
        "entries": timeline(request.user, case),
        "topics": [f"case-{case.pk}", *(f"conversation-{pk}" for pk in conversation_ids_of(case))],
        "menus": MENUS,
        "composer": composer,
        **person_of(request.user, case),
    }
    if wants_part(request):
        return render(request, "desk/panes.html", context, status=status)
    context |= {"sidebar": sidebar(request.user, shelf.name, shelf.team_id), "tour": tour.steps_for(request)}
    return render(request, "desk/case.html", context, status=status)


def head_of(case) -> dict:
    """What the head of a case needs."""
    is_suspicious = case.is_removed or is_anybody_blocked()
    return {"case": case, "tags": tags_of(case), "suspicion": suspicion_of(case) if is_suspicious else None}


def person_of(viewer, case) -> dict:
    """What the pane of the customer needs."""
    return {"case": case, "customer": case.customer, "others": other_cases(viewer, case)}


@require_GET
@people_only
def head_part(request, reference):
    """`?shown=`: the customer on the screen; when the case is somebody else's by now, the new one comes along."""
    case = case_for(request.user, reference)
    if request.GET.get("shown") in (None, str(case.customer_id)):
        return render(request, "desk/head.html", head_of(case))
    return render(request, "desk/head_and_person.html", {**head_of(case), **person_of(request.user, case)})


@require_GET
@people_only
def timeline_part(request, reference):
    case = case_for(request.user, reference)
    return render(request, "desk/timeline.html", {"case": case, "entries": timeline(request.user, case)})
