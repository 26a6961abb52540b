"""Who else has a case on the screen, and that oneself has."""

from django import forms
from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ancora.cases import commands
from ancora.cases.models import PresenceState
from ancora.cases.notifications.commands import read_case
from ancora.cases.presence.desks import close_desk, keep_desk_open
from ancora.cases.queries import attended, case_for, colleagues_on
from ancora.desk.attendance import faces_of, sign_of
from ancora.desk.views.access import people_only
from ancora.platform.http.pace import count

# A person with twenty tabs sends some eighty.
MOST_BEATS = 240
LEFT = "left"


class BeatForm(forms.Form):
    """`tab`: made anew by each page · `state`: writing, viewing, away, or left."""

    tab = forms.UUIDField()
    state = forms.ChoiceField(choices=[*PresenceState.choices, (LEFT, LEFT)])


@require_http_methods(["GET", "POST"])
@people_only
def on_case(request, reference):
    """The others on a case; a browser that posts says what it shows itself, and what the person was told of the case
    is read. Too often: 429, nonsense: 400."""
    case = case_for(request.user, reference)
    if request.method == "POST":
        form = BeatForm(request.POST)
        if not form.is_valid():
            return HttpResponseBadRequest()
        if count(f"presence:{request.user.pk}") > MOST_BEATS:
            return HttpResponse(status=429)
        tab, state = form.cleaned_data["tab"], form.cleaned_data["state"]
        if state == LEFT:
            commands.leave_case(case, user=request.user, tab=tab)
            return HttpResponse(status=204)
        commands.show_presence(case, user=request.user, tab=tab, state=state)
        if state != PresenceState.AWAY:
            read_case(case, person=request.user)
    return render(request, "desk/presence.html", faces_of(colleagues_on(request.user, case)))


@require_POST
@people_only
def at_desk(request):
    """Somebody is at a desk of the person, or, with `left`, signs out."""
    if LEFT in request.POST:
        close_desk(request.user)
    else:
        keep_desk_open(request.user)
    return HttpResponse(status=204)


@require_GET
@people_only
def in_rows(request):
    """`?cases=17,18`: for the rows of a list, by case id, whether colleagues are at it and who, in words."""
    wanted = [int(one) for one in request.GET.get("cases", "").split(",") if one.isdecimal() and len(one) < 19]
    found = attended(request.user, wanted)
    return JsonResponse({str(pk): sign_of(colleagues) for pk, colleagues in found.items()})
