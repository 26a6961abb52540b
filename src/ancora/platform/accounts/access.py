"""Who may open a page: a stranger is sent to sign in, a person without the right gets 404."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404

signed_in = login_required


def administrators_only(view: Callable) -> Callable:
    """For everybody else the page does not exist."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.is_administrator:
            raise Http404("For administrators.")
        return view(request, *args, **kwargs)

    return login_required(guarded)


def leads_only(view: Callable) -> Callable:
    """For leads and administrators; for everybody else the page does not exist."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.is_lead:
            raise Http404("For leads.")
        return view(request, *args, **kwargs)

    return login_required(guarded)
