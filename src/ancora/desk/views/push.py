"""Browsers that a person is pushed to, and the script that shows pushes in them."""

import functools
from pathlib import Path

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ancora.cases.notifications.push import commands
from ancora.cases.notifications.push.queries import browser_for
from ancora.cases.notifications.push.signing import public_key
from ancora.desk.push_form import PushForm, device_named
from ancora.desk.views.access import people_only
from ancora.platform.errors import Refusal
from ancora.platform.http.pace import count

MOST_TRIES = 30


@require_GET
def service_worker(request):
    """Under the first address, because a worker serves only what lies below its own. It is asked for anew each time:
    browsers keep none for longer than a day."""
    return HttpResponse(_script(), content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@require_GET
@people_only
def key(request):
    """By which key this browser will know our pushes."""
    return JsonResponse({"key": public_key()})


@require_POST
@people_only
def browsers(request):
    """This browser is pushed to from now on, or still (`was`). Nonsense: 422, no longer wanted: 404, too often: 429."""
    if count(f"push:{request.user.pk}") > MOST_TRIES:
        return _refused(_("Too many attempts. Wait a minute and try again."), 429)
    form = PushForm(request.POST)
    if not form.is_valid():
        return _refused(_("This browser gave no address to push to that can be used."), 422)
    told = {
        "session_key": request.session.session_key,
        "device": device_named(request.headers.get("User-Agent", "")),
    }
    try:
        if was := form.cleaned_data["was"]:
            browser = commands.renew_browser(request.user, form.subscription, was=was, **told)
        else:
            browser = commands.push_to_browser(request.user, form.subscription, **told)
    except Refusal as refusal:
        return _refused(str(refusal), 422)
    return JsonResponse({"id": browser.pk}) if browser else _refused("", 404)


@require_POST
@people_only
def words(request, pk):
    """Pushes to this browser say who and what, or no longer."""
    commands.show_words(browser_for(request.user, pk), shows_words=request.POST.get("words") == "yes")
    return redirect("desk:notification_settings")


@require_POST
@people_only
def forget(request, pk):
    """This browser is no longer pushed to."""
    commands.forget_browser(browser_for(request.user, pk))
    messages.success(request, _("That browser shows no notifications any more."))
    return redirect("desk:notification_settings")


def _refused(text: str, status: int) -> JsonResponse:
    return JsonResponse({"error": text}, status=status)


@functools.cache
def _script() -> str:
    return (Path(__file__).parents[1] / "static/desk/service_worker.js").read_text()
