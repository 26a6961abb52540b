"""What a person sees when a page cannot be had: what happened, what is safe, what to do."""

import errno
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg.errors import DiskFull

from ancora.platform.files.store import FileMissing

_AWAY, _FULL, _MISSING, _BROKEN = "away", "full", "missing", "broken"
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_LATER = gettext_lazy("Wait a moment and try again. If it stays so, tell your administrator the number below.")
_HEADINGS = {
    _AWAY: gettext_lazy("The database does not answer"),
    _FULL: gettext_lazy("The disk is full"),
    _MISSING: gettext_lazy("The file is not on the disk"),
    _BROKEN: gettext_lazy("Something broke"),
}
_ADVICE = {
    _AWAY: _LATER,
    _FULL: gettext_lazy("Tell your administrator that the server needs room on its disk, with the number below."),
    _MISSING: gettext_lazy("Tell your administrator, with the number below: a backup may still have it."),
    _BROKEN: _LATER,
}


def stale_form(request, reason=""):
    """A form whose CSRF token is missing or old: nothing was changed."""
    return render(request, "ui/errors/stale_form.html", status=403)


def not_found(request, exception=None):
    return render(request, "ui/errors/not_found.html", status=404)


def broken(request):
    """An answer that needs neither database nor session; 503 while the database is away or the disk is full."""
    kind = _kind_of(sys.exc_info()[1])
    words = {
        "heading": _HEADINGS[kind],
        "safe": _("What was saved before is safe. What you sent just now was not saved."),
        "advice": _ADVICE[kind],
        "request_id": getattr(request, "id", ""),
    }
    # Without the request: context processors would ask the database again.
    page = render_to_string("ui/errors/broken.html", words)
    status = 503 if kind in (_AWAY, _FULL) else 500
    return HttpResponse(page, status=status, headers={"Cache-Control": "no-store"})


def _kind_of(error: BaseException | None) -> str:
    """What stopped the page, also when it was wrapped in another exception."""
    seen = 0
    if isinstance(error, FileMissing):
        return _MISSING
    while error is not None and seen < 10:
        if isinstance(error, DiskFull) or (isinstance(error, OSError) and error.errno in _NO_ROOM):
            return _FULL
        if isinstance(error, OperationalError | InterfaceError) and not isinstance(error.__cause__, DiskFull):
            return _AWAY
        error, seen = error.__cause__ or error.__context__, seen + 1
    return _BROKEN
