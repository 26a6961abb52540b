"""What a person decides about a sender: whether images are fetched, and whose a mail really is."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ancora.cases import commands
from ancora.cases.queries import any_message_for, case_for, case_with, message_for
from ancora.conversations.commands.images import allow_images, forbid_images, remote_image
from ancora.conversations.models import ImageState
from ancora.conversations.remote_images import consent_of_sender, may_load_images
from ancora.desk.views.access import agents_only, announce, people_only, say, wants_part
from ancora.desk.views.cases import person_of
from ancora.platform.errors import Refusal
from ancora.platform.files.store import read


@require_POST
@agents_only
def show_images(request, pk):
    """Agree that images of other servers are fetched: for this message, or for all mail of its sender."""
    message = any_message_for(request.user, pk)
    for_sender = request.POST.get("for") == "always"
    try:
        allow_images(message, author=request.user, for_sender=for_sender)
    except Refusal as refusal:
        return say(HttpResponse(status=422), refusal, "error")
    if not wants_part(request):
        return redirect("desk:body", pk)
    return render(request, "desk/images.html", {"message": message}) if for_sender else HttpResponse(status=204)


@require_POST
@agents_only
def hide_images(request, pk):
    """Ask again before images of this message's sender are fetched."""
    message = any_message_for(request.user, pk)
    if consent := consent_of_sender(message):
        forbid_images(consent, author=request.user)
    words = _("You are asked again before images of %(address)s are shown.") % {"address": message.from_address}
    return say(HttpResponse(""), words) if wants_part(request) else redirect("desk:home")


@require_GET
@people_only
def image(request, pk, number):
    """An image of another server, fetched by this one; only those that the mail itself names, and only when a person
    has agreed."""
    message = any_message_for(request.user, pk)
    if not may_load_images(message):
        raise Http404("Nobody agreed that it is fetched.")
    found = remote_image(message, number)
    if found is None or found.state != ImageState.HERE:
        response = HttpResponse(status=404, headers={"Cache-Control": "no-store"})
    else:
        response = HttpResponse(read(found.file), content_type=found.content_type)
        response["Cache-Control"] = "private, max-age=86400, immutable"
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_POST
@agents_only
def link_sender(request, pk):
    """A person knows better than the check: the mail is really from its address."""
    return _said(request, pk, commands.link_sender_in)


@require_POST
@agents_only
def unlink_sender(request, pk):
    return _said(request, pk, commands.unlink_sender_in)


def _said(request, pk: int, command):
    message = message_for(request.user, pk)
    case = case_with(message)
    try:
        command(case, message, author=request.user)
    except Refusal as refusal:
        return say(HttpResponse(status=422), refusal, "error")
    if not wants_part(request):
        return redirect("desk:case", case.reference)
    case = case_for(request.user, case.reference)
    part = render(request, "desk/person_again.html", person_of(request.user, case))
    return announce(part, **{"case:changed": case.pk})
