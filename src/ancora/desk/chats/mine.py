"""One's own chats, beside whatever is on the screen."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from ancora.cases.queries.chats import chats_of
from ancora.desk.views.access import agents_only


@require_GET
@agents_only
def mine_part(request):
    return render(request, "desk/chats/mine.html", {"chats": chats_of(request.user)})
