"""Who hears of a case, and which colleagues can be mentioned in it."""

from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from ancora.cases.commands import follow_case, unfollow_case
from ancora.cases.notifications.queries import followers_of
from ancora.cases.queries import case_for
from ancora.cases.queries.people import people_who_see
from ancora.desk.views.access import people_only
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor


@require_http_methods(["GET", "POST"])
@people_only
def follow_menu(request, reference):
    """The followers; a POST with `follow=yes` or `follow=no` makes oneself one, or no longer."""
    case, complaint = case_for(request.user, reference), ""
    if request.method == "POST":
        change = follow_case if request.POST.get("follow") == "yes" else unfollow_case
        try:
            change(case, person=request.user, actor=Actor.human(request.user))
        except Refusal as refusal:
            complaint = str(refusal)
    followers = followers_of(case)
    context = {"case": case, "followers": followers, "follows": request.user in followers, "complaint": complaint}
    return render(request, "desk/menus/follow.html", context, status=422 if complaint else 200)


@require_GET
@people_only
def people(request, reference):
    """The colleagues who may see the case, oneself left out: `[{"id": 7, "name": "Lena Vogt"}]`."""
    found = people_who_see(case_for(request.user, reference)).exclude(pk=request.user.pk)
    return JsonResponse([{"id": one.pk, "name": str(one)} for one in found], safe=False)
