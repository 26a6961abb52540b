"""SendGrid: Inbound Parse and the Event Webhook, each signed with a key pair of its own."""

import hashlib
import json

from anymail.webhooks.sendgrid import SendGridInboundWebhookView, SendGridTrackingWebhookView
from django.utils.translation import gettext_lazy as _

from ancora.conversations.channels.email.hooks.anymail_parts import rebuilt, reported, require_valid
from ancora.conversations.channels.email.hooks.forms import digest_of, field_bytes
from ancora.conversations.channels.email.hooks.proofs import no_signature, public_key, require_recent
from ancora.conversations.channels.email.hooks.provider import Delivered, Provider, payload

SIGNATURE, TIME = "X-Twilio-Email-Event-Webhook-Signature", "X-Twilio-Email-Event-Webhook-Timestamp"


class SendGrid(Provider):
    secret_name = _("Verification key")
    needs_secret = False
    steps = (
        _("In SendGrid open Settings, Inbound Parse, and add your domain with this address as its destination URL."),
        _("Switch on “POST the raw, full MIME message”."),
        _("Attach a security policy with signature verification, and copy its public key into this page."),
        _(
            "For reports, connect SendGrid here a second time and use that address as Event Webhook: it has a key "
            "of its own."
        ),
    )

    def prove(self, request):
        if not self.hook.secret:
            return
        if SIGNATURE not in request.headers or TIME not in request.headers:
            raise no_signature()
        require_valid(self._tracking(), request)
        require_recent(request.headers[TIME])

    def is_report(self, request):
        return request.content_type == "application/json"

    def mails(self, request):
        envelope = json.loads(request.POST.get("envelope") or "{}")
        told = {"sender": envelope.get("from"), "recipients": tuple(envelope.get("to", ()))}
        raw = field_bytes(request, "email")
        if raw is not None:
            return [Delivered(raw, hashlib.sha256(raw).hexdigest(), **told)]
        identity = digest_of(request)
        events = SendGridInboundWebhookView().parse_events(request)
        return [Delivered(rebuilt(event.message), identity, **told) for event in events]

    def reports(self, request):
        view = self._tracking()
        # Not the library's own id, which is in no mail of ours.
        return [
            found for one in payload(request) for found in reported(view.esp_to_anymail_event(one), one.get("smtp-id"))
        ]

    def trial(self):
        return None if self.hook.secret else super().trial()

    def _tracking(self) -> SendGridTrackingWebhookView:
        key = public_key(self.hook.secret) if self.hook.secret else None
        return SendGridTrackingWebhookView(tracking_webhook_verification_key=key)


PROVIDER = SendGrid
