"""What is typed into a composer and the files laid into it: kept here until they are sent, seen by nobody but who
wrote them."""

from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ancora.cases import commands
from ancora.cases.queries import case_for, case_of_message, case_on_screen, draft_of_new_mail, message_for
from ancora.cases.sharing.queries import shared_file_for
from ancora.conversations.commands.draft_files import lay_file
from ancora.conversations.queries import draft_file_for
from ancora.desk.composing import fresh_composer
from ancora.desk.drafts import written_in
from ancora.desk.enclosing import address_of
from ancora.desk.sharing.reading import drawn_conflict, drawn_refusal
from ancora.desk.sizes import spoken_size
from ancora.desk.views.access import agents_only, announce, number_in, people_only, say, say_later, wants_part
from ancora.desk.views.attachments import hand_over
from ancora.platform.errors import Refusal


@require_POST
@people_only
def lay(request):
    """Keep one file; answers with its key, and with the place of a picture. 422 with the reason when it cannot be."""
    file = request.FILES.get("file")
    if file is None:
        return JsonResponse({"complaint": ""}, status=422)
    kind = file.content_type or "application/octet-stream"
    try:
        laid = lay_file(owner=request.user, filename=file.name, content_type=kind, content=file.read())
    except Refusal as refusal:
        return JsonResponse({"complaint": str(refusal)}, status=422)
    shown = {"picture": address_of(laid)} if laid.is_picture else {}
    return JsonResponse({"key": str(laid.key), "name": laid.filename, "size": spoken_size(laid.size), **shown})


@require_GET
@people_only
def draft_file(request, key):
    try:
        file = draft_file_for(request.user, key)
    except Http404:
        file = shared_file_for(request.user, key)
    return hand_over(request, file, is_inline=True)


@require_POST
@people_only
def save(request, reference):
    """Keep what stands in the composer of a case. Answers with the draft's version, 0 when there is nothing to keep,
    and with what to say; 409 when it was changed on another screen or somebody else has the pen, with `html` that shows
    what differs."""
    case = case_for(request.user, reference)
    try:
        form_key = UUID(request.POST.get("form_key", ""))
    except ValueError:
        form_key = None
    try:
        draft = commands.save_draft(
            case,
            written_in(request.POST),
            author=request.user,
            version=number_in(request.POST.get("version")),
            form_key=form_key,
        )
    except commands.WrittenElsewhere as refusal:
        return JsonResponse({"complaint": str(refusal), "html": drawn_conflict(request, refusal)}, status=409)
    except Refusal as refusal:
        return JsonResponse({"complaint": str(refusal), "html": drawn_refusal(request, refusal)}, status=409)
    return _saved(draft)


@require_POST
@agents_only
def save_mail(request):
    """Keep what stands in the form of a new mail; answers as `save`. 422 without the key of the form."""
    try:
        form_key = UUID(request.POST.get("form_key", ""))
    except ValueError:
        return JsonResponse({"complaint": _("The page is too old. Open it again: what you typed stays.")}, status=422)
    return _saved(commands.save_new_mail(written_in(request.POST), author=request.user, form_key=form_key))


def _saved(draft) -> JsonResponse:
    if draft is None:
        return JsonResponse({"version": 0, "said": ""})
    at = date_format(localtime(draft.saved_at), "H:i")
    return JsonResponse({"version": draft.version, "said": _("Draft saved, %(time)s") % {"time": at}})


@require_POST
@people_only
def discard(request, reference):
    """Throw away what the viewer left in a case, also for those with whom it is shared."""
    case = case_on_screen(request.user, reference)
    commands.discard_draft(case, author=request.user)
    if not wants_part(request):
        return redirect("desk:case", case.reference)
    composer = fresh_composer(request.user, case)
    response = render(request, "desk/composer.html", {"case": case, "composer": composer})
    return say(announce(response, **{"desk:written": case.reference}), _("Draft discarded."))


@require_POST
@agents_only
def discard_written(request):
    """Throw away what stands in the form of a new mail."""
    commands.discard_written_mail(written_in(request.POST), author=request.user)
    say_later(request, _("Draft discarded."))
    return redirect("desk:new")


@require_POST
@agents_only
def discard_mail(request, pk):
    """Throw away a new mail that was taken back."""
    commands.discard_new_mail(draft_of_new_mail(request.user, pk))
    return redirect("desk:new")


@require_POST
@agents_only
def take_back(request, pk):
    """Undo sending: what was written is in the composer again."""
    message = message_for(request.user, pk)
    case = case_of_message(request.user, message)
    try:
        back = commands.take_back_message(case, message, author=request.user)
    except Refusal as refusal:
        if wants_part(request):
            response = announce(HttpResponse(status=204), **{"timeline:changed": case.pk})
            return say(response, str(refusal), "error")
        say_later(request, str(refusal), kind="error")
        return redirect("desk:case", case.reference)
    draft = back.draft
    is_mail = draft is not None and draft.case_id is None
    page = f"{reverse('desk:new')}?draft={draft.pk}" if is_mail else reverse("desk:case", args=[case.reference])
    words = _("Taken back. Nothing was sent.")
    if not back.is_whole:
        words = _("Taken back. Nothing was sent. What was changed in the case since then stays.")
    if not wants_part(request):
        say_later(request, words)
        return redirect(page)
    if is_mail:
        say_later(request, words)
        return HttpResponse(status=204, headers={"HX-Redirect": page})
    response = announce(HttpResponse(status=204), **{"case:changed": case.pk})
    returned = {"reference": case.reference, "page": page, "query": "draft=1"}
    if draft is not None and draft.writer_id and draft.author_id != request.user.pk:
        shared = f"shared={draft.pk}"
        returned |= {"page": f"{page}?{shared}", "query": f"draft=1&{shared}"}
    return say(announce(response, **{"desk:returned": returned}), words)
