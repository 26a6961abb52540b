"""One message apart: as its sender designed it, what it quotes, the mail as it came, another attempt."""

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET, require_POST

from ancora.cases.queries import (
    answer_to,
    any_message_for,
    case_of_message,
    has_original,
    message_for,
    original_of,
    outgoing_of,
)
from ancora.conversations.commands.send_again import confirm_arrival, forget_message, send_again
from ancora.conversations.remote_images import consent_of_sender, may_load_images
from ancora.desk.designed import designed
from ancora.desk.folded import folds
from ancora.desk.views.access import agents_only, announce, people_only, say, wants_part
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.files.store import read

_FRAME = {
    "default-src": ["'none'"],
    "img-src": ["'self'", "data:"],
    "style-src": ["'unsafe-inline'"],
    "form-action": ["'none'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'self'"],
    "sandbox": ["allow-same-origin", "allow-popups", "allow-popups-to-escape-sandbox"],
}


@require_GET
@people_only
def about(request, pk):
    """What can be done with it, its recipients, how its place was found, its language, the way to the original."""
    message = message_for(request.user, pk)
    case = case_of_message(request.user, message)
    answer = answer_to(request.user, case, message, to_everybody=True)
    context = {"message": message, "case": case, "has_others": bool(answer and answer.cc)}
    context |= {"consent": consent_of_sender(message), "has_original": has_original(message)}
    return render(request, "desk/about.html", context)


@require_GET
@people_only
def case_of(request, pk):
    """To the message in its case, for pages that know the message alone."""
    case = case_of_message(request.user, any_message_for(request.user, pk))
    return redirect(f"{reverse('desk:case', args=[case.reference])}#m-{pk}")


@require_GET
@people_only
@xframe_options_sameorigin
@csp_override(_FRAME)
def body(request, pk):
    """The mail as its sender designed it, for a sandboxed frame; images of other servers when a person has agreed."""
    message = any_message_for(request.user, pk)
    context = {
        "html": designed(message, with_images=may_load_images(message)),
        "language": message.language,
        "title": message.subject,
    }
    response = render(request, "desk/frame.html", context)
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-cache"
    return response


@require_GET
@people_only
def quoted(request, pk):
    """What of a message is not shown on the timeline: signature, notices, quotes."""
    message = any_message_for(request.user, pk)
    return render(request, "desk/quoted.html", {"message": message, "folds": folds(message)})


@require_GET
@people_only
def original(request, pk):
    """The mail, or what another channel delivered or was given, byte for byte, to be saved."""
    message = any_message_for(request.user, pk)
    kind, ending = ("message/rfc822", "eml") if message.channel == "email" else ("application/octet-stream", "txt")
    response = HttpResponse(read(original_of(message)), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="message-{message.pk}.{ending}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_POST
@agents_only
def retry(request, pk):
    """Try once more to send what was refused, what is unknown, or what waits."""
    return _decide(request, pk, send_again)


@require_POST
@agents_only
def arrived(request, pk):
    """A message of unknown fate arrived: somebody knows."""
    return _decide(request, pk, confirm_arrival, who=str(request.user))


@require_POST
@agents_only
def forget(request, pk):
    """A message of unknown fate did not arrive, and is not to be sent any more."""
    return _decide(request, pk, forget_message, who=str(request.user))


def _decide(request, pk, command, **named):
    message = any_message_for(request.user, pk)
    if wants_part(request):
        response = HttpResponse(status=204)
    else:
        response = redirect("desk:case", case_of_message(request.user, message).reference)
    try:
        command(outgoing_of(message), actor=Actor.human(request.user), **named)
    except Refusal as refusal:
        if not wants_part(request):
            flash.error(request, str(refusal))
        return say(response, refusal, "error")
    return announce(response, **{"case:changed": message.pk})
