"""Mandrill: inbound and event webhooks in one, signed over the address and the fields."""

import hashlib
import hmac
import json
from base64 import b64encode
from urllib.parse import urlencode

from anymail.webhooks.mandrill import MandrillCombinedWebhookView
from django.utils.translation import gettext_lazy as _

from ancora.conversations.channels.email.hooks.anymail_parts import require_valid
from ancora.conversations.channels.email.hooks.place import address_of
from ancora.conversations.channels.email.hooks.proofs import no_signature
from ancora.conversations.channels.email.hooks.provider import Delivered, Provider, Trial, as_bytes


class Mandrill(Provider):
    secret_name = _("Webhook key")
    steps = (
        _(
            "In Mandrill open Inbound, add your domain, and a route for your support addresses with this address as "
            "its webhook."
        ),
        _("Copy the key of that webhook into this page. It stands where webhooks are listed."),
        _(
            "The public address in the settings of the organisation must be exactly the one that Mandrill posts to: "
            "it is signed too."
        ),
    )

    def prove(self, request):
        if "X-Mandrill-Signature" not in request.headers:
            raise no_signature()
        require_valid(self._view(), request)

    def is_report(self, request):
        return not any(event.get("event") == "inbound" for event in self._events(request))

    def mails(self, request):
        found = []
        for event in self._events(request):
            if event.get("event") == "inbound":
                raw, recipient = as_bytes(event["msg"]["raw_msg"]), event["msg"].get("email")
                found.append(Delivered(raw, hashlib.sha256(raw).hexdigest(), None, (recipient,) if recipient else ()))
        return found

    def trial(self):
        mac = hmac.digest(self.required_secret().encode(), f"{address_of(self.hook)}mandrill_events[]".encode(), "sha1")
        signature = ("X-Mandrill-Signature", b64encode(mac).decode())
        body = urlencode({"mandrill_events": "[]"}).encode()
        return Trial(body, "application/x-www-form-urlencoded", (signature,))

    def _events(self, request) -> list:
        return json.loads(request.POST["mandrill_events"])

    def _view(self) -> MandrillCombinedWebhookView:
        return MandrillCombinedWebhookView(webhook_key=self.required_secret(), webhook_url=address_of(self.hook))


PROVIDER = Mandrill
