"""The id that joins all log lines of one request; given back in the answer as X-Request-Id."""

import logging
import re
import time
from contextvars import ContextVar
from secrets import token_hex

from asgiref.sync import iscoroutinefunction, markcoroutinefunction

current_request_id: ContextVar[str] = ContextVar("request_id", default="-")
log = logging.getLogger("ancora.http")
_PLAIN = re.compile(r"^[A-Za-z0-9-]{8,64}$")


class RequestMiddleware:
    """Gives every request an id (that of a proxy in front is kept) and logs the answer with its time."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response):
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request):
        if iscoroutinefunction(self):
            return self._answer_async(request)
        token, start = self._begin(request)
        try:
            return self._end(request, self.get_response(request), start)
        finally:
            current_request_id.reset(token)

    async def _answer_async(self, request):
        token, start = self._begin(request)
        try:
            return self._end(request, await self.get_response(request), start)
        finally:
            current_request_id.reset(token)

    @staticmethod
    def _begin(request):
        given = request.headers.get("X-Request-Id", "")
        request.id = given if _PLAIN.match(given) else token_hex(8)
        return current_request_id.set(request.id), time.perf_counter()

    @staticmethod
    def _end(request, response, start):
        response["X-Request-Id"] = request.id
        spent = (time.perf_counter() - start) * 1000
        log.debug("%s %s %s %.0f ms", request.method, request.path, response.status_code, spent)
        return response
