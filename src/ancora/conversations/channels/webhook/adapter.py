"""The webhook channel in the words of the contract."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from ancora.conversations.channels.contract import (
    Capabilities,
    Handover,
    InboundMessage,
    InboundReceipt,
    Outbound,
    Posted,
    Proof,
    Proved,
    ReceiptKind,
    SendResult,
    check,
)
from ancora.conversations.channels.webhook import payload, signing
from ancora.conversations.models import ChannelAccount

_CAPABILITIES = Capabilities(
    handles={"external": Proof.WEAK},
    files=payload.FILES,
    receipts=frozenset(ReceiptKind),
    is_idempotent=True,
)


class WebhookAdapter:
    """`settings` of an account: address (where answers are posted), trusts_addresses, and where the other side has
    limits, most_characters and window_hours."""

    kind = "webhook"
    name = _("Webhook")
    settings_form = "ancora.conversations.channels.webhook.forms.WebhookForm"

    def capabilities(self, account: ChannelAccount | None = None) -> Capabilities:
        settings = account.settings if account else {}
        found, hours = _CAPABILITIES, settings.get("window_hours")
        if settings.get("trusts_addresses"):
            found = replace(found, handles={**found.handles, "email": Proof.STRONG})
        return replace(
            found,
            most_characters=settings.get("most_characters"),
            window=timedelta(hours=hours) if hours else None,
        )

    def verify(self, posted: Posted, account: ChannelAccount, now: datetime) -> Proved:
        identity = signing.proved(posted, account.secret, now)
        digest = hashlib.blake2b(identity.encode(), digest_size=16).hexdigest()
        return Proved(f"channel:{account.pk}:{digest}", posted.body)

    def parse(self, raw: bytes, account: ChannelAccount) -> InboundMessage | InboundReceipt:
        return payload.read_posted(raw, trusts_addresses=bool(account.settings.get("trusts_addresses")))

    def render(self, outbound: Outbound, capabilities: Capabilities) -> bytes:
        check(outbound, capabilities)
        return payload.written(outbound)

    def send(self, account: ChannelAccount, handover: Handover) -> SendResult:
        # Its library for HTTP takes six megabytes that only the worker needs.
        from ancora.conversations.channels.webhook.sending import send_signed

        return send_signed(account, handover)


ADAPTER = WebhookAdapter()
