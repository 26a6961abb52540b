"""Who may ask, and how a refusal is said."""

import functools
import logging

from django.db import InterfaceError, OperationalError
from django.http import JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt

from ancora.conversations.channels.chat.posted import token_shown
from ancora.conversations.chats.signed import NotSigned
from ancora.conversations.chats.visitors import Blocked, Closed, NoVisitor, TooQuick
from ancora.platform.errors import Refusal
from ancora.platform.files.store import StorageFull
from ancora.platform.http.addresses import visitor_address
from ancora.platform.http.counting import MinuteCounts
from ancora.platform.http.pace import count
from ancora.selfservice.blocked import note_blocked
from ancora.selfservice.proof.challenge import Unproved

log = logging.getLogger("ancora.chat")
# In a minute, from one address.
MOST_REFUSALS = 30
MOST_BEGINNINGS = 60
MOST_FLOOD = 100_000_000
# In a minute, from one browser at one process: signs of typing and reading, and questions for lines.
MOST_SIGNS = 120
_STATUS = {
    NoVisitor: (401, "unknown"),
    Closed: (403, "closed"),
    Blocked: (403, "blocked"),
    NotSigned: (403, "identity"),
    TooQuick: (429, "haste"),
    Unproved: (403, "proof"),
}


def answers(*methods: str):
    """A view of these methods that answers JSON, also when it refuses. It takes no cookie, so nobody's browser can be
    made to ask in somebody's name; a page of another origin is refused all the same."""

    def declare(view):
        @csrf_exempt
        @cache_control(no_store=True)
        @functools.wraps(view)
        def answer(request, account, *args, **kwargs):
            if request.method not in methods:
                return refused(405, "method", _("This cannot be asked so."))
            if is_foreign(request.headers.get("Origin"), request.get_host()):
                return refused(403, "origin", _("This page may not ask that."))
            try:
                return view(request, account, *args, **kwargs)
            except Refusal as refusal:
                return _said(request, refusal)
            except StorageFull:
                return refused(503, "room", _("There is no room for that just now. Try again later."), later=60)
            except (OperationalError, InterfaceError) as error:
                log.error("A chat was not answered: %s", type(error).__name__)
                return refused(503, "away", _("We cannot be reached just now. Nothing is lost; try again."), later=2)

        return answer

    return declare


def visitor_token(request) -> str:
    """The token that the browser shows; `NoVisitor` without one."""
    return token_shown(request.headers.get("Authorization", ""))


_signs = MinuteCounts()


def sign_of(request) -> str:
    """The token of a browser that sends a sign; `TooQuick` for one that sends too many."""
    token = visitor_token(request)
    if _signs.count(token[:64]) > MOST_SIGNS:
        raise TooQuick(60)
    return token


def refuse_crowd(request) -> None:
    """`TooQuick` for an address from which too many chats begin."""
    if count(f"chat-begin:{visitor_address(request)}") > MOST_BEGINNINGS:
        raise TooQuick(60)


def refuse_flood(request) -> None:
    """`TooQuick` for an address from which too many bytes of files come; asked before they are read."""
    length = request.headers.get("Content-Length", "")
    given = int(length) if length.isdecimal() and len(length) < 12 else MOST_FLOOD
    if count(f"chat-bytes:{visitor_address(request)}", given) > MOST_FLOOD:
        raise TooQuick(60)


def is_guessing(address: str) -> bool:
    """Whether too many unknown tokens came from there in this minute, with this one. Nothing else is counted: who is
    known costs no statement more."""
    return count(f"chat-guess:{address}") > MOST_REFUSALS


def refused(status: int, code: str, words: str, *, later: int | None = None, **more) -> JsonResponse:
    """`later`: when it may be asked again, in seconds; `more`: what is said besides."""
    headers = {} if later is None else {"Retry-After": str(later)}
    return JsonResponse({"error": code, "words": words, **more}, status=status, headers=headers)


def is_foreign(origin: str | None, host: str) -> bool:
    """Whether a page of another origin asks; programs and pages of ours name none or our own."""
    return origin is not None and origin not in (f"https://{host}", f"http://{host}")


def _said(request, refusal: Refusal) -> JsonResponse:
    status, code = _STATUS.get(type(refusal), (400, "refused"))
    note_blocked(refusal, visitor_address(request))
    if status == 401 and is_guessing(visitor_address(request)):
        refusal = TooQuick(60)
        status, code = _STATUS[TooQuick]
    more = {"challenge": refusal.challenge} if isinstance(refusal, Unproved) else {}
    return refused(status, code, str(refusal), later=getattr(refusal, "seconds", None), **more)
