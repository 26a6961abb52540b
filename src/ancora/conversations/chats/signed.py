"""Who the visitor is, in the words of the website that shows the chat: a JWT (RFC 7519) signed with HS256 and the key
of the account. `sub` is the person's id at the website, `exp` must be within a day; `name`, `email`, `email_verified`
as in OpenID Connect Core 1.0, section 5.1."""

import base64
import binascii
import hmac
import json
import math
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from ancora.conversations.channels.contract import Rejected
from ancora.platform import clock
from ancora.platform.errors import Refusal

LONGEST_SECONDS = 24 * 60 * 60
# Clocks differ.
LEEWAY_SECONDS = 60
MOST_CHARACTERS = 4000


class NotSigned(Refusal, Rejected):
    """The token proves nothing."""

    def __init__(self, words: str):
        super().__init__(words, 403)


@dataclass(frozen=True, slots=True)
class SignedPerson:
    """What the website vouches for."""

    user_id: str
    name: str = ""
    email: str = ""
    is_email_verified: bool = False


def person_of(token: str, *keys: str, now: datetime | None = None) -> SignedPerson:
    """Who the token is about, signed with one of the keys, as of `now`; `NotSigned` for one that is wrong, of another
    key or algorithm, expired, or valid for longer than a day."""
    parts = token.split(".") if len(token) <= MOST_CHARACTERS else []
    if len(parts) != 3:
        raise _wrong()
    head, claims, signature = parts
    signed, given = f"{head}.{claims}".encode("utf-8", "replace"), _decoded(signature)
    fits = [hmac.compare_digest(hmac.digest(key.encode(), signed, "sha256"), given) for key in keys if key]
    if _read(head).get("alg") != "HS256" or not any(fits):
        raise _wrong()
    return _person(_read(claims), now or clock.now())


def _person(claims: dict, now: datetime) -> SignedPerson:
    ends, user_id = claims.get("exp"), claims.get("sub")
    is_moment = isinstance(ends, int | float) and not isinstance(ends, bool) and math.isfinite(ends)
    if not is_moment or not isinstance(user_id, str | int) or isinstance(user_id, bool) or not _plain(str(user_id)):
        raise _wrong()
    left = ends - now.timestamp()
    if left < -LEEWAY_SECONDS:
        raise NotSigned(_("The proof of who you are has expired. Load the page again."))
    if left > LONGEST_SECONDS + LEEWAY_SECONDS:
        raise NotSigned(
            _("The proof of who you are is valid for too long: a day at most. Tell the owner of this page.")
        )
    words = {name: value if isinstance(value := claims.get(name), str) else "" for name in ("name", "email")}
    return SignedPerson(
        user_id=_plain(str(user_id))[:200],
        name=_plain(words["name"])[:200],
        email=_plain(words["email"])[:320],
        is_email_verified=claims.get("email_verified") is True,
    )


def _plain(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode().strip()


def _read(part: str) -> dict:
    try:
        found = json.loads(_decoded(part))
    except (ValueError, RecursionError):
        raise _wrong() from None
    if not isinstance(found, dict):
        raise _wrong()
    return found


def _decoded(part: str) -> bytes:
    try:
        return base64.b64decode(part.encode("ascii") + b"=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise _wrong() from None


def _wrong() -> NotSigned:
    return NotSigned(_("The proof of who you are is not valid. Load the page again, or tell the owner of this page."))
