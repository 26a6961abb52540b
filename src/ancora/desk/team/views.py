"""The team's load, and giving cases to somebody else."""

from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ancora.cases.bulk.giving import begin_giving, go_on_with, take_back
from ancora.cases.bulk.queries import bulk_for, standing_of_bulk
from ancora.desk.sidebar import sidebar
from ancora.desk.team.board import board, read_place
from ancora.desk.team.forms import GiveForm, read_plan
from ancora.desk.team.spreading import spreading
from ancora.desk.team.telling import told_back, told_given
from ancora.desk.views.access import announce, number_in, people_only, say, wants_part
from ancora.platform.accounts.access import leads_only
from ancora.platform.errors import Refusal


@require_GET
@people_only
def team_page(request):
    """The page; for the browser the whole load anew, or with `?part=hand` one person's cases."""
    place = read_place(request.user, request.GET)
    context = board(request.user, place)
    if wants_part(request):
        part = "hand" if request.GET.get("part") == "hand" else "live"
        return render(request, f"desk/team/{part}.html", context)
    return render(request, "desk/team/page.html", context | {"sidebar": sidebar(request.user, "team")})


@require_POST
@leads_only
def give(request):
    """Cases of one person, or of nobody, to another one."""
    return _given(request, lambda: GiveForm(request.POST).given(request.user))


@require_http_methods(["GET", "POST"])
@leads_only
def spread(request):
    """GET shows who would get what, `?part=preview` only that; POST gives what was shown."""
    if request.method == "POST":
        return _given(request, lambda: read_plan(request.user, request.POST))
    place = read_place(request.user, request.GET)
    if not wants_part(request):
        return redirect(place.url)
    context = spreading(request.user, place, request.GET) | {"form_key": uuid4(), "place": place}
    part = "#preview" if request.GET.get("part") == "preview" else ""
    return render(request, f"desk/team/spread.html{part}", context)


@require_POST
@leads_only
def back(request):
    """Takes back what was given: `?bulks=1,2`."""
    numbers = [number_in(one) for one in request.GET.get("bulks", "").split(",")][:200]
    bulks = [bulk_for(request.user, pk) for pk in numbers]
    take_back(bulks, author=request.user)
    text, kind = told_back([standing_of_bulk(request.user, bulk_for(request.user, pk)) for pk in numbers])
    return announce(say(HttpResponse(), text, kind), **{"team:given": {}})


def _given(request, read):
    """Gives, and says in the page what was given and what was not."""
    try:
        plan = read()
        bulks = begin_giving(**plan, author=request.user)
    except Refusal as refusal:
        return announce(say(HttpResponse(status=422), str(refusal), "error"), **{"team:refused": {}})
    go_on_with(bulks)
    standings = [standing_of_bulk(request.user, bulk_for(request.user, bulk.pk)) for bulk in bulks]
    text, kind = told_given(standings, list(plan["gets"]))
    undo = f"{reverse('desk:team_back')}?bulks={','.join(str(bulk.pk) for bulk in bulks)}"
    is_something = any(one.may_undo or one.bulk.is_under_way for one in standings)
    answer = say(HttpResponse(), text, kind, undo=undo if is_something else "")
    return announce(answer, **{"team:given": {"undo": undo if is_something else ""}})
