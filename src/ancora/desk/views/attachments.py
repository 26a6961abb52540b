"""Files of messages and notes: saved by default, shown only when they are harmless images."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from ancora.cases.queries import attachment_for, note_file_for
from ancora.desk.views.access import people_only
from ancora.platform.files.store import read

# Everything else could run something in our name.
SHOWN_INLINE = {"image/png", "image/jpeg", "image/gif", "image/webp"}


@require_GET
@people_only
def attachment(request, pk):
    return hand_over(request, attachment_for(request.user, pk))


@require_GET
@people_only
def note_file(request, pk):
    return hand_over(request, note_file_for(request.user, pk))


def hand_over(request, enclosure, *, is_inline: bool = False):
    """The bytes as they were sent, under a type that no browser interprets."""
    is_image = enclosure.content_type.lower() in SHOWN_INLINE
    is_inline = is_image and (is_inline or request.GET.get("inline") == "1")
    response = HttpResponse(
        read(enclosure.file),
        content_type=enclosure.content_type.lower() if is_image else "application/octet-stream",
    )
    response["Content-Disposition"] = content_disposition_header(not is_inline, _plain_name(enclosure.filename))
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response


def _plain_name(filename: str) -> str:
    """The last part of a name, should it pretend to be a path."""
    return filename.replace("\\", "/").rstrip("/").rpartition("/")[2].strip(". ") or "file"
