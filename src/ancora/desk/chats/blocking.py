"""The visitor of a chat is blocked; whoever may answer there can undo it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ancora.cases.commands.blocking import unblock_visitor_of
from ancora.cases.queries import case_for
from ancora.cases.queries.chats import chat_of
from ancora.desk.chats.becoming import become
from ancora.desk.sidebar import sidebar
from ancora.desk.views.access import agents_only, announce, say, wants_part
from ancora.platform.errors import Refusal


@require_http_methods(["GET", "POST"])
@agents_only
def block(request, reference):
    """GET says what it means; POST does it."""
    if request.method == "POST":
        return become(request, reference, "block")
    case, chat = _chat(request, reference)
    if chat is None:
        messages.error(request, _("Nobody chats in this case."))
        return redirect("desk:case", case.reference)
    context = {"case": case, "customer": chat.customer, "room": chat.room, "sidebar": sidebar(request.user)}
    return render(request, "desk/chats/block.html", context)


@require_POST
@agents_only
def unblock(request, reference):
    """The bar as it is then: what is being written below stays."""
    case, chat = _chat(request, reference)
    try:
        if chat is None:
            raise Refusal(_("Nobody chats in this case."))
        unblock_visitor_of(case, chat.pk, author=request.user)
        done, kind = _("The visitor is no longer blocked."), "success"
    except Refusal as refusal:
        done, kind = str(refusal), "error"
    if not wants_part(request):
        messages.add_message(request, messages.ERROR if kind == "error" else messages.SUCCESS, done)
        return redirect("desk:case", case.reference)
    response = announce(_bar(request, case), **{"case:changed": case.pk})
    return say(response, done, kind)


@require_GET
@agents_only
def blocked_part(request, reference):
    """The bar above the field: who blocked the visitor, and the way back."""
    return _bar(request, _chat(request, reference)[0])


def _bar(request, case):
    return render(request, "desk/chats/blocked.html", {"case": case, "chat": chat_of(request.user, case)})


def _chat(request, reference):
    """The chat is None where it went on in another case, or by e-mail."""
    case = case_for(request.user, reference)
    return case, chat_of(request.user, case)
