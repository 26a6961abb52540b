"""The short way of what a chat asks a hundred times in a second: a line, that somebody types, what was seen.

The same views as ever, without session and middleware. What is not JSON, and everything else, goes the long way.
"""

import logging
import re
from io import BytesIO

from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from ancora.platform.accounts.queries import current_organisation
from ancora.platform.http.lane import Crowded, body_of, in_turn, is_open, patience, respond
from ancora.selfservice.door import refused
from ancora.selfservice.given import MOST_JSON_BYTES
from ancora.selfservice.views import lines, signs

log = logging.getLogger("ancora.chat")
_PATH = re.compile(r"/chat/([^/]+)/(lines|seen|typing)/")
_VIEWS = {"lines": lines.lines, "seen": signs.seen, "typing": signs.typing}
_AWAY = 503


def is_meant(scope) -> bool:
    """Whether this request may go the short way."""
    if not is_open() or scope["method"] != "POST" or not scope["path"].startswith("/chat/"):
        return False
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    return kind.startswith(b"application/json") and _PATH.fullmatch(scope["path"]) is not None


async def answer(scope, receive, send, *, refuse) -> None:
    """What the view answers, or `refuse(request)` before it; nothing to who is gone before all was sent. 503 to who
    would wait too long."""
    # Only who has sent all of it takes a place: nobody fills the row by sending slowly.
    body = await body_of(receive, MOST_JSON_BYTES)
    if body is None:
        return
    try:
        response = await in_turn(_work, scope, body, refuse)
    except Crowded:
        response = _crowded(scope)
    response["X-Content-Type-Options"] = "nosniff"
    await respond(send, response)


def _crowded(scope) -> HttpResponse:
    """Without a thread, and so without the database."""
    with translation.override(translation.get_language_from_request(ASGIRequest(scope, BytesIO()))):
        words = _("We cannot be reached just now. Nothing is lost; try again.")
        return refused(503, "away", words, later=patience())


def _work(scope, body: bytes, refuse) -> HttpResponse:
    try:
        response = _asked(scope, body, refuse)
        if response.status_code == _AWAY:
            # Perhaps it was our connection alone: another one, once. What is posted again is there once all the same.
            connection.close()
            response = _asked(scope, body, refuse)
        return response
    except Exception:
        log.exception("A chat was not answered")
        return HttpResponse(status=500)


def _asked(scope, body: bytes, refuse) -> HttpResponse:
    account, what = _PATH.fullmatch(scope["path"]).groups()
    request = ASGIRequest(scope, BytesIO(body))
    language = translation.get_language_from_request(request) or current_organisation().language
    with translation.override(language):
        return refuse(request) or _VIEWS[what](request, account)
