"""Changes to the chats of websites."""

import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.conversations.chats.keys import kept, keys_of
from ancora.conversations.chats.queries import KIND
from ancora.conversations.chats.visitors import digest_of
from ancora.conversations.commands.sending_queue import wake
from ancora.conversations.models import ChannelAccount, WaitsFor
from ancora.platform.accounts.events import SettingChanged
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.platform.keys import KeyChanged


@transaction.atomic
def save_chat(account: ChannelAccount, *, actor: Actor) -> ChannelAccount:
    """Keeps a new chat, with an address and a signing key of its own, or the changed fields of an old one; what was
    queued for it is tried at once."""
    is_new = account.pk is None
    if is_new:
        account.kind, account.secret = KIND, _random()
        _give_address(account)
        account.save()
    else:
        account.save(update_fields=["name", "mailbox", "is_active", "settings"])
        if account.is_active:
            wake(account.mailbox, [WaitsFor.MAILBOX, WaitsFor.RECIPIENT], account=account)
    _tell(account, "created" if is_new else "changed", actor)
    return account


@transaction.atomic
def renew_key(account: ChannelAccount, *, actor: Actor) -> None:
    """Another key signs who visitors are; the one before is believed for a week, or until it is put away. Whoever is
    known by it already stays known. `Refusal` while two are believed: a second click would put away the one that the
    website has. The address stays, unless this installation cannot read it any more."""
    account = ChannelAccount.objects.select_for_update().get(pk=account.pk)
    if can_be_read(account):
        known = keys_of(account)
        if known.older:
            raise Refusal(_("There are two keys. Put the old one away before you make another."))
        account.secret = kept(_random(), known.newest)
    else:
        account.secret = _random()
        _give_address(account)
    account.save(update_fields=["secret", "token", "token_digest"])
    _tell(account, "renewed", actor)


@transaction.atomic
def put_away_old_key(account: ChannelAccount, *, actor: Actor) -> None:
    """From now on only the newest key is believed; nothing when it is the only one."""
    account = ChannelAccount.objects.select_for_update().get(pk=account.pk)
    known = keys_of(account)
    if known.older:
        account.secret = kept(known.newest)
        account.save(update_fields=["secret"])
        _tell(account, "changed", actor)


def can_be_read(account: ChannelAccount) -> bool:
    """Whether its address was encrypted with the key of this installation."""
    try:
        return bool(account.token)
    except KeyChanged:
        return False


def _give_address(account: ChannelAccount) -> None:
    # It stands in every page of the website: it names the chat, and is no secret.
    account.token = secrets.token_urlsafe(16)
    account.token_digest = digest_of(account.token)


def _random() -> str:
    return secrets.token_urlsafe(32)


def _tell(account: ChannelAccount, verb: str, actor: Actor) -> None:
    publish(SettingChanged(kind="channel", row_id=account.pk, verb=verb), actor=actor)
