"""One message apart: as its sender designed it, what it quotes, the mail as it came, another attempt."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET, require_POST

from ancora.cases.queries import message_for, original_of, outgoing_of
from ancora.cases.queries.cases import case_of_message
from ancora.conversations.commands.send_again import send_again
from ancora.desk.designed import designed
from ancora.desk.prose import rest_of
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
_FRAME_WITH_IMAGES = {**_FRAME, "img-src": ["'self'", "data:", "https:"]}


@require_GET
@people_only
def about(request, pk):
    """Recipients, how its place was found, its language, the way to the original."""
    return render(request, "desk/about.html", {"message": message_for(request.user, pk)})


@require_GET
@people_only
def case_of(request, pk):
    """To the message in its case, for pages that know the message alone."""
    case = case_of_message(request.user, pk)
    return redirect(f"{reverse('desk:case', args=[case.reference])}#m-{pk}")


@require_GET
@people_only
def body(request, pk):
    """The mail as its sender designed it, for a sandboxed frame; images of other servers only with `?images=1`."""
    message = message_for(request.user, pk)
    with_images = request.GET.get("images") == "1"
    return (_with_images if with_images else _without_images)(request, message)


@xframe_options_sameorigin
@csp_override(_FRAME)
def _without_images(request, message):
    return _frame(request, message, with_images=False)


@xframe_options_sameorigin
@csp_override(_FRAME_WITH_IMAGES)
def _with_images(request, message):
    return _frame(request, message, with_images=True)


def _frame(request, message, *, with_images: bool):
    context = {
        "html": designed(message, with_images=with_images),
        "language": message.language,
        "title": message.subject,
    }
    response = render(request, "desk/frame.html", context)
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, max-age=3600"
    return response


@require_GET
@people_only
def quoted(request, pk):
    """What of a message is not shown on the timeline: quotes and signature."""
    message = message_for(request.user, pk)
    rest = rest_of(message.text, message.reply_text)
    return render(request, "desk/quoted.html", {"message": message, "rest": rest})


@require_GET
@people_only
def original(request, pk):
    """The mail byte for byte, to be saved."""
    message = message_for(request.user, pk)
    response = HttpResponse(read(original_of(message)), content_type="message/rfc822")
    response["Content-Disposition"] = f'attachment; filename="message-{message.pk}.eml"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_POST
@agents_only
def retry(request, pk):
    """Try once more to send what was refused."""
    message = message_for(request.user, pk)
    response = HttpResponse(status=204) if wants_part(request) else redirect("desk:home")
    try:
        send_again(outgoing_of(message), actor=Actor.human(request.user))
    except Refusal as refusal:
        return say(response, refusal, "error")
    return announce(response, **{"case:changed": message.pk})
