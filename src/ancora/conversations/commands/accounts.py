"""Changes to accounts of channels, and what is posted to them."""

import hashlib
import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.conversations.channels.contract import Proved
from ancora.conversations.channels.webhook.signing import new_key
from ancora.conversations.commands.receive import Delivery, receive_all
from ancora.conversations.commands.sending_queue import wake
from ancora.conversations.models import ChannelAccount, WaitsFor
from ancora.platform import clock
from ancora.platform.accounts.events import SettingChanged
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.platform.keys import KeyChanged

_CHANGED = ["name", "mailbox", "is_active", "settings", "refused_at", "refusal"]


@transaction.atomic
def save_account(account: ChannelAccount, *, actor: Actor) -> ChannelAccount:
    """Keeps a new account, with an address and a signing key of its own, or the changed fields of an old one. What
    was refused before is forgotten, and what waits for the account is tried at once."""
    is_new = account.pk is None
    account.refused_at, account.refusal = None, ""
    if is_new:
        _give_address(account)
        account.secret = new_key()
        account.save()
    else:
        account.save(update_fields=_CHANGED)
        if account.is_active:
            wake(account.mailbox, [WaitsFor.MAILBOX, WaitsFor.SERVER, WaitsFor.RECIPIENT], account=account)
    _tell(account, "created" if is_new else "changed", actor)
    return account


@transaction.atomic
def rotate_key(account: ChannelAccount, *, actor: Actor) -> None:
    """A new signing key signs what we send from now on; the one before is believed until it is put away. `Refusal`
    while two are: a second click would put away the one that the other side has. Where they were encrypted with another
    key of this installation, the address is new too."""
    account = ChannelAccount.objects.select_for_update().get(pk=account.pk)
    try:
        known = account.secret.split()
        if len(known) > 1:
            raise Refusal(_("There are two keys. Put the old one away before you make another."))
        account.secret = " ".join([new_key(), *known])
    except KeyChanged:
        account.secret = new_key()
        _give_address(account)
    account.save(update_fields=["secret", "token", "token_digest"])
    _tell(account, "renewed", actor)


@transaction.atomic
def put_away_old_key(account: ChannelAccount, *, actor: Actor) -> None:
    """From now on only the newest key is believed; nothing when it is the only one."""
    account = ChannelAccount.objects.select_for_update().get(pk=account.pk)
    newest, *older = account.secret.split()
    if not older:
        return
    account.secret = newest
    account.save(update_fields=["secret"])
    _tell(account, "changed", actor)


@transaction.atomic
def keep_delivery(account: ChannelAccount, delivery: Proved) -> bool:
    """Once this is committed the other side may be told so; False when the same delivery is here already."""
    [arrival_id] = receive_all([Delivery(delivery.raw, delivery.key, None, account=account)])
    ChannelAccount.objects.filter(pk=account.pk).update(received_at=clock.now())
    return arrival_id is not None


def note_refusal(account: ChannelAccount, words: str) -> None:
    """The last one is shown on the account's page."""
    ChannelAccount.objects.filter(pk=account.pk).update(refused_at=clock.now(), refusal=words[:2000])


def digest_of(token: str) -> str:
    """By what an account is found, without its token being in the database in the open."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _give_address(account: ChannelAccount) -> None:
    account.token = secrets.token_urlsafe(32)
    account.token_digest = digest_of(account.token)


def _tell(account: ChannelAccount, verb: str, actor: Actor) -> None:
    publish(SettingChanged(kind="channel", row_id=account.pk, verb=verb), actor=actor)
