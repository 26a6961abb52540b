"""Whom one of us wants to hear no more in a chat, with the way back."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ancora.cases.commands.blocking import unblock_visitor_of
from ancora.cases.queries import case_of_conversation
from ancora.platform.accounts.access import administrators_only
from ancora.platform.errors import Refusal
from ancora.selfservice.accounts.queries import blocked_visitor_for, blocked_visitors


@administrators_only
def blocked_page(request):
    return render(request, "selfservice/accounts/blocked.html", {"visitors": blocked_visitors(request.user)})


@administrators_only
@require_POST
def unblock(request, pk):
    """Also for who was blocked with them in the same chat."""
    visitor = blocked_visitor_for(request.user, pk)
    case = case_of_conversation(visitor.conversation_id)
    try:
        unblock_visitor_of(case.merged_into or case, visitor.conversation_id, author=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The visitor is no longer blocked."))
    return redirect("chats:blocked")
