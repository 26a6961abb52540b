"""Postmark: an inbound stream's webhook. Nothing is signed: the secret address is the proof."""

import hashlib

from anymail.webhooks.postmark import PostmarkInboundWebhookView
from django.utils.translation import gettext_lazy as _

from ancora.conversations.channels.email.hooks.anymail_parts import rebuilt
from ancora.conversations.channels.email.hooks.provider import Delivered, Provider, as_bytes, payload


class Postmark(Provider):
    needs_secret = False
    steps = (
        _("In Postmark open your server, its inbound stream, Settings, and write this address as Webhook."),
        _("Tick “Include raw email content in JSON payload”."),
        _("Let your addresses be forwarded to the stream's own address, or point the MX of a domain to Postmark."),
    )

    def is_report(self, request):
        return payload(request).get("RecordType", "Inbound") != "Inbound"

    def mails(self, request):
        post = payload(request)
        [event] = PostmarkInboundWebhookView().parse_events(request)
        raw = as_bytes(post["RawEmail"]) if "RawEmail" in post else rebuilt(event.message)
        identity = post.get("MessageID") or hashlib.sha256(request.body).hexdigest()
        recipient = event.message.envelope_recipient
        return [Delivered(raw, identity, event.message.envelope_sender, (recipient,) if recipient else ())]


PROVIDER = Postmark
