"""One's own chats, beside whatever is on the screen; and for leads the queue of today."""

from django.shortcuts import render
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET

from ancora.cases.queries.chats import chats_of
from ancora.conversations.chats.today import chat_accounts, chat_today, running_chats
from ancora.desk.sidebar import sidebar
from ancora.desk.views.access import agents_only, people_only, wants_part
from ancora.platform import clock
from ancora.platform.accounts.access import leads_only


@require_GET
@agents_only
def mine_part(request):
    return render(request, "desk/chats/mine.html", {"chats": chats_of(request.user)})


@require_GET
@people_only
@leads_only
def today_page(request):
    """Since midnight of who looks; for the browser only what changes."""
    accounts = chat_accounts(request.user)
    midnight = localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    context = {"accounts": accounts, "today": chat_today(accounts, since=midnight), "running": running_chats(accounts)}
    if wants_part(request):
        return render(request, "desk/chats/today.html#live", context)
    return render(request, "desk/chats/today.html", context | {"sidebar": sidebar(request.user)})
