"""Language, time zone and address of the person behind a request."""

import zoneinfo

from django.utils import timezone, translation

from ancora.platform.accounts.queries import current_organisation
from ancora.platform.accounts.sessions import person_behind


class PersonalMiddleware:
    """Pages come in the signed-in person's language and time zone, else the organisation's or the browser's."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        organisation = current_organisation()
        # Itself, not Django's lazy stand-in: a page asks it hundreds of times.
        user = request.user = person_behind(request)
        if user.is_authenticated:
            language = user.language or organisation.language
        else:
            language = translation.get_language_from_request(request) or organisation.language
        with translation.override(language), timezone.override(zoneinfo.ZoneInfo(_zone(user, organisation))):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response


def organisation(request) -> dict:
    """`organisation` in every template."""
    return {"organisation": current_organisation()}


def _zone(user, organisation) -> str:
    own = getattr(user, "time_zone", "") if user.is_authenticated else ""
    return own or organisation.time_zone or "UTC"
