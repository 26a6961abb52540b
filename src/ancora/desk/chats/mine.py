"""One's own chats, beside whatever is on the screen; and for leads the queue of today."""

from datetime import datetime, timedelta
from http import HTTPStatus

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from ancora.cases.queries.chat_desk import chat_desk, chat_load
from ancora.cases.routing.commands import come_back, go_away
from ancora.cases.waits.expected import queue_of
from ancora.conversations.chats.today import (
    NUMBERS,
    chat_accounts,
    chat_today,
    running_chats,
    sessions_behind,
)
from ancora.desk.sidebar import sidebar
from ancora.desk.views.access import agents_only, announce, people_only, wants_part
from ancora.platform import clock
from ancora.platform.accounts.access import leads_only

PAUSE = timedelta(minutes=30)
# For more chats the wait is not asked: each costs some queries.
MOST_EXPECTED = 5
LABELS = {
    "offered": _("Offered"),
    "answered": _("Answered"),
    "abandoned": _("Abandoned"),
    "parked": _("Parked to e-mail before an answer"),
    "waiting": _("Waiting now"),
    "silent": _("Left in silence, though answered (estimated)"),
}


@require_GET
@agents_only
def mine_part(request):
    return _mine(request)


@require_GET
@agents_only
def waiting_part(request):
    """Who waits, where that changed since the page was drawn (`queue`); when anything else beside it did (`mark`),
    the page is told to fetch all of it."""
    load = chat_load(request.user)
    if request.GET.get("mark") != load.mark:
        return announce(HttpResponse(status=HTTPStatus.NO_CONTENT), **{"chats:changed": {}})
    if request.GET.get("queue") == load.queue_mark:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, "desk/chats/mine.html#waiting", {"load": load})


@require_POST
@agents_only
def pause(request):
    """Nothing more is given to them for a moment, or again; what they have stays theirs."""
    if request.POST.get("on") == "1":
        go_away(request.user, until=clock.now() + PAUSE)
    else:
        come_back(request.user)
    if not wants_part(request):
        return redirect("desk:home")
    return _mine(request)


def _mine(request):
    load, chats = chat_desk(request.user)
    return render(request, "desk/chats/mine.html", {"load": load, "chats": chats})


@require_GET
@people_only
@leads_only
def today_page(request):
    """Since midnight of who looks; for the browser only what changes."""
    accounts = chat_accounts(request.user)
    in_use = [one for one in accounts if one.is_active][:MOST_EXPECTED]
    context = {
        "accounts": accounts,
        "today": chat_today(accounts, since=_midnight()),
        "running": running_chats(accounts),
        "expected": [(one, queue_of(one)) for one in in_use],
    }
    if wants_part(request):
        return render(request, "desk/chats/today.html#live", context)
    return render(request, "desk/chats/today.html", context | {"sidebar": sidebar(request.user)})


@require_GET
@people_only
@leads_only
def sessions_page(request, number):
    """The cases behind one of the numbers of today."""
    if number not in NUMBERS:
        raise Http404("No such number.")
    found = sessions_behind(number, chat_accounts(request.user), since=_midnight())
    context = {"label": LABELS[number], "sessions": found, "sidebar": sidebar(request.user)}
    return render(request, "desk/chats/sessions.html", context)


def _midnight() -> datetime:
    return localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
