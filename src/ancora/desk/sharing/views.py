"""With whom a draft is shared, who has its pen, and the list of drafts."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ancora.cases.queries import case_for, case_on_screen, draft_in, drafts_of_new_mails
from ancora.cases.sharing import commands
from ancora.cases.sharing.queries import drafts_of, people_to_share_with, shares_of, team_to_share_with
from ancora.desk.drafts import usual_composer
from ancora.desk.sharing.reading import key_of
from ancora.desk.sidebar import sidebar
from ancora.desk.views.access import agents_only, announce, number_in, people_only, say, say_later, wants_part
from ancora.platform.errors import Refusal


@require_http_methods(["GET", "POST"])
@agents_only
def share_menu(request, reference):
    """The colleagues who could write the viewer's draft too; a POST shares it (`person=<id>` …, `team=<id>`), or ends
    one share (`end=<id>`)."""
    case, complaint = case_for(request.user, reference), ""
    if request.method == "POST":
        try:
            _change(request, case)
        except Refusal as refusal:
            complaint = str(refusal)
    response = render(request, "desk/sharing/menu.html", {**_choices(request.user, case), "complaint": complaint})
    if request.method == "GET" or complaint:
        response.status_code = 422 if complaint else 200
        return response
    if not wants_part(request):
        return redirect("desk:case", case.reference)
    return announce(response, **{"desk:shared": {"reference": key_of(case), "query": "draft=1"}})


def _change(request, case) -> None:
    if "end" in request.POST:
        commands.unshare_draft(case, author=request.user, share=number_in(request.POST["end"]))
        return
    wanted = {number_in(one) for one in request.POST.getlist("person")}
    people = list(people_to_share_with(request.user, case).filter(pk__in=wanted))
    if len(people) < len(wanted):
        raise Refusal(_("A colleague you chose cannot see this case any more. Choose again."))
    team = team_to_share_with(case)
    is_team = bool(team) and number_in(request.POST.get("team")) == team.pk
    commands.share_draft(case, author=request.user, people=people, team=team if is_team else None)


def _choices(viewer, case) -> dict:
    draft = draft_in(viewer, case)
    shares = shares_of(draft) if draft else []
    known, team = {one.person_id for one in shares}, team_to_share_with(case)
    return {
        "case": case,
        "draft": draft,
        "shares": shares,
        "people": [one for one in people_to_share_with(viewer, case) if one.pk not in known],
        "team": None if team and team.pk in {one.team_id for one in shares} else team,
    }


@require_POST
@agents_only
def pen(request, reference):
    """`do=take` or `do=lay`: the pen of the viewer's own draft, or of the colleague's with the id `draft`."""
    case, shared = case_for(request.user, reference), number_in(request.POST.get("draft"))
    change = commands.take_pen if request.POST.get("do") == "take" else commands.lay_pen_down
    complaint = ""
    try:
        change(case, person=request.user, shared=shared)
    except Refusal as refusal:
        complaint = str(refusal)
    if not wants_part(request):
        if complaint:
            say_later(request, complaint, kind="error")
        page = reverse("desk:case", args=[case.reference])
        return redirect(f"{page}?shared={shared}" if shared else page)
    if "silent" in request.POST:
        return HttpResponse(complaint, status=409 if complaint else 204)
    case = case_on_screen(request.user, case.reference)
    composer = usual_composer(request.user, case, shared=shared)
    response = render(request, "desk/composer.html", {"case": case, "composer": composer})
    return say(response, complaint, "error") if complaint else response


@require_GET
@people_only
def drafts_page(request):
    """What the viewer has begun to write in cases, and what colleagues share with them."""
    drafts = drafts_of(request.user)
    context = {
        "mine": [one for one in drafts if one.author_id == request.user.pk],
        "shared": [one for one in drafts if one.author_id != request.user.pk],
        "mails": drafts_of_new_mails(request.user),
        "sidebar": sidebar(request.user),
    }
    return render(request, "desk/sharing/drafts.html", context)
