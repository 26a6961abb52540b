"""MailerSend: inbound routes and webhooks, with the mail whole; signed over the body."""

import hashlib
import hmac

from anymail.webhooks.mailersend import MailerSendTrackingWebhookView
from django.utils.translation import gettext_lazy as _

from ancora.conversations.channels.email.hooks.anymail_parts import require_valid
from ancora.conversations.channels.email.hooks.proofs import no_signature
from ancora.conversations.channels.email.hooks.provider import Delivered, Provider, Trial, as_bytes, payload


class MailerSend(Provider):
    secret_name = _("Signing secret")
    steps = (
        _("In MailerSend open your domain, Inbound, add a route, and write this address as its destination."),
        _("Copy the secret of that route into this page."),
    )

    def prove(self, request):
        if "Signature" not in request.headers:
            raise no_signature()
        require_valid(self._view(), request)

    def is_report(self, request):
        return payload(request).get("type") != "inbound.message"

    def mails(self, request):
        message = payload(request)["data"]
        recipients = tuple(one["email"] for one in message.get("recipients", {}).get("rcptTo", ()))
        raw, sender = as_bytes(message["raw"]), message.get("sender", {}).get("email")
        return [Delivered(raw, str(message.get("id") or hashlib.sha256(raw).hexdigest()), sender, recipients)]

    def trial(self):
        body = b'{"type": "trial"}'
        mac = hmac.digest(self.required_secret().encode(), body, "sha256").hex()
        return Trial(body, headers=(("Signature", mac),))

    def _view(self) -> MailerSendTrackingWebhookView:
        return MailerSendTrackingWebhookView(signing_secret=self.required_secret())


PROVIDER = MailerSend
