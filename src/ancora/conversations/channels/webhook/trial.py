"""An account tried out: a signed post that says nothing."""

from uuid import uuid4

from django.db import connection
from django.utils.translation import gettext as _

from ancora.conversations.channels.webhook.sending import in_words
from ancora.conversations.channels.webhook.signing import signed
from ancora.conversations.models import ChannelAccount
from ancora.conversations.trying import TriedStep
from ancora.platform import clock
from ancora.platform.http.outside import OutsideTrouble, post
from ancora.platform.keys import KeyChanged

SECONDS = 10
BODY = b'{"type":"trial"}'


def try_account(account: ChannelAccount) -> list[TriedStep]:
    """What the other side answers to it."""
    name, address = _("A trial post to %(address)s"), account.settings.get("address", "")
    name = name % {"address": address}
    try:
        headers = signed(account.secret, f"trial_{uuid4().hex}", BODY, clock.now())
    except KeyChanged:
        return [TriedStep(name, False, _("The stored signing key cannot be read. Make a new one on this page."))]
    # The pool is small, and the other side may take its time.
    connection.close()
    try:
        answer = post(address, BODY, headers={**headers, "Content-Type": "application/json"}, seconds=SECONDS)
    except OutsideTrouble as trouble:
        return [TriedStep(name, False, in_words(address, trouble))]
    if 200 <= answer.status < 300:
        return [TriedStep(name, True, _("It was taken. The other side believes our signature."))]
    words = _("It answers %(code)s. Only 200 to 299 mean that an answer was taken; compare the signing key there.")
    return [TriedStep(name, False, words % {"code": answer.status})]
