"""Changes to the chats of websites."""

import secrets

from django.db import transaction

from ancora.conversations.chats.queries import KIND
from ancora.conversations.chats.visitors import digest_of
from ancora.conversations.commands.sending_queue import wake
from ancora.conversations.models import ChannelAccount, WaitsFor
from ancora.platform.accounts.events import SettingChanged
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
    """Another key signs who visitors are; what was signed with the old one is refused at once. Whoever is known by it
    already stays known. The address stays, unless this installation cannot read it any more."""
    account = ChannelAccount.objects.select_for_update().get(pk=account.pk)
    account.secret = _random()
    if not can_be_read(account):
        _give_address(account)
    account.save(update_fields=["secret", "token", "token_digest"])
    _tell(account, "renewed", actor)


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
