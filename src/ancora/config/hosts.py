"""Which host names are answered: this machine's, those of ANCORA_HOSTS, and the organisation's public address."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponseBadRequest
from django.utils.translation import gettext as _

from ancora.platform.accounts.queries import current_organisation

LOCAL = {"localhost", "127.0.0.1", "[::1]"}


class HostMiddleware:
    """Refuses a Host header nobody declared; behind a declared proxy takes its word for https, and cookies given
    over https travel over https only."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        organisation = current_organisation()
        if organisation.proxy_count and request.headers.get("X-Forwarded-Proto") == "https":
            request.META["wsgi.url_scheme"] = "https"
            getattr(request, "scope", {})["scheme"] = "https"
        if refused := refuse_strange_host(request):
            return refused
        response = self.get_response(request)
        if request.is_secure():
            for cookie in response.cookies.values():
                cookie["secure"] = True
        return response


def refuse_strange_host(request) -> HttpResponseBadRequest | None:
    """The answer to a name that nobody declared; None where it is ours."""
    host, public = _asked_for(request), urlsplit(current_organisation().public_address).hostname
    if host in LOCAL or host == public or host in settings.ENVIRONMENT.hosts:
        return None
    words = _("This server does not answer to the name “%(host)s”. An administrator can set the public address.")
    return HttpResponseBadRequest(words % {"host": host[:100]})


def _asked_for(request) -> str:
    """The name without port; without a Host header (HTTP/1.0) the address that was connected to."""
    named = request.META.get("HTTP_HOST") or request.META.get("SERVER_NAME", "")
    return named if named.endswith("]") else named.rsplit(":", 1)[0]
