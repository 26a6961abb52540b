"""Mailboxes of a local provider, with the permission that somebody gave."""

from datetime import timedelta

from ancora.conversations.channels.email.tests.oauth_provider import CLIENT_ID, CLIENT_SECRET, SCOPE, OAuthProvider
from ancora.conversations.models import Grant, Mailbox, Provider
from ancora.platform import clock


def know(provider: OAuthProvider) -> Provider:
    """The provider as an administrator has written it down."""
    known = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "scopes": SCOPE}
    urls = {"authorize_url": f"{provider.address}/authorize", "token_url": f"{provider.address}/token"}
    return Provider.objects.create(kind="other", **known, **urls)


def grant_to(box: Mailbox, provider: OAuthProvider, **fields) -> Grant:
    """The permission, given just now."""
    given, now = provider.give(box.address), clock.now()
    row = {
        "access_token": given["access_token"],
        "refresh_token": given["refresh_token"],
        "expires_at": now + timedelta(seconds=provider.lifetime),
        "refreshed_at": now,
        "granted_at": now,
        "gone_at": None,
        "error": "",
        **fields,
    }
    return Grant.objects.update_or_create(mailbox=box, defaults=row)[0]


def grown_old(box: Mailbox, **fields) -> None:
    """The permission was renewed an hour ago, and its token has ended."""
    past = clock.now() - timedelta(hours=1)
    fields = {"refreshed_at": past, "expires_at": past + timedelta(minutes=59), **fields}
    Grant.objects.filter(pk=box.pk).update(**fields)
