"""Signatures of posts: compared in constant time, over the bytes as they came."""

import base64
import binascii
import hashlib
import hmac
import re
from datetime import timedelta

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.utils.translation import gettext as _

from ancora.conversations.channels.email.hooks.provider import Refused
from ancora.platform import clock

# A provider repeats for up to three days what we could not take; some keep the first time in what they sign.
OLDEST = timedelta(days=3)
# Of those that sign every attempt anew.
OLDEST_ATTEMPT = timedelta(minutes=5)
AHEAD = timedelta(minutes=5)
_PEM = re.compile(r"-----[A-Z ]+-----")


def wrong_signature() -> Refused:
    return Refused(_("The signature is wrong. Compare the key on this page with the one at the provider."))


def no_signature() -> Refused:
    return Refused(_("The post is not signed. It did not come from the provider, or signing is switched off there."))


def require_recent(seconds: str | float, oldest: timedelta = OLDEST) -> None:
    """`seconds` since 1970, as signed; a post of long ago is somebody's copy."""
    try:
        age = clock.now().timestamp() - float(seconds)
    except ValueError:
        raise Refused(_("The time of the post cannot be read."), 400) from None
    if not -AHEAD.total_seconds() <= age <= oldest.total_seconds():
        raise Refused(
            _("The post is of another time. Check the clock of this machine; else it is a copy of an old one.")
        )


def require_same(given: str | bytes, expected: str | bytes) -> None:
    given, expected = (one.encode() if isinstance(one, str) else one for one in (given, expected))
    if not hmac.compare_digest(given, expected):
        raise wrong_signature()


def public_key(text: str) -> str:
    """The key of a PEM file, or of what is left of one when it is copied, in one line."""
    bare = "".join(_PEM.sub("", text).split())
    try:
        load_pem_public_key(f"-----BEGIN PUBLIC KEY-----\n{bare}\n-----END PUBLIC KEY-----\n".encode())
    except (ValueError, UnsupportedAlgorithm):
        raise Refused(_("The key of this page is no public key. Copy it whole; it begins with M.")) from None
    return bare


def require_svix(body: bytes, headers, secret: str) -> None:
    """As Svix signs for its customers: id, time and body; several signatures while a key is changed."""
    identity, seconds = headers.get("svix-id", ""), headers.get("svix-timestamp", "")
    if not identity or not seconds or not headers.get("svix-signature"):
        raise no_signature()
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error:
        raise Refused(_("The signing key of this page is not complete: it begins with whsec_.")) from None
    mac = hmac.digest(key, f"{identity}.{seconds}.".encode() + body, hashlib.sha256)
    expected = b"v1," + base64.b64encode(mac)
    given = [one.encode() for one in headers["svix-signature"].split()]
    if not any(hmac.compare_digest(one, expected) for one in given):
        raise wrong_signature()
    require_recent(seconds, OLDEST_ATTEMPT)
