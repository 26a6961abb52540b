"""The banner above the pages of administrators."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from ancora.conversations.alerts import forget_alerts, open_alerts
from ancora.conversations.banner import PUT_AWAY, banner, mark_of
from ancora.platform.accounts.access import administrators_only

_DAYS = 30 * 24 * 60 * 60


@administrators_only
@require_GET
def banner_part(request):
    """As it is now: asked for when alerts changed."""
    forget_alerts()
    return HttpResponse(banner(request))


@administrators_only
@require_POST
def put_away(request):
    """Until the next change."""
    mark = mark_of(open_alerts())
    request.COOKIES[PUT_AWAY] = mark
    response = HttpResponse(banner(request)) if request.htmx else redirect("/")
    response.set_cookie(PUT_AWAY, mark, max_age=_DAYS, httponly=True, samesite="Lax", secure=request.is_secure())
    return response
