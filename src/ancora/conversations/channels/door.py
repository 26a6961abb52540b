"""A post to an account of a channel, on its way: proved, kept as it came, committed, and only then answered."""

import logging

from django.http import HttpRequest
from django.utils.translation import gettext as _

from ancora.conversations.channels import NoSuchChannel, adapter_of
from ancora.conversations.channels.contract import Posted, Rejected
from ancora.conversations.channels.email.hooks.road import Answer
from ancora.conversations.commands.accounts import digest_of, keep_delivery, note_refusal
from ancora.conversations.models import ChannelAccount
from ancora.platform import clock
from ancora.platform.keys import KeyChanged

log = logging.getLogger("ancora.hooks")
# Files of 25 MB, a third longer in base64, with some words.
MOST_BYTES = 40_000_000


def account_with(token: str) -> ChannelAccount | None:
    """The account in use at this secret address; one of a live channel has a door of its own, which answers at once."""
    found = ChannelAccount.objects.filter(token_digest=digest_of(token), is_active=True).first()
    return None if found is None or _is_live(found) else found


def take_delivery(account: ChannelAccount, request: HttpRequest) -> Answer:
    """The whole post, kept, or nothing of it. What is wrong is written down on the account."""
    try:
        headers = {name.lower(): value for name, value in request.headers.items()}
        posted = Posted(headers, _whole_body(request))
        proved = adapter_of(account.kind).verify(posted, account, clock.now())
    except Rejected as rejected:
        return _refused(account, str(rejected), rejected.code)
    except KeyChanged:
        return _refused(account, _("The stored signing key cannot be read. Make a new one on this page."), 503)
    except NoSuchChannel as error:
        words = _("The package of the channel “%(kind)s” is not installed.") % {"kind": error}
        return _refused(account, words, 503)
    is_new = keep_delivery(account, proved)
    return Answer(200, "taken" if is_new else "is here already")


def _is_live(account: ChannelAccount) -> bool:
    try:
        return adapter_of(account.kind).capabilities(account).is_live
    except NoSuchChannel:
        # That it is not installed is told to whoever posts.
        return False


def _whole_body(request: HttpRequest) -> bytes:
    """Read here, because a post may be larger than any form of ours."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    body = b"" if int(length) > MOST_BYTES else request.read(MOST_BYTES + 1)
    if int(length) > MOST_BYTES or len(body) > MOST_BYTES:
        raise Rejected(_("The post is larger than 40 MB."), 413)
    return body


def _refused(account: ChannelAccount, words: str, code: int) -> Answer:
    log.warning("A post to a channel (%s) was refused (%s)", account.kind, code)
    note_refusal(account, words)
    return Answer(code, words)
