"""Changes to hooks, and what providers post to them."""

import hashlib
import secrets
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.conversations.channels.email.envelope import Envelope, under_envelope
from ancora.conversations.channels.email.hooks.provider import Delivered, Reported
from ancora.conversations.channels.email.mail_files import header_of
from ancora.conversations.channels.email.parsing import parse
from ancora.conversations.commands.receive import receive
from ancora.conversations.commands.set_aside import receive_set_aside
from ancora.conversations.commands.settle_reported import settle_reported
from ancora.conversations.models import InboundHook, Mailbox
from ancora.conversations.queries import mailbox_at
from ancora.platform import clock
from ancora.platform.accounts.events import SettingChanged
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish


@transaction.atomic
def save_hook(hook: InboundHook, *, typed: dict[str, str], actor: Actor) -> InboundHook:
    """Keeps a new hook, with an address of its own, or the changed fields of an old one. `typed` holds the secrets
    that were typed anew; the others stay as they are. What was refused before is forgotten."""
    is_new = hook.pk is None
    for name, value in typed.items():
        setattr(hook, name, value.strip())
    hook.refused_at, hook.refusal = None, ""
    if is_new:
        _give_address(hook)
        hook.save()
    else:
        names = ["name", "mailbox", "is_active", "refused_at", "refusal", *typed]
        hook.save(update_fields=names)
    publish(SettingChanged(kind="hook", row_id=hook.pk, verb="created" if is_new else "changed"), actor=actor)
    return hook


@transaction.atomic
def renew_address(hook: InboundHook, *, actor: Actor) -> InboundHook:
    """A new secret address; posts to the old one are refused from now on. Amazon has to confirm the new one."""
    _give_address(hook)
    hook.topic = ""
    hook.save(update_fields=["token", "token_digest", "topic"])
    publish(SettingChanged(kind="hook", row_id=hook.pk, verb="renewed"), actor=actor)
    return hook


@transaction.atomic
def remove_hook(hook: InboundHook, *, actor: Actor) -> None:
    """What came through it stays."""
    publish(SettingChanged(kind="hook", row_id=hook.pk, verb="removed"), actor=actor)
    hook.delete()


@transaction.atomic
def take_posted(
    hook: InboundHook, *, mails: Iterable[Delivered] = (), reports: Iterable[Reported] = (), topic: str = ""
) -> None:
    """Everything of one post, or nothing of it. Once this is committed the provider may be told so."""
    used = {}
    for mail in mails:
        _take_mail(hook, mail)
        used["received_at"] = clock.now()
    for report in reports:
        settle_reported(list(report.message_ids), kind=report.kind, recipient=report.recipient, words=report.words)
        used["reported_at"] = clock.now()
    if topic and not hook.topic:
        used["topic"] = topic[:256]
    # Last, so that posts that come at once wait for each other as briefly as can be.
    if used:
        InboundHook.objects.filter(pk=hook.pk).update(**used)


@transaction.atomic
def take_unreadable(hook: InboundHook, body: bytes, *, trouble: str) -> None:
    """A post that is proved, and in which no mail can be found: kept as it came, for a person to look at."""
    words = _("%(provider)s sent a mail in a form that cannot be read (%(trouble)s). What it sent is kept as it came.")
    reason = words % {"provider": hook.get_provider_display(), "trouble": trouble}
    key = f"hook:{hook.pk}:{_digest(body)}"
    receive_set_aside(body, key=key, mailbox=hook.mailbox, reason=reason)
    note_refusal(hook, reason)


def note_refusal(hook: InboundHook, words: str) -> None:
    """The last one is shown on the hook's page."""
    InboundHook.objects.filter(pk=hook.pk).update(refused_at=clock.now(), refusal=words[:2000])


def _give_address(hook: InboundHook) -> None:
    hook.token = secrets.token_urlsafe(32)
    hook.token_digest = hashlib.sha256(hook.token.encode()).hexdigest()


def _take_mail(hook: InboundHook, mail: Delivered) -> None:
    """One arrival for each mailbox it came to, else one in the quarantine."""
    moment = clock.now()
    received = f"from {hook.get_provider_display()} by Ancora with HTTP"
    raw = under_envelope(mail.raw, Envelope(mail.sender, mail.recipients, received), moment)
    for mailbox in _mailboxes(hook, mail):
        whose = mailbox.pk if mailbox else _digest(repr(mail.recipients).encode())
        key = f"hook:{hook.pk}:{_digest(mail.identity.encode())}:{whose}"
        if mailbox is not None:
            receive(raw, key=key, mailbox=mailbox, received_at=moment)
            continue
        words = _("No mailbox in use has the address %(address)s.")
        reason = words % {"address": ", ".join([*mail.recipients, *_named_in(mail.raw)][:5])}
        receive_set_aside(raw, key=key, mailbox=None, reason=reason, received_at=moment)


def _mailboxes(hook: InboundHook, mail: Delivered) -> list[Mailbox | None]:
    """The hook's own, else those of the envelope. Where mail is forwarded to an address of the provider's, only the
    mail itself names ours."""
    if hook.mailbox is not None:
        return [hook.mailbox]
    return _with(mail.recipients) or _with(_named_in(mail.raw)) or [None]


def _with(addresses: Iterable[str]) -> list[Mailbox]:
    return list({box.pk: box for address in addresses if (box := mailbox_at(address))}.values())


def _named_in(raw: bytes) -> list[str]:
    return parse(header_of(raw)).delivered_to


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()
