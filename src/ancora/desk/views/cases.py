"""A case: its head, its timeline, its composer, its customer."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from ancora.cases.problems.queries import kin_of
from ancora.cases.queries import (
    case_for,
    case_on_screen,
    merge_into,
    other_cases,
    related_cases,
    suspicion_of,
    timeline,
)
from ancora.cases.queries.cases import conversation_ids_of
from ancora.cases.queries.chats import chat_ids_of
from ancora.cases.tasks.queries import open_tasks_of, tasks_of
from ancora.conversations.chats.desk_queries import typed_addresses
from ancora.conversations.judging import is_anybody_blocked
from ancora.customers.queries import handles_held_by
from ancora.desk import tour
from ancora.desk.composing import Composer, composer_for
from ancora.desk.drafts import usual_composer
from ancora.desk.shelf import shelf_beside, sidebar_with
from ancora.desk.views.access import number_in, people_only, wants_part

MENUS = ("status", "snooze", "owner", "team", "priority", "tags")


@require_GET
@people_only
def case_page(request, reference):
    """`?answers=<message>` or `?forward=<message>` says what the composer begins with, otherwise what the viewer left
    in it, or with `?shared=<id>` what a colleague shares; `?by=mail` or `?by=chat` by which way it goes;
    `?from=<number>` which merged case was asked for."""
    case = case_on_screen(request.user, reference)
    if case.reference != reference:
        return redirect(_to_survivor(request, case, reference))
    if {"answers", "forward"} & request.GET.keys():
        return show_case(request, case, composer_for(request.user, case, request.GET))
    shared = number_in(request.GET.get("shared"))
    composer = usual_composer(request.user, case, shared=shared, way=way_asked(request))
    return show_case(request, case, composer)


def way_asked(request) -> str:
    """By which way the answer is to go, as the mode of a composer."""
    return f"by={request.GET['by']}" if request.GET.get("by") in ("mail", "chat") else ""


def _to_survivor(request, case, reference: int) -> str:
    """The page of the case that holds the one with this number, with all that was asked for."""
    asked = request.GET.copy()
    asked["from"] = reference
    return f"{reverse('desk:case', args=[case.reference])}?{asked.urlencode()}"


def show_case(request, case, composer: Composer, *, status: int = 200):
    """The page of a case, or only its panes when the list beside it stays."""
    shelf = shelf_beside(case, request.user, request.GET)
    context = {
        **head_of(case),
        "came": merge_into(case, request.GET.get("from")),
        "shelf": shelf,
        "entries": timeline(request.user, case),
        "topics": _topics_of(case),
        "menus": MENUS,
        "composer": composer,
        **person_of(request.user, case),
    }
    if wants_part(request):
        return render(request, "desk/panes.html", context, status=status)
    context |= {
        "sidebar": sidebar_with(request.user, shelf),
        "tour": tour.steps_for(request),
    }
    return render(request, "desk/case.html", context, status=status)


def _topics_of(case) -> list[str]:
    """What the screen listens to: the case, its conversations, the lines of its chats, the side threads of its
    tasks."""
    threads = [task.conversation_id for task in tasks_of(case) if task.conversation_id]
    conversations = [f"conversation-{pk}" for pk in [*conversation_ids_of(case), *threads]]
    return [f"case-{case.pk}", *conversations, *(f"chat-{pk}" for pk in chat_ids_of(case))]


def head_of(case) -> dict:
    """What the head of a case needs."""
    is_suspicious = case.is_removed or is_anybody_blocked()
    suspicion = suspicion_of(case) if is_suspicious else None
    return {"case": case, "open_tasks": open_tasks_of(case), "suspicion": suspicion}


def person_of(viewer, case) -> dict:
    """What the pane of the customer needs."""
    related, kin = related_cases(viewer, case), kin_of(viewer, case)
    handles, typed = handles_held_by(case.customer), typed_addresses(chat_ids_of(case))
    known = {one.value for one in handles if one.kind == "email"}
    return {
        "kin": kin,
        "case": case,
        "customer": case.customer,
        "handles": handles,
        "typed": [one for one in typed if one not in known],
        "shown": _shown(case, typed),
        "others": other_cases(viewer, case),
        "related": related,
    }


def _shown(case, typed: list[str]) -> str:
    """Whose pane it is, and what they typed of themselves."""
    return " ".join([str(case.customer_id), *typed])


@require_GET
@people_only
def head_part(request, reference):
    """`?shown=`: the pane of the customer on the screen; when it is another one by now, that comes along. On the
    screen of a case that was merged meanwhile it is the head of the survivor, and says so. `?from=` as for the page."""
    case = case_for(request.user, reference)
    is_stale = case.reference != reference
    came = merge_into(case, reference if is_stale else request.GET.get("from"))
    context = {**head_of(case), "came": came, "is_stale": is_stale}
    if request.GET.get("shown") in (None, _shown(case, typed_addresses(chat_ids_of(case)))):
        return render(request, "desk/head.html", context)
    return render(request, "desk/head_and_person.html", {**context, **person_of(request.user, case)})


@require_GET
@people_only
def timeline_part(request, reference):
    """With the last event it shows in a header of its own: a composer in which nothing is typed goes along."""
    case = case_on_screen(request.user, reference)
    response = render(request, "desk/timeline.html", {"case": case, "entries": timeline(request.user, case)})
    response["As-Of"] = case.as_of
    return response
