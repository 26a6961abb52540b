"""Changes to mailboxes."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from ancora.conversations.commands.permissions import save_provider
from ancora.conversations.commands.sending_turns import forget_trouble
from ancora.conversations.models import Fetch, Grant, Mailbox, OldMail, Provider
from ancora.conversations.queries import SECRETS, forget_addresses
from ancora.parties.models import Team
from ancora.platform.accounts.events import SettingChanged
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish

_PLACE = ("imap_host", "imap_user", "imap_folder")
# Changed by commands of their own, which may run while a form is open.
_ELSEWHERE = {"id", "fetching_paused_at", "fetching_paused_by", "sending_paused_at", "sending_paused_by"}


@transaction.atomic
def save_mailbox(
    mailbox: Mailbox,
    *,
    teams: Iterable[Team],
    passwords: dict[str, str],
    provider: tuple[Provider, str] | None = None,
    actor: Actor,
) -> Mailbox:
    """Keeps a new mailbox, or the changed fields of an old one. `passwords` holds those that were typed anew; the
    others stay as they are. `provider`: the one it signs in with, and its secret if that was typed anew. Refused when
    another mailbox has one of its addresses."""
    _require_free_addresses(mailbox)
    if provider is not None:
        save_provider(provider[0], secret=provider[1], actor=actor)
    is_new = mailbox.pk is None
    for name, password in passwords.items():
        setattr(mailbox, name, password)
    if is_new:
        mailbox.save()
    else:
        _begin_anew_where_needed(mailbox)
        kept = _ELSEWHERE | {name for name in SECRETS if name not in passwords}
        mailbox.save(update_fields=[f.name for f in mailbox._meta.concrete_fields if f.name not in kept])
    mailbox.teams.set(teams)
    forget_trouble(mailbox)
    publish(SettingChanged(kind="mailbox", row_id=mailbox.pk, verb="created" if is_new else "changed"), actor=actor)
    transaction.on_commit(forget_addresses)
    return mailbox


def _begin_anew_where_needed(mailbox: Mailbox) -> None:
    before = Mailbox.objects.only(*_PLACE, "sign_in", "old_mail").filter(pk=mailbox.pk).first()
    if before is None:
        return
    if before.sign_in != mailbox.sign_in:
        # A permission of one provider is worth nothing at another.
        Grant.objects.filter(mailbox=mailbox).delete()
    if any(getattr(before, name) != getattr(mailbox, name) for name in _PLACE):
        # Another folder counts its mails anew: the old cursor would skip or repeat them.
        Fetch.objects.filter(mailbox=mailbox).delete()
    elif before.old_mail != mailbox.old_mail:
        # Old mail that was left is imported after all; or what was not imported yet is left. What is here stays.
        last = F("old_until_uid") if mailbox.old_mail == OldMail.IMPORT else F("old_uid")
        Fetch.objects.filter(mailbox=mailbox).update(old_end_uid=last, old_total=0, old_done=0)


def _require_free_addresses(mailbox: Mailbox) -> None:
    own = set(mailbox.addresses)
    for other in Mailbox.objects.exclude(pk=mailbox.pk).only("name", "address", "aliases"):
        if shared := own & set(other.addresses):
            raise Refusal(
                _("The address %(address)s belongs to the mailbox “%(name)s” already.")
                % {"address": sorted(shared)[0], "name": other.name}
            )
