"""Which host names are answered: this machine's, those of ANCORA_HOSTS, and the organisation's public address."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponseBadRequest
from django.utils.translation import gettext as _

from ancora.platform.accounts.queries import current_organisation

LOCAL = {"localhost", "127.0.0.1", "[::1]", "testserver"}


class HostMiddleware:
    """Refuses a Host header nobody declared; behind a declared proxy takes https and the host it was asked for."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        organisation = current_organisation()
        if organisation.proxy_count and request.headers.get("X-Forwarded-Proto") == "https":
            request.META["wsgi.url_scheme"] = "https"
            request.scope["scheme"] = "https"
        host = request.META.get("HTTP_HOST", "").rsplit(":", 1)[0] if not _is_bare_ipv6(request) else "[::1]"
        public = urlsplit(organisation.public_address).hostname
        if host not in LOCAL and host != public and host not in settings.ENVIRONMENT.hosts:
            return HttpResponseBadRequest(
                _("This server does not answer to the name “%(host)s”. An administrator can set the public address.")
                % {"host": host[:100]}
            )
        return self.get_response(request)


def _is_bare_ipv6(request) -> bool:
    return request.META.get("HTTP_HOST", "") == "[::1]"
