"""Signatures as Standard Webhooks describes them (github.com/standard-webhooks, 1.0): HMAC-SHA256 over id, time and the
bytes of the body, `v1,` and base64; several signatures, and several keys, while a key is being changed."""

import base64
import binascii
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from ancora.conversations.channels.contract import Posted, Rejected

SKEW = timedelta(minutes=5)
PREFIX = "whsec_"
MOST_ID = 256


def new_key() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signed(key: str, identity: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers with which a body goes out, signed with the first of these keys."""
    seconds = str(int(now.timestamp()))
    signature = base64.b64encode(_mac(key.split()[0], identity, seconds, body)).decode()
    return {"webhook-id": identity, "webhook-timestamp": seconds, "webhook-signature": f"v1,{signature}"}


def proved(posted: Posted, keys: str, now: datetime) -> str:
    """The id of a post that one of these keys signed in the last minutes; else `Rejected`."""
    identity, seconds, given = (posted.headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    if not identity or not seconds or not given:
        raise Rejected(_("The post is not signed: it needs webhook-id, webhook-timestamp and webhook-signature."))
    if len(identity) > MOST_ID or not (identity + seconds).isascii():
        raise Rejected(_("webhook-id and webhook-timestamp are short and plain ASCII."), 400)
    signatures = [_decoded(one[3:]) for one in given.split()[:10] if one.startswith("v1,")]
    expected = [_mac(key, identity, seconds, posted.body) for key in keys.split()]
    # Each with each, so that the time tells nothing of which one was right.
    if not sum(hmac.compare_digest(one, other) for one in signatures for other in expected):
        raise Rejected(_("The signature is wrong. Sign “id.time.body” with the key of this page, over the same bytes."))
    if not seconds.isdecimal() or abs(now.timestamp() - int(seconds[:15])) > SKEW.total_seconds():
        raise Rejected(_("The post was signed at another time. Check both clocks; else it is a copy of an old one."))
    return identity


def _mac(key: str, identity: str, seconds: str, body: bytes) -> bytes:
    secret = base64.b64decode(key.removeprefix(PREFIX))
    return hmac.digest(secret, f"{identity}.{seconds}.".encode() + body, hashlib.sha256)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
