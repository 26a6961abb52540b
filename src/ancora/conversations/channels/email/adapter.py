"""E-mail, said in the words of the contract.

Mail has ways of its own that others have not: threads are found by `ladder`, senders are judged by `trust`, mail is
read in lots by `intake`. They stay as they are; this is what every channel has in common.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from ancora.conversations.channels.contract import (
    Capabilities,
    ChannelFile,
    FileLimits,
    Handover,
    InboundMessage,
    InboundReceipt,
    Outbound,
    Posted,
    Proof,
    Proved,
    ReceiptKind,
    SendResult,
    Unreadable,
    Writer,
    check,
)
from ancora.conversations.channels.email.compose import build
from ancora.conversations.channels.email.draft import Draft
from ancora.conversations.channels.email.parsing import parse
from ancora.conversations.models import Mailbox

MOST_ATTACHED_BYTES = 25_000_000
MOST_FILES = 50
_CAPABILITIES = Capabilities(
    # From: proves nothing by itself; a mail that DMARC or DKIM proves is believed by `trust`.
    handles={"email": Proof.STRONG},
    carries_html=True,
    files=FileLimits(most=MOST_FILES, most_bytes=MOST_ATTACHED_BYTES),
    may_begin=True,
    receipts=frozenset({ReceiptKind.DELIVERED, ReceiptKind.FAILED}),
)
_RECEIPTS = {"delivered": ReceiptKind.DELIVERED, "failed": ReceiptKind.FAILED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter(Outbound):
    """What is to leave, with all that only a mail has: `draft` says the same words."""

    draft: Draft


class EmailAdapter:
    kind = "email"
    name = _("E-mail")
    # Its accounts are mailboxes.
    settings_form = ""

    def capabilities(self, account: Mailbox | None = None) -> Capabilities:
        return _CAPABILITIES

    def verify(self, posted: Posted, account: Mailbox, now: datetime) -> Proved:
        """A mail proves nothing of how it came: the door through which it came has, be it our own signing in by IMAP
        or the signature of a provider (`hooks`). Who wrote it is judged when it is read."""
        digest = hashlib.blake2b(posted.body, digest_size=16).hexdigest()
        return Proved(f"mail:{account.pk}:{digest}", posted.body)

    def parse(self, raw: bytes, account: Mailbox) -> InboundMessage | InboundReceipt:
        mail = parse(raw)
        if mail.dsn and mail.dsn.message_id and mail.dsn.action in _RECEIPTS:
            return InboundReceipt(
                key=mail.dsn.message_id, kind=_RECEIPTS[mail.dsn.action], words=mail.dsn.status or mail.subject
            )
        if mail.from_ is None and not mail.text:
            raise Unreadable("neither a sender nor a text")
        return InboundMessage(
            key=mail.message_id or f"none:{hashlib.blake2b(raw, digest_size=16).hexdigest()}",
            writer=Writer("email", mail.from_.address if mail.from_ else "", (mail.from_ and mail.from_.name) or ""),
            text=mail.text,
            subject=mail.subject,
            files=tuple(ChannelFile(one.filename, one.content_type, one.content) for one in mail.attachments),
            sent_at=mail.date,
            reply_to=mail.in_reply_to or "",
            language=mail.language or "",
            auto=mail.auto or "",
        )

    def render(self, outbound: Letter, capabilities: Capabilities) -> bytes:
        check(outbound, capabilities)
        return build(outbound.draft)

    def send(self, account: Mailbox, handover: Handover) -> SendResult:
        # Its library for HTTP, for OAuth, takes six megabytes that only the worker needs.
        from ancora.conversations.channels.email.sending import send_mail

        return send_mail(account, handover)


ADAPTER = EmailAdapter()
