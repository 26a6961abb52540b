"""XOAUTH2 (Google's and Microsoft's) and OAUTHBEARER (RFC 7628): how a token is shown to a mail server."""

import base64
import json
from collections.abc import Iterable

from django.utils.translation import gettext as _

# The first that the server offers.
MECHANISMS = ("XOAUTH2", "OAUTHBEARER")


def chosen(offered: Iterable[str]) -> str:
    """The mechanism to use; a server that names none is tried with the usual one."""
    names = {name.upper() for name in offered}
    return next((name for name in MECHANISMS if name in names), MECHANISMS[0])


def first_words(mechanism: str, user: str, token: str, host: str, port: int) -> bytes:
    """What the client says, in base64."""
    if mechanism == "OAUTHBEARER":
        name = user.replace("=", "=3D").replace(",", "=2C")
        text = f"n,a={name},\1host={host}\1port={port}\1auth=Bearer {token}\1\1"
    else:
        text = f"user={user}\1auth=Bearer {token}\1\1"
    return base64.b64encode(text.encode())


def last_words(mechanism: str) -> bytes:
    """What a server that refused wants to hear before it says so."""
    return base64.b64encode(b"\1") if mechanism == "OAUTHBEARER" else b""


def refusal(host: str, challenge: bytes, said: str) -> str:
    """Why a server refused a token, in plain words: of its challenge (JSON in base64) and its last answer."""
    status = _status(challenge)
    words = {"host": host, "answer": " · ".join(filter(None, (status, said)))[:300] or "?"}
    if status in ("403", "insufficient_scope"):
        message = _(
            "%(host)s says that the permission does not cover mail (%(answer)s). Connect it again and allow it."
        )
    elif status in ("400", "401", "invalid_token"):
        message = _(
            "%(host)s does not accept the permission (%(answer)s). See that it was given for this user name, and that"
            " the provider lets this mailbox be read by programs."
        )
    else:
        message = _("%(host)s refuses to let us sign in with the permission: %(answer)s")
    return message % words


def _status(challenge: bytes) -> str:
    try:
        found = json.loads(base64.b64decode(challenge, validate=True))
        return str(found.get("status") or found.get("error") or "")[:60]
    except (ValueError, AttributeError):
        return ""
