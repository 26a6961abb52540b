"""Changes to mailboxes."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.conversations.commands.sending_turns import forget_trouble
from ancora.conversations.models import Fetch, Mailbox
from ancora.conversations.queries import SECRETS, forget_addresses
from ancora.parties.models import Team
from ancora.platform.accounts.events import SettingChanged
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish

_PLACE = ("imap_host", "imap_user", "imap_folder")


@transaction.atomic
def save_mailbox(mailbox: Mailbox, *, teams: Iterable[Team], passwords: dict[str, str], actor: Actor) -> Mailbox:
    """Keeps a new mailbox, or the changed fields of an old one. `passwords` holds those that were typed anew; the
    others stay as they are. Refused when another mailbox has one of its addresses."""
    _require_free_addresses(mailbox)
    is_new = mailbox.pk is None
    for name, password in passwords.items():
        setattr(mailbox, name, password)
    if is_new:
        mailbox.save()
    else:
        if _is_elsewhere(mailbox):
            # Another folder counts its mails anew: the old cursor would skip or repeat them.
            Fetch.objects.filter(mailbox=mailbox).delete()
        kept = {name for name in SECRETS if name not in passwords}
        mailbox.save(update_fields=[f.name for f in mailbox._meta.concrete_fields if f.name not in {"id", *kept}])
    mailbox.teams.set(teams)
    forget_trouble(mailbox)
    publish(SettingChanged(kind="mailbox", row_id=mailbox.pk, verb="created" if is_new else "changed"), actor=actor)
    transaction.on_commit(forget_addresses)
    return mailbox


def _is_elsewhere(mailbox: Mailbox) -> bool:
    before = Mailbox.objects.filter(pk=mailbox.pk).values_list(*_PLACE).first()
    return before is not None and before != tuple(getattr(mailbox, name) for name in _PLACE)


def _require_free_addresses(mailbox: Mailbox) -> None:
    own = set(mailbox.addresses)
    for other in Mailbox.objects.exclude(pk=mailbox.pk).only("name", "address", "aliases"):
        if shared := own & set(other.addresses):
            raise Refusal(
                _("The address %(address)s belongs to the mailbox “%(name)s” already.")
                % {"address": sorted(shared)[0], "name": other.name}
            )
