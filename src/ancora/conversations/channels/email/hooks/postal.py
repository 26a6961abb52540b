"""Postal: an HTTP endpoint that gets the raw message, and its webhooks; signed with the installation's RSA key."""

from base64 import b64decode

from anymail.webhooks.postal import PostalTrackingWebhookView
from django.utils.translation import gettext_lazy as _

from ancora.conversations.channels.email.hooks.anymail_parts import reported, require_valid
from ancora.conversations.channels.email.hooks.proofs import no_signature, public_key
from ancora.conversations.channels.email.hooks.provider import Delivered, Provider, as_bytes, payload


class Postal(Provider):
    secret_name = _("Public signing key")
    steps = (
        _(
            "In Postal add an HTTP endpoint with this address; as encoding choose “sent in the body as JSON”, as "
            "format “raw message”."
        ),
        _("Add a route for each support address that leads to this endpoint."),
        _("Copy the p= part of the DKIM record of the installation (postal default-dkim-record) into this page."),
        _("For reports, add this address under Webhooks for all events."),
    )

    def prove(self, request):
        if "X-Postal-Signature" not in request.headers:
            raise no_signature()
        require_valid(self._tracking(), request)

    def is_report(self, request):
        return "rcpt_to" not in payload(request)

    def mails(self, request):
        post = payload(request)
        raw = b64decode(post["message"]) if post.get("base64") else as_bytes(post["message"])
        return [Delivered(raw, str(post["id"]), post.get("mail_from"), (post["rcpt_to"],))]

    def reports(self, request):
        about = payload(request).get("payload", {})
        message = about.get("message") or about.get("original_message") or {}
        events = self._tracking().parse_events(request)
        return [one for event in events for one in reported(event, message.get("message_id"))]

    def trial(self):
        return None

    def _tracking(self) -> PostalTrackingWebhookView:
        return PostalTrackingWebhookView(webhook_key=public_key(self.required_secret()))


PROVIDER = Postal
