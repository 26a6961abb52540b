"""Mail that could not be read: why, its original, and another try."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ancora.conversations import queries
from ancora.conversations.commands import retry_arrival
from ancora.platform.accounts.access import administrators_only
from ancora.platform.files.store import FileMissing, read

MOST_SHOWN = 200
MOST_PREVIEWED = 20_000


@administrators_only
def quarantine_page(request):
    arrivals = list(queries.quarantine(request.user)[: MOST_SHOWN + 1])
    words = {"arrivals": arrivals[:MOST_SHOWN], "has_more": len(arrivals) > MOST_SHOWN}
    return render(request, "conversations/quarantine.html", words)


@administrators_only
def arrival_page(request, pk):
    arrival = queries.quarantined_for(request.user, pk)
    try:
        content, missing = read(arrival.file), ""
    except FileMissing as error:
        content, missing = b"", error.strerror
    beginning = content[:MOST_PREVIEWED].decode("utf-8", "replace").replace("\x00", "�")
    is_cut = len(content) > MOST_PREVIEWED
    words = {"arrival": arrival, "beginning": beginning, "is_cut": is_cut, "missing": missing}
    return render(request, "conversations/arrival.html", words)


@administrators_only
def original(request, pk):
    """The bytes as they came, to be saved."""
    arrival = queries.quarantined_for(request.user, pk)
    kind, ending = ("application/octet-stream", "txt") if arrival.account_id else ("message/rfc822", "eml")
    response = HttpResponse(read(arrival.file), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="quarantine-{arrival.pk}.{ending}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@administrators_only
@require_POST
def retry(request, pk):
    arrival = queries.quarantined_for(request.user, pk)
    result = retry_arrival(arrival.pk)
    if result.outcome == "quarantined":
        messages.error(request, _("It failed again: %(reason)s The original is safe.") % {"reason": result.reason})
        return redirect("conversations:arrival", pk)
    if result.outcome == "pending":
        messages.warning(
            request, _("It waits, and is read by itself as soon as it can be: %(reason)s") % {"reason": result.reason}
        )
        return redirect("conversations:quarantine")
    messages.success(request, _("The mail was read and is where it belongs."))
    return redirect("conversations:quarantine")
