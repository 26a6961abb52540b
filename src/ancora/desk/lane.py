"""The short way of what an agent does in a chat: says something, has seen something, types.

The same views as ever, by the same handler, with the middleware that an answer without a page needs. What is not
answered by such (strangers, who may not, files, an error) goes the long way, which says it as everywhere.
"""

import functools
import re
from io import BytesIO

from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.security import SecurityMiddleware
from django.urls import ResolverMatch, resolve

from ancora.platform.accounts.middleware import PersonalMiddleware
from ancora.platform.http.lane import Crowded, body_of, in_turn, is_open, respond
from ancora.platform.http.requests import RequestMiddleware

# What is longer has files, or is a letter.
MOST_BYTES = 64_000
_PATH = re.compile(r"/cases/\d+/(say|chat/seen|chat/typing)/")
_MIDDLEWARE = (
    RequestMiddleware,
    SecurityMiddleware,
    SessionMiddleware,
    CsrfViewMiddleware,
    PersonalMiddleware,
)


class ShortHandler(BaseHandler):
    """Django's, but for its list of middleware."""

    def __init__(self, *first: type) -> None:
        self._view_middleware, self._template_response_middleware, self._exception_middleware = [], [], []
        chain = convert_exception_to_response(self._get_response)
        for one in reversed((*first, *_MIDDLEWARE)):
            made = one(chain)
            if hasattr(made, "process_view"):
                self._view_middleware.insert(0, made.process_view)
            chain = convert_exception_to_response(made)
        self._middleware_chain = chain

    def resolve_request(self, request) -> ResolverMatch:
        """The same few cases are asked for all the time."""
        request.resolver_match = _view_at(request.path_info)
        return request.resolver_match


@functools.lru_cache(maxsize=1000)
def _view_at(path: str) -> ResolverMatch:
    return resolve(path)


def is_meant(scope) -> bool:
    """Whether this request may go the short way."""
    if not is_open() or scope["method"] != "POST" or _PATH.fullmatch(scope["path"]) is None:
        return False
    told = dict(scope["headers"])
    length = told.get(b"content-length", b"")
    # Who says something and wants no JSON is shown a page.
    wants_page = scope["path"].endswith("/say/") and b"json" not in told.get(b"accept", b"")
    return length.isdigit() and int(length) <= MOST_BYTES and not wants_page


async def answer(scope, receive, send, *, handler: ShortHandler, long_way) -> None:
    """What the view answers; all else is left to `long_way(scope, receive, send)`. Nothing to who is gone before all
    was sent."""
    body = await body_of(receive, MOST_BYTES)
    if body is None:
        return
    try:
        response = await in_turn(_answered, handler, scope, body)
    except Crowded:
        response = None
    if response is None:
        await long_way(scope, _again(body, receive), send)
    else:
        await respond(send, response)


def _answered(handler: ShortHandler, scope, body: bytes) -> HttpResponse | None:
    """None where the answer is a page."""
    response = handler.get_response(ASGIRequest(scope, BytesIO(body)))
    is_short = response.status_code == 204 or response.headers.get("Content-Type") == "application/json"
    return response if is_short else None


def _again(body: bytes, receive):
    """`receive` from the beginning, for who has not read it."""
    said = [{"type": "http.request", "body": body}]

    async def from_the_beginning():
        return said.pop() if said else await receive()

    return from_the_beginning
