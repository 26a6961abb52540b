"""The chat of a case: what we say there, how far we have read, and that we type."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ancora.cases.commands import discard_draft
from ancora.cases.macros.saying import say_with_macros
from ancora.cases.queries.cases import case_alone
from ancora.cases.queries.chats import attends, chat_named
from ancora.conversations.chats.commands import seen as signs
from ancora.desk.chats.forms import SayForm
from ancora.desk.enclosing import files_beside
from ancora.desk.views.access import agents_only, number_in
from ancora.platform.errors import Refusal


@require_POST
@agents_only
def say(request, reference):
    """A line of ours: JSON with its number and the id of its message, or the complaint; a page of its own without
    scripts. The draft that it was is gone with it."""
    case = case_alone(request.user, reference)
    form = SayForm(request.POST, request.FILES)
    try:
        if request.POST.get("kind") == "note":
            raise Refusal(_("This is a note and was not sent. Choose “Chat” to send it."))
        if not form.is_valid():
            raise Refusal(form.complaint)
        given = form.cleaned_data
        line = say_with_macros(
            case,
            text=given["text"],
            author=request.user,
            form_key=given["form_key"],
            files=files_beside(form, request.user),
            changes=given["change"],
            macro_ids=given["macro"],
            chat_id=number_in(request.POST.get("chat")) or None,
        )
        if number_in(request.POST.get("version")):
            discard_draft(case, author=request.user)
    except Refusal as refusal:
        return _refused(request, case, refusal)
    if _wants_json(request):
        return JsonResponse({"number": line.number, "message": line.message_id})
    return redirect("desk:case", case.reference)


@require_POST
@agents_only
def seen(request, reference):
    """Up to this `number` the visitor's lines were on a screen of ours that somebody looks at: JSON that says whether
    that counts as read."""
    case = case_alone(request.user, reference)
    chat, number = _chat_meant(request, case), number_in(request.POST.get("number"))
    # Before anybody has it, who looks has not taken it up.
    counts = case.owner_id is not None and attends(request.user, case, chat)
    if counts:
        signs.note_read(chat.pk, min(number, 2**31 - 1), by_visitor=False)
    return JsonResponse({"counts": counts})


@require_POST
@agents_only
def typing(request, reference):
    """The visitor sees it for some seconds."""
    chat = _chat_meant(request, case_alone(request.user, reference))
    signs.show_typing(chat.pk, name=str(request.user))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _chat_meant(request, case):
    """The one that the screen shows: a case may hold several."""
    conversation = chat_named(case, number_in(request.POST.get("chat")))
    if conversation is None:
        raise Http404("No chat here.")
    return conversation


def _wants_json(request) -> bool:
    return "json" in request.headers.get("Accept", "")


def _refused(request, case, refusal: Refusal):
    if _wants_json(request):
        return JsonResponse({"complaint": str(refusal)}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.error(request, str(refusal))
    return redirect("desk:case", case.reference)
