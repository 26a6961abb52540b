"""The API `/api/v1`: what the desk can do, a program can. Described by itself at `/api/v1/openapi.json`."""

import logging

from django.core.exceptions import RequestDataTooBig
from django.db import Error as DatabaseProblem
from django.http import Http404
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, Throttled, ValidationError

from ancora.cases import api as cases
from ancora.conversations.api import router as mailboxes
from ancora.customers.api import router as customers
from ancora.parties.api import router as teams
from ancora.parties.calendar_api import router as calendars
from ancora.platform.accounts.api import router as people
from ancora.platform.errors import Refusal
from ancora.platform.events.api import router as events
from ancora.platform.http.programs import TokenAuth

log = logging.getLogger("ancora.api")
DESCRIPTION = """
Send a token of yours (made under Settings, API tokens) as `Authorization: Bearer ancora_…`. A program has
the rights of the person who made the token: what that person may not see is not there (404), what that person may not
do is refused (403), and a change that cannot be made says why (422, `detail`). 600 requests a minute; then 429 with
`Retry-After`. Times are UTC.
"""


class Api(NinjaAPI):
    """Names its operations by what they do, not by where they are in the code."""

    def get_openapi_operation_id(self, operation) -> str:
        return operation.view_func.__name__


# Its pages of documentation would load scripts of other servers, which the content policy forbids.
api = Api(
    title="Ancora", version="1", urls_namespace="api", auth=TokenAuth(), docs_url=None, description=DESCRIPTION.strip()
)
api.add_router("/customers", customers)
api.add_router("", cases.reading)
api.add_router("/cases", cases.changes)
api.add_router("/cases", cases.merging)
api.add_router("/cases", cases.writing)
api.add_router("", cases.messages)
api.add_router("", cases.macros)
api.add_router("", cases.senders)
api.add_router("", cases.tasks)
api.add_router("", cases.vocabulary)
api.add_router("/teams", teams)
api.add_router("/calendars", calendars)
api.add_router("/people", people)
api.add_router("/mailboxes", mailboxes)
api.add_router("/events", events)

_elsewhere = Router(auth=None)


@_elsewhere.api_operation(["GET", "POST", "PUT", "PATCH", "DELETE"], "/{path:rest}", include_in_schema=False)
def nowhere(request, rest: str):
    """Whatever is not described: the same form of answer as everywhere."""
    raise Http404


api.add_router("", _elsewhere)


@api.exception_handler(AuthenticationError)
def stranger(request, error):
    words = _("Send a token of Ancora that is still in use: Authorization: Bearer ancora_…")
    response = api.create_response(request, {"detail": words}, status=401)
    response["WWW-Authenticate"] = 'Bearer realm="Ancora"'
    return response


@api.exception_handler(Throttled)
def too_many(request, error):
    words = _("Too many requests in this minute. Wait %(seconds)s seconds.") % {"seconds": error.wait}
    response = api.create_response(request, {"detail": words}, status=429)
    response["Retry-After"] = str(error.wait)
    return response


@api.exception_handler(Refusal)
def refused(request, error):
    return api.create_response(request, {"detail": str(error)}, status=422)


@api.exception_handler(ValidationError)
def not_understood(request, error):
    errors = [
        {"field": _field(one["loc"]), "problem": one["msg"].removeprefix("Value error, ")} for one in error.errors
    ]
    words = "; ".join(f"{one['field']}: {one['problem']}" for one in errors)
    return api.create_response(request, {"detail": words, "errors": errors}, status=422)


@api.exception_handler(Http404)
def not_there(request, error):
    words = _("Nothing is here, or nothing that you may see.")
    return api.create_response(request, {"detail": words}, status=404)


@api.exception_handler(RequestDataTooBig)
def too_big(request, error):
    words = _("The request is larger than 30 MB. Send fewer files, or a link.")
    return api.create_response(request, {"detail": words}, status=413)


@api.exception_handler(DatabaseProblem)
def database_away(request, error):
    log.exception("The database did not do what a program asked for")
    words = _("The database does not answer, or not as it should. Nothing was changed. Try again in a moment.")
    return api.create_response(request, {"detail": words, "request_id": request.id}, status=503)


@api.exception_handler(Exception)
def broken(request, error):
    log.exception("A request of a program broke something")
    words = _("Something broke. Tell your administrator the request_id.")
    return api.create_response(request, {"detail": words, "request_id": request.id}, status=500)


def _field(place: tuple) -> str:
    """Where in the request: without ninja's own words for its parts."""
    names = [str(part) for part in place if part not in ("body", "query", "header", "path", "given")]
    return ".".join(names) or "body"
