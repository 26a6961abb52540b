"""Mailgun: routes that forward here, and its webhooks. Signed is a time and a token, not the content."""

import hashlib
import hmac
import json

from anymail.webhooks.mailgun import MailgunInboundWebhookView, MailgunTrackingWebhookView
from django.utils.translation import gettext_lazy as _

from ancora.conversations.channels.email.hooks.anymail_parts import rebuilt, reported, require_valid
from ancora.conversations.channels.email.hooks.forms import digest_of, field_bytes
from ancora.conversations.channels.email.hooks.proofs import require_recent
from ancora.conversations.channels.email.hooks.provider import Delivered, Provider, Trial, payload
from ancora.platform import clock


class Mailgun(Provider):
    suffix = "mime"
    secret_name = _("HTTP webhook signing key")
    steps = (
        _("In Mailgun open Receiving and create a route that matches your support addresses."),
        _(
            "As its action choose Forward, and write this address. Because it ends in mime, Mailgun sends the mail "
            "whole."
        ),
        _("Copy the HTTP webhook signing key from API security into this page."),
        _(
            "For reports, add this address under Sending, Webhooks for delivered, permanent failure and spam "
            "complaints."
        ),
    )

    def prove(self, request):
        require_valid(MailgunTrackingWebhookView(webhook_signing_key=self.required_secret()), request)
        signed = payload(request)["signature"] if self.is_report(request) else request.POST
        require_recent(signed["timestamp"])

    def is_report(self, request):
        return request.content_type == "application/json"

    def mails(self, request):
        fields = request.POST
        recipients = tuple(one.strip() for one in fields.get("recipient", "").split(",") if one.strip())
        raw = field_bytes(request, "body-mime")
        if raw is not None:
            return [Delivered(raw, hashlib.sha256(raw).hexdigest(), fields.get("sender"), recipients)]
        identity = digest_of(request, "timestamp", "token", "signature")
        view = MailgunInboundWebhookView(webhook_signing_key=self.required_secret())
        return [
            Delivered(rebuilt(event.message), identity, fields.get("sender"), recipients)
            for event in view.parse_events(request)
        ]

    def reports(self, request):
        view = MailgunTrackingWebhookView(webhook_signing_key=self.required_secret())
        return [one for event in view.parse_events(request) for one in reported(event, event.message_id)]

    def trial(self):
        seconds, token = str(int(clock.now().timestamp())), "0" * 50
        mac = hmac.digest(self.required_secret().encode(), f"{seconds}{token}".encode(), "sha256").hex()
        signature = {"timestamp": seconds, "token": token, "signature": mac}
        return Trial(json.dumps({"signature": signature, "event-data": {"event": "accepted"}}).encode())


PROVIDER = Mailgun
