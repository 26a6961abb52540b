"""Resend: one webhook for mail and reports, signed as Svix does. The mail itself is fetched from it."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from urllib.parse import quote

from anymail.webhooks.resend import ResendTrackingWebhookView
from django.utils.translation import gettext_lazy as _

from ancora.conversations.channels.email.hooks.anymail_parts import reported
from ancora.conversations.channels.email.hooks.fetching_more import fetch, fetch_named
from ancora.conversations.channels.email.hooks.proofs import require_svix
from ancora.conversations.channels.email.hooks.provider import Delivered, NotNow, Provider, Trial, payload
from ancora.platform import clock

API = "https://api.resend.com"


class Resend(Provider):
    secret_name = _("Signing secret")
    access_key_name = _("API key")
    steps = (
        _(
            "In Resend open Webhooks, add this address, and choose email.received; for reports also "
            "email.delivered, email.bounced and email.complained."
        ),
        _("Copy its signing secret, which begins with whsec_, into this page."),
        _("Make an API key with full access and copy it into this page: the mail is fetched with it."),
    )

    def prove(self, request):
        require_svix(request.body, request.headers, self.required_secret())

    def is_report(self, request):
        return payload(request).get("type") != "email.received"

    def mails(self, request):
        about = payload(request)["data"]
        place = f"{API}/emails/receiving/{quote(about['email_id'], safe='')}"
        found = json.loads(fetch(place, Authorization=f"Bearer {self.hook.access_key}").body)
        address = (found.get("raw") or {}).get("download_url")
        if not address:
            raise NotNow(_("Resend does not offer the mail for download yet."))
        recipients = tuple(one for name in ("received_for", "to", "cc", "bcc") for one in about.get(name) or ())
        return [Delivered(fetch_named(address, API), about["email_id"], None, recipients)]

    def reports(self, request):
        about = payload(request).get("data") or {}
        headers = {one["name"].lower(): one["value"] for one in about.get("headers") or ()}
        named = (about.get("message_id"), headers.get("message-id"))
        found = [one for event in ResendTrackingWebhookView().parse_events(request) for one in reported(event, *named)]
        # It tells all recipients of the mail with each report, not the one whom it is about.
        return [replace(one, recipient="") for one in found]

    def trial(self):
        body, seconds = b'{"type": "trial"}', str(int(clock.now().timestamp()))
        key = base64.b64decode(self.required_secret().removeprefix("whsec_"))
        mac = hmac.digest(key, f"trial.{seconds}.".encode() + body, hashlib.sha256)
        signature = f"v1,{base64.b64encode(mac).decode()}"
        return Trial(body, headers=(("svix-id", "trial"), ("svix-timestamp", seconds), ("svix-signature", signature)))


PROVIDER = Resend
