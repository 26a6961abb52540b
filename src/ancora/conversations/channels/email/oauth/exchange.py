"""The conversation with a provider: a page of consent, a code for tokens, an old token for a new one (RFC 6749, 7636).

authlib writes the addresses and requests; httpx carries them: 20 MB, loaded when they are needed. Nothing here touches
the database.
"""

import base64
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from ancora.conversations.channels.email.oauth.providers import Client
from ancora.conversations.channels.email.oauth.trouble import OAuthTrouble

if TYPE_CHECKING:
    import httpx

SECONDS = 15
# RFC 6749, 5.1 lets a provider leave it out.
USUAL_LIFETIME = timedelta(hours=1)
LONGEST_WAIT = timedelta(hours=1)
# The permission itself is gone; the last three are Microsoft's, which wants to see the person again.
_GONE = {"invalid_grant", "interaction_required", "consent_required", "login_required"}
_NOT_KNOWN = {"invalid_client", "unauthorized_client"}


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a provider gave. `refresh_token` is empty when the old one goes on; `account` when it is not told."""

    access_token: str
    refresh_token: str
    lifetime: timedelta
    account: str


def consent_url(client: Client, *, redirect_uri: str, state: str, verifier: str, account: str) -> str:
    """Where an administrator gives the permission; `account` is proposed there."""
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    return prepare_grant_uri(
        client.authorize_url,
        client_id=client.client_id,
        response_type="code",
        redirect_uri=redirect_uri,
        scope=client.scopes,
        state=state,
        code_challenge=create_s256_code_challenge(verifier),
        code_challenge_method="S256",
        login_hint=account or None,
        **dict(client.extra),
    )


def redeem(client: Client, *, code: str, redirect_uri: str, verifier: str) -> Tokens:
    """The first tokens, for the code that came back from the page of consent."""
    return _ask(client, "authorization_code", code=code, redirect_uri=redirect_uri, code_verifier=verifier)


def refresh(client: Client, refresh_token: str) -> Tokens:
    """New tokens for an old one; a reason of `consent` means that it will never work again."""
    return _ask(client, "refresh_token", refresh_token=refresh_token)


def as_application(client: Client) -> Tokens:
    """A token for the application itself: client credentials, without a person."""
    return _ask(client, "client_credentials", scope=client.scopes)


def _ask(client: Client, grant_type: str, **words: str) -> Tokens:
    secret = {"client_secret": client.client_secret} if client.client_secret else {}
    import httpx
    from authlib.common.urls import url_decode
    from authlib.oauth2.rfc6749.parameters import prepare_token_request

    body = prepare_token_request(grant_type, "", client_id=client.client_id, **secret, **words)
    try:
        with httpx.Client(timeout=SECONDS, follow_redirects=False) as http:
            headers = {"Accept": "application/json"}
            answer = http.post(client.token_url, data=dict(url_decode(body)), headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        words = {"name": client.name, "error": str(error) or type(error).__name__}
        raise OAuthTrouble(_("%(name)s cannot be asked for a token: %(error)s.") % words, "unreachable") from error
    return _read(client, answer)


def _read(client: Client, answer: "httpx.Response") -> Tokens:
    try:
        found = answer.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        found = {}
    if answer.is_success and isinstance(found.get("access_token"), str) and found["access_token"]:
        return Tokens(
            found["access_token"],
            found["refresh_token"] if isinstance(found.get("refresh_token"), str) else "",
            _lifetime(found.get("expires_in")),
            _account(found.get("id_token")),
        )
    raise _trouble(client, answer, found)


def _trouble(client: Client, answer: "httpx.Response", found: dict) -> OAuthTrouble:
    code = found.get("error") if isinstance(found.get("error"), str) else ""
    said = found.get("error_description") if isinstance(found.get("error_description"), str) else ""
    words = {"name": client.name, "answer": " ".join(f"{code or answer.status_code} {said}".split())[:300]}
    if code in _GONE and not client.is_application:
        return OAuthTrouble(_("The permission for %(name)s is gone. Connect it again.") % words, "consent")
    if code in _NOT_KNOWN:
        message = _("%(name)s does not know this client ID and secret: %(answer)s. Correct them in the settings.")
        return OAuthTrouble(message % words, "client")
    return OAuthTrouble(_("%(name)s gives no token: %(answer)s.") % words, "provider", _wanted_wait(answer))


def _lifetime(seconds: object) -> timedelta:
    try:
        return timedelta(seconds=max(0, min(int(seconds), 10**7)))
    except (TypeError, ValueError):
        return USUAL_LIFETIME


def _wanted_wait(answer: "httpx.Response") -> timedelta | None:
    seconds = answer.headers.get("Retry-After", "")
    return min(timedelta(seconds=int(seconds)), LONGEST_WAIT) if seconds.isdecimal() and len(seconds) < 8 else None


def _account(id_token: object) -> str:
    """Whose permission it is. The signature need not be looked at: the token came from the provider itself, over TLS
    (OpenID Connect Core, 3.1.3.7), and the address is only shown."""
    try:
        middle = id_token.split(".")[1]
        found = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
        address = found.get("email") or found.get("preferred_username") or ""
    except (AttributeError, IndexError, ValueError, TypeError):
        return ""
    return address[:320] if isinstance(address, str) else ""
