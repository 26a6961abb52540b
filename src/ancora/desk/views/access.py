"""What every view of the desk asks first: who is there, and what an answer in parts looks like."""

import json
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.views.decorators.vary import vary_on_headers

from ancora.cases.queries.cases import keep_hidden


def people_only(view):
    """For signed-in people; others are sent to the sign-in."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        keep_hidden(request.user)
        return view(request, *args, **kwargs)

    return _whole_or_part(login_required(guarded))


def agents_only(view):
    """For those who may serve customers; observers get 403."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.is_agent:
            raise PermissionDenied
        keep_hidden(request.user)
        return view(request, *args, **kwargs)

    return _whole_or_part(login_required(guarded))


# The way back of a browser must not show a part that it keeps under the address of a page.
_whole_or_part = vary_on_headers("HX-Request")


def wants_part(request) -> bool:
    """Whether the browser will put the answer into the page it shows."""
    return bool(request.htmx) and not request.htmx.history_restore_request


def announce(response: HttpResponse, **events) -> HttpResponse:
    """Let the page hear of `events` (name=detail) when it receives this answer."""
    told = json.loads(response.headers.get("HX-Trigger", "{}"))
    response.headers["HX-Trigger"] = json.dumps({**told, **events})
    return response


def say(response: HttpResponse, text: str, kind: str = "info", *, undo: str = "", seconds: int = 0) -> HttpResponse:
    """Show `text` for some seconds at the foot of the page; with a button that posts to the address `undo`, for as
    many `seconds` as the text counts down."""
    told = {"undo": undo, "seconds": seconds} if undo else {}
    return announce(response, toast={"text": str(text), "kind": kind, **told})


def say_later(request, text: str, *, kind: str = "success", undo: str = "") -> None:
    """Show `text` at the foot of the next page; with a button that posts to the address `undo`."""
    messages.add_message(request, messages.ERROR if kind == "error" else messages.SUCCESS, text, extra_tags=undo)


def number_in(text: str | None) -> int:
    """An id out of an address; 0, which nothing has, when it is none."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0
