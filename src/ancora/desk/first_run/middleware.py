"""While nothing is set up, every page leads to the first run."""

from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from ancora.platform.accounts.queries import is_set_up


class FirstRunMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if (
            is_set_up()
            or request.path == "/healthz"
            or request.path.startswith((reverse("first_run:code"), "/static/"))
        ):
            return self.get_response(request)
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": _("This installation is not set up yet.")}, status=503)
        return redirect("first_run:code")
