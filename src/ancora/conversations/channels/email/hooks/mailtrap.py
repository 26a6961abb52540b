"""Mailtrap: its inbound inboxes and sending webhooks, signed over the body. The mail itself is fetched from it."""

import hmac
import json
from urllib.parse import quote

from anymail.webhooks.mailtrap import MailtrapTrackingWebhookView
from django.utils.translation import gettext_lazy as _

from ancora.conversations.channels.email.hooks.anymail_parts import require_valid
from ancora.conversations.channels.email.hooks.fetching_more import fetch, fetch_named
from ancora.conversations.channels.email.hooks.proofs import no_signature
from ancora.conversations.channels.email.hooks.provider import Delivered, Provider, Trial, payload

API = "https://mailtrap.io/api"
# Its button “Test your integration” names an inbox that does not exist.
EXAMPLE_INBOX = 1


class Mailtrap(Provider):
    secret_name = _("Signing secret")
    access_key_name = _("API token")
    steps = (
        _("In Mailtrap open Inbound, your inbox, Integrations, and add a webhook with this address."),
        _("Copy its signing secret into this page."),
        _("Make an API token that may read this inbox and copy it into this page: the mail is fetched with it."),
    )

    def prove(self, request):
        if "Mailtrap-Signature" not in request.headers:
            raise no_signature()
        require_valid(self._view(), request)

    def is_report(self, request):
        return not any(one["event"].startswith("inbound") for one in payload(request).get("events", []))

    def mails(self, request):
        return [
            self._fetched(event)
            for event in payload(request)["events"]
            if event.get("inbox_id") not in (None, EXAMPLE_INBOX)
        ]

    def trial(self):
        body = b'{"events": []}'
        mac = hmac.digest(self.required_secret().encode(), body, "sha256").hex()
        return Trial(body, headers=(("Mailtrap-Signature", mac),))

    def _fetched(self, event: dict) -> Delivered:
        inbox, message = quote(str(event["inbox_id"]), safe=""), quote(str(event["message_id"]), safe="")
        place = f"{API}/inbound/inboxes/{inbox}/messages/{message}"
        about = json.loads(fetch(place, Authorization=f"Bearer {self.hook.access_key}").body)
        return Delivered(fetch_named(about["raw_message_url"], API), f"{inbox}/{message}")

    def _view(self) -> MailtrapTrackingWebhookView:
        return MailtrapTrackingWebhookView(tracking_secret=self.required_secret())


PROVIDER = Mailtrap
