"""One signed post to the address of an account, and what the answer means."""

import contextlib
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx
from django.utils.translation import gettext as _

from ancora.conversations.channels.contract import Ending, Handover, SendResult
from ancora.conversations.channels.webhook.signing import signed
from ancora.conversations.models import ChannelAccount
from ancora.platform import clock
from ancora.platform.http.outside import OutsideTrouble, post

SECONDS = 60
# The other side has read it and never wants it.
_FOR_GOOD = (400, 406, 409, 410, 413, 415, 422)
# In trouble, or busy: for a while.
_NOT_NOW = (408, 425, 429)
# So far nothing was said: the request was not sent at all.
_BEFORE = (httpx.ConnectError, httpx.ConnectTimeout)


def send_signed(account: ChannelAccount, handover: Handover) -> SendResult:
    """2xx: it is there. 400, 406, 409, 410, 413, 415, 422: never. 408, 425, 429 and 5xx: later. Any other status, and
    nobody there: the way is closed until somebody puts it right. No answer to what was sent: unknown."""
    address, now = account.settings.get("address", ""), clock.now()
    headers = signed(account.secret, handover.key, handover.content, now)
    handover.begin({})
    try:
        answer = post(
            address, handover.content, headers={**headers, "Content-Type": "application/json"}, seconds=SECONDS
        )
    except OutsideTrouble as trouble:
        return SendResult(Ending.UNKNOWN if _is_perhaps_sent(trouble) else Ending.AWAY, in_words(address, trouble))
    words = _("%(host)s answers: %(answer)s") % {"host": _host(address), "answer": answer.status}
    if 200 <= answer.status < 300:
        return SendResult(Ending.ACCEPTED, words)
    if answer.status in _FOR_GOOD:
        return SendResult(Ending.REFUSED, words)
    if answer.status in _NOT_NOW or answer.status >= 500:
        return SendResult(Ending.LATER, words, after=_asked_to_wait(answer.headers.get("Retry-After", ""), now))
    return SendResult(Ending.AWAY, words)


def in_words(address: str, trouble: OutsideTrouble) -> str:
    """Why a post did not come to an answer, for the screen."""
    host = {"host": _host(address) or address[:100] or "?"}
    match trouble.reason:
        case "private":
            return _("%(host)s is an address inside of a network. Answers are posted to the open internet only.") % host
        case "bad_address":
            return _("“%(host)s” is no address that can be posted to.") % host
        case "too_slow":
            return _("%(host)s does not answer in time.") % host
    return _("%(host)s cannot be reached, or hangs up.") % host


def _is_perhaps_sent(trouble: OutsideTrouble) -> bool:
    cause = trouble.__cause__
    return isinstance(cause, httpx.HTTPError) and not isinstance(cause, _BEFORE)


def _asked_to_wait(retry_after: str, now: datetime) -> timedelta | None:
    """RFC 9110, 10.2.3: seconds or a date; what cannot be understood counts as nothing said."""
    if retry_after.isdecimal():
        return timedelta(seconds=int(retry_after[:9]))
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        return max(parsedate_to_datetime(retry_after) - now, timedelta(0))
    return None


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
