"""Files of messages and notes: saved by default, shown only when they are harmless images, dangerous ones not before
a person was told."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from ancora.cases.queries import attachment_for, case_of_message, note_file_for
from ancora.conversations.attached import image_type, shown_name
from ancora.conversations.models import Direction
from ancora.desk.marks import WORDS, is_dangerous, mark_of_file
from ancora.desk.views.access import people_only
from ancora.platform.files.store import read


@require_GET
@people_only
def attachment(request, pk):
    """A file of a message. One of a stranger that could run is handed over with `?anyway=1` only."""
    found = attachment_for(request.user, pk)
    mark = mark_of_file(found) if found.message.direction == Direction.IN else ""
    if is_dangerous(mark) and request.GET.get("anyway") != "1":
        words = {"enclosure": found, "name": shown_name(found.filename), "words": WORDS[mark][1]}
        return render(request, "desk/dangerous.html", {**words, "case": case_of_message(request.user, found.message)})
    return hand_over(request, found)


@require_GET
@people_only
def note_file(request, pk):
    return hand_over(request, note_file_for(request.user, pk))


def hand_over(request, enclosure, *, is_inline: bool = False):
    """The bytes as they were sent, under a type that no browser interprets; what an image is, its bytes say."""
    content = read(enclosure.file)
    image = image_type(content)
    is_inline = bool(image) and (is_inline or request.GET.get("inline") == "1")
    response = HttpResponse(content, content_type=image or "application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(not is_inline, shown_name(enclosure.filename))
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response
