"""The token of a mailbox: kept, renewed before it ends, and renewed once when a mail server refuses it.

The row of the permission is locked while the provider is asked, in a transaction of its own: the others wait and find
the new token. What the provider gives, a new refresh token too, is committed before anybody uses it.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.conversations.channels.email.oauth import exchange
from ancora.conversations.channels.email.oauth.providers import KINDS, client_of
from ancora.conversations.channels.email.oauth.trouble import OAuthTrouble
from ancora.conversations.models import Grant, Mailbox, Provider, SignIn
from ancora.platform import clock
from ancora.platform.keys import KeyChanged

# Renewed this long before it ends: longer than signing in may take.
EARLY = timedelta(minutes=5)
# A token as young as this that is refused is not refused for its age: another one would be refused as well.
YOUNG = timedelta(minutes=2)
# After a failure the provider is left alone, longer and longer.
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Access:
    """The way to the token of one mailbox; everything raises `OAuthTrouble`. Asks the database, and perhaps the
    provider: not for an event loop."""

    mailbox_id: int

    def token(self) -> str:
        """One that is good for some minutes at least."""
        return access_token(self.mailbox_id)

    def token_after(self, refused: str) -> str:
        """Another one than the server `refused`; a trouble when there is none."""
        return access_token(self.mailbox_id, refused=refused)


def access_of(mailbox: Mailbox) -> Access | None:
    """None for a mailbox that signs in with a password."""
    return None if mailbox.sign_in == SignIn.PASSWORD else Access(mailbox.pk)


def access_token(mailbox_id: int, *, refused: str = "") -> str:
    grant = Grant.objects.filter(pk=mailbox_id).first()
    if grant is None:
        _begin_as_application(mailbox_id)
    elif (token := _at_hand(grant, refused)) is not None:
        return token
    return _renewed(mailbox_id, refused)


def _begin_as_application(mailbox_id: int) -> None:
    mailbox = Mailbox.objects.filter(pk=mailbox_id).only("sign_in").first()
    if mailbox is None:
        raise OAuthTrouble(_("Save the mailbox first. Then it is connected, and can be tried."), "consent")
    if mailbox.sign_in != SignIn.MICROSOFT_APP:
        raise OAuthTrouble(_("Nobody has given the permission yet. Connect it on the page of the mailbox."), "consent")
    Grant.objects.get_or_create(mailbox_id=mailbox_id, defaults={"granted_at": clock.now()})


def _renewed(mailbox_id: int, refused: str) -> str:
    with transaction.atomic(durable=True):
        grant = Grant.objects.select_for_update(of=("self",)).select_related("mailbox").get(pk=mailbox_id)
        if (token := _at_hand(grant, refused)) is not None:
            return token
        trouble = _renew(grant)
        grant.save()
    if trouble is None:
        return grant.access_token
    if grant.access_token and grant.access_token != refused and clock.now() < grant.expires_at:
        # The provider is away for a moment, and the old token still has some minutes.
        return grant.access_token
    raise trouble


def _at_hand(grant: Grant, refused: str) -> str | None:
    """The stored token when it will do, None when the provider is to be asked."""
    now = clock.now()
    if grant.gone_at is not None:
        raise OAuthTrouble(grant.error, "consent")
    token = _opened(grant)
    if token and token != refused and now < grant.expires_at - min(EARLY, _lifetime_of(grant) / 2):
        return token
    if refused and token == refused and grant.refreshed_at <= now < grant.refreshed_at + YOUNG:
        raise OAuthTrouble("", "token")
    # Not simply below: a clock that was set back must not silence us for days.
    if grant.retry_at is not None and now < grant.retry_at <= now + exchange.LONGEST_WAIT:
        if token and token != refused and now < grant.expires_at:
            return token
        raise OAuthTrouble(grant.error, "provider")
    return None


def _opened(grant: Grant) -> str:
    try:
        return grant.access_token
    except KeyChanged as error:
        words = _("The stored permission cannot be read: this installation has another key. Connect it again.")
        raise OAuthTrouble(words, "consent") from error


def _lifetime_of(grant: Grant) -> timedelta:
    return grant.expires_at - grant.refreshed_at


def _renew(grant: Grant) -> OAuthTrouble | None:
    """Ask the provider and write into the locked row what it says."""
    try:
        write_down(grant, _given_to(grant))
    except OAuthTrouble as trouble:
        _put_off(grant, trouble)
        return trouble
    return None


def _given_to(grant: Grant) -> exchange.Tokens:
    sign_in = grant.mailbox.sign_in
    provider = Provider.objects.filter(pk=KINDS.get(sign_in, "")).first()
    if provider is None:
        raise OAuthTrouble(_("The client ID and secret are missing. Write them in the settings."), "client")
    try:
        client = client_of(provider, sign_in)
        return (
            exchange.as_application(client) if client.is_application else exchange.refresh(client, grant.refresh_token)
        )
    except KeyChanged as error:
        words = _("The stored client secret cannot be read: this installation has another key. Type it anew.")
        raise OAuthTrouble(words, "client") from error


def write_down(grant: Grant, given: exchange.Tokens) -> None:
    """What a provider gave, into a row that is not saved yet."""
    now = clock.now()
    grant.access_token, grant.expires_at, grant.refreshed_at = given.access_token, now + given.lifetime, now
    grant.refresh_token = given.refresh_token or grant.refresh_token
    grant.account = given.account or grant.account
    grant.gone_at, grant.retry_at, grant.failures, grant.error = None, None, 0, ""


def _put_off(grant: Grant, trouble: OAuthTrouble) -> None:
    now = clock.now()
    grant.error = str(trouble)[:2000]
    if trouble.reason == "consent":
        grant.gone_at, grant.access_token, grant.refresh_token = now, "", ""
        return
    grant.failures = min(grant.failures + 1, 20)
    wait = min(FIRST_WAIT * 2 ** (grant.failures - 1), LONGEST_WAIT)
    grant.retry_at = now + max(wait, trouble.wait or wait)
