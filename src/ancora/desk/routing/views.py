"""Taking the next case; available, or away until a moment."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ancora.cases.routing.commands import come_back, go_away
from ancora.cases.routing.pulling import is_of_an_old_page, take_next
from ancora.cases.routing.queries import absence_of
from ancora.cases.routing.reading import until_in_words
from ancora.desk.moments import read_moment
from ancora.desk.routing.moments import absences
from ancora.desk.sidebar import sidebar
from ancora.desk.views.access import agents_only, say_later, wants_part
from ancora.platform import clock
from ancora.platform.errors import Refusal

# What the button says that means: until I am back, and: until the moment in the field.
OPEN, TYPED = "open", "typed"


@require_POST
@agents_only
def take(request):
    """The case is theirs, and on the screen; when nothing waits they stay where they are."""
    try:
        case = take_next(request.user, form_key=_key(request.POST.get("form_key", "")))
    except Refusal as refusal:
        messages.info(request, str(refusal))
        return redirect(_place_before(request, request.META.get("HTTP_REFERER", "")))
    return redirect("desk:case", case.reference)


@require_http_methods(["GET", "POST"])
@agents_only
def availability(request):
    """GET shows one's state, as a page or as a line of the menu; POST changes it."""
    complaint = ""
    if request.method == "POST":
        try:
            words = _change(request.user, request.POST)
        except Refusal as refusal:
            complaint = str(refusal)
        else:
            if not wants_part(request):
                say_later(request, words)
                return redirect(_place_before(request, request.POST.get("back", "")))
    absence = absence_of(request.user)
    until = until_in_words(absence.until) if absence.until else ""
    context = {"absence": absence, "until": until, "complaint": complaint}
    status = 422 if complaint else 200
    if wants_part(request):
        return render(request, "desk/routing/state.html", context, status=status)
    context |= {
        "choices": absences(),
        "earliest": localtime(clock.now()),
        "back": request.POST.get("back") or request.META.get("HTTP_REFERER", ""),
        "sidebar": sidebar(request.user),
    }
    return render(request, "desk/routing/availability.html", context, status=status)


def _change(person, given) -> str:
    wanted = given.get("at", "")
    if not wanted:
        come_back(person)
        return _("You are back: cases are given to you again.")
    until = None if wanted == OPEN else read_moment(given.get("until", "") if wanted == TYPED else wanted)
    go_away(person, until=until)
    if until is None:
        return _("You are away until you say that you are back.")
    return _("You are away until %(moment)s.") % {"moment": until_in_words(until)}


def _key(text: str) -> UUID:
    try:
        key = UUID(text)
        return uuid4() if is_of_an_old_page(key) else key
    except ValueError as error:
        raise Refusal(_("That choice is no longer offered. Open the menu again.")) from error


def _place_before(request, address: str) -> str:
    """Where they came from, when that is here."""
    is_ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if is_ours else "desk:home"
