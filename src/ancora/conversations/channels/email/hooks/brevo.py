"""Brevo: inbound parsing. Nothing is signed: the secret address is the proof. Attachments are fetched from Brevo."""

import hashlib
from urllib.parse import quote

from anymail.inbound import AnymailInboundMessage
from anymail.webhooks.brevo import BrevoInboundWebhookView, BrevoTrackingWebhookView
from django.utils.translation import gettext_lazy as _

from ancora.conversations.channels.email.hooks.anymail_parts import rebuilt, reported
from ancora.conversations.channels.email.hooks.fetching_more import fetch
from ancora.conversations.channels.email.hooks.provider import Delivered, Provider, payload

API = "https://api.brevo.com/v3"


class _Inbound(BrevoInboundWebhookView):
    """With the attachments fetched within limits of time and size."""

    def _fetch_attachment(self, attachment):
        found = fetch(
            f"{API}/inbound/attachments/{quote(attachment['DownloadToken'], safe='')}", **{"api-key": self.api_key}
        )
        return AnymailInboundMessage.construct_attachment(
            content_type=found.content_type or attachment["ContentType"],
            content=found.body,
            filename=attachment.get("Name"),
            content_id=attachment.get("ContentID"),
        )


class Brevo(Provider):
    needs_secret = False
    access_key_name = _("API key")
    steps = (
        _("Point the MX of a domain of its own, such as reply.example.com, to Brevo as its inbound parsing says."),
        _("Create an inbound webhook for that domain with this address (event inboundEmailProcessed)."),
        _("Make an API key under SMTP & API and copy it into this page: attachments are fetched with it."),
        _(
            "For reports, add this address under Transactional, Settings, Webhook: delivered, bounces, complaints, "
            "blocked."
        ),
    )

    def is_report(self, request):
        return "items" not in payload(request)

    def mails(self, request):
        view, found = _Inbound(api_key=self.hook.access_key), []
        for item in payload(request)["items"]:
            message = view.esp_to_anymail_event(item).message
            recipients = tuple(item.get("Recipients") or filter(None, [message.envelope_recipient]))
            raw = rebuilt(message)
            identity = (item.get("Uuid") or [hashlib.sha256(raw).hexdigest()])[0]
            found.append(Delivered(raw, identity, message.envelope_sender, recipients))
        return found

    def reports(self, request):
        post = payload(request)
        posts = post if isinstance(post, list) else [post]
        view = BrevoTrackingWebhookView()
        return [found for one in posts for found in reported(view.esp_to_anymail_event(one), one.get("message-id"))]


PROVIDER = Brevo
