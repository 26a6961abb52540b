"""Mailjet: the Parse API. Nothing is signed: the secret address is the proof; a mail comes in pieces."""

import hashlib

from anymail.webhooks.mailjet import MailjetInboundWebhookView
from django.utils.translation import gettext_lazy as _

from ancora.conversations.channels.email.hooks.anymail_parts import rebuilt
from ancora.conversations.channels.email.hooks.provider import Delivered, Provider, payload


class Mailjet(Provider):
    needs_secret = False
    steps = (
        _("Create a parse route with Mailjet's API (POST /v3/REST/parseroute) whose Url is this address."),
        _("Let your addresses be forwarded to the address of that route, or point the MX of a domain to Mailjet."),
    )

    def is_report(self, request):
        post = payload(request)
        return isinstance(post, list) or "event" in post

    def mails(self, request):
        [event] = MailjetInboundWebhookView().parse_events(request)
        message, identity = event.message, hashlib.sha256(request.body).hexdigest()
        recipients = (message.envelope_recipient,) if message.envelope_recipient else ()
        return [Delivered(rebuilt(message), identity, message.envelope_sender, recipients)]


PROVIDER = Mailjet
