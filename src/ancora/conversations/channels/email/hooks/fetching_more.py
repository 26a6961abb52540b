"""What a provider's post only names, fetched from the provider; and how that may fail."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
from django.db import connection
from django.utils.translation import gettext as _

from ancora.conversations.channels.email.hooks.provider import NotNow, Refused

SECONDS = 15
MOST_BYTES = 60_000_000


@dataclass(frozen=True, slots=True)
class Fetched:
    body: bytes
    content_type: str


def fetch(address: str, **headers: str) -> Fetched:
    """`NotNow` for every trouble: the mail is still there when a wrong key was put right."""
    # Others may need it while we wait for a server elsewhere.
    connection.close()
    host = urlsplit(address).hostname
    try:
        with httpx.stream("GET", address, headers=headers, timeout=SECONDS) as answer:
            if answer.status_code in (401, 403):
                words = _(
                    "%(host)s does not accept the API key of this page, so the mail cannot be fetched from there."
                )
                raise NotNow(words % {"host": host})
            if answer.status_code != 200:
                words = _("%(host)s answers %(code)s when the mail is fetched.")
                raise NotNow(words % {"host": host, "code": answer.status_code})
            return Fetched(_whole(answer, host), answer.headers.get("Content-Type", ""))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        words = _("%(host)s cannot be reached to fetch the mail (%(reason)s).")
        raise NotNow(words % {"host": host, "reason": type(error).__name__}) from error


def fetch_named(address: str, api: str) -> bytes:
    """What an answer of the provider's API at `api` names: no less protected than the API itself."""
    if urlsplit(address).scheme not in ("https", urlsplit(api).scheme):
        raise Refused(_("The provider names an address without https for the mail."), 422)
    return fetch(address).body


def _whole(answer: httpx.Response, host: str | None) -> bytes:
    body = bytearray()
    for piece in answer.iter_bytes():
        body += piece
        if len(body) > MOST_BYTES:
            raise Refused(_("%(host)s sends more than a mail may have.") % {"host": host}, 413)
    return bytes(body)
