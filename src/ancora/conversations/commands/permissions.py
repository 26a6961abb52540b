"""Permissions of providers: what an installation is known by there, and what was allowed for a mailbox."""

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.conversations.channels.email.oauth import exchange
from ancora.conversations.channels.email.oauth.access import write_down
from ancora.conversations.channels.email.oauth.providers import KINDS, client_of
from ancora.conversations.channels.email.oauth.trouble import OAuthTrouble
from ancora.conversations.models import Grant, Mailbox, Provider
from ancora.platform import clock
from ancora.platform.accounts.events import SettingChanged
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.platform.keys import KeyChanged

_PLAIN = ("client_id", "tenant", "authorize_url", "token_url", "scopes")


@transaction.atomic
def save_provider(provider: Provider, *, secret: str, actor: Actor) -> Provider:
    """Keeps what administrators wrote of a provider, for all its mailboxes; an empty `secret` keeps the stored one.
    Nothing happens when nothing was changed."""
    stored = Provider.objects.filter(pk=provider.pk).values_list(*_PLAIN).first()
    if stored == tuple(getattr(provider, name) for name in _PLAIN) and not secret:
        return provider
    if secret:
        provider.client_secret = secret
    provider.save(update_fields=None if stored is None else [*_PLAIN, *(["client_secret"] if secret else [])])
    # Whoever waits after a refusal asks again with the new words.
    of_kind = [sign_in for sign_in, kind in KINDS.items() if kind == provider.kind]
    Grant.objects.filter(mailbox__sign_in__in=of_kind).update(retry_at=None, failures=0)
    publish(SettingChanged(kind="provider", verb="created" if stored is None else "changed"), actor=actor)
    return provider


def connect_mailbox(mailbox: Mailbox, *, code: str, redirect_uri: str, verifier: str, person: User) -> Grant:
    """Turns the code that the page of consent gave into a lasting permission; refused with the provider's words."""
    try:
        provider = Provider.objects.get(pk=KINDS[mailbox.sign_in])
        client = client_of(provider, mailbox.sign_in)
        given = exchange.redeem(client, code=code, redirect_uri=redirect_uri, verifier=verifier)
    except OAuthTrouble as trouble:
        if trouble.reason == "consent":
            words = _("%(name)s does not take its own answer any more; it may have been too slow. Begin again.")
            raise Refusal(words % {"name": client.name}) from trouble
        raise Refusal(str(trouble)) from trouble
    except (Provider.DoesNotExist, KeyError, KeyChanged) as error:
        raise Refusal(_("The client ID and secret are missing. Write them in the settings.")) from error
    if not given.refresh_token:
        words = _("%(name)s gave a permission for one hour only, without a refresh token. Nothing was changed.")
        raise Refusal(words % {"name": client.name})
    return _keep(mailbox, given, person)


@transaction.atomic
def _keep(mailbox: Mailbox, given: exchange.Tokens, person: User) -> Grant:
    now = clock.now()
    Grant.objects.get_or_create(mailbox=mailbox, defaults={"granted_at": now})
    grant = Grant.objects.select_for_update(of=("self",)).get(pk=mailbox.pk)
    grant.account = ""
    write_down(grant, given)
    grant.granted_at, grant.granted_by = now, person
    grant.save()
    publish(SettingChanged(kind="mailbox", row_id=mailbox.pk, verb="connected"), actor=Actor.human(person))
    return grant
