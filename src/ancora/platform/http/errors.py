"""What a person sees when a page cannot be had: what happened, what is safe, what to do."""

import sys

from django.db import Error as DatabaseProblem
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def stale_form(request, reason=""):
    """A form whose CSRF token is missing or old: nothing was changed."""
    return render(request, "ui/errors/stale_form.html", status=403)


def not_found(request, exception=None):
    return render(request, "ui/errors/not_found.html", status=404)


def broken(request):
    """An answer that needs neither database nor session; 503 while the database is away."""
    is_away = isinstance(sys.exc_info()[1], DatabaseProblem)
    words = {
        "heading": _("The database does not answer") if is_away else _("Something broke"),
        "safe": _("What was saved before is safe. What you sent just now was not saved."),
        "advice": _("Wait a moment and try again. If it stays so, tell your administrator the number below."),
        "request_id": getattr(request, "id", ""),
    }
    # Without the request: context processors would ask the database again.
    return HttpResponse(render_to_string("ui/errors/broken.html", words), status=503 if is_away else 500)
