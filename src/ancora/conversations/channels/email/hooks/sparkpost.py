"""SparkPost: relay webhooks, with the mail whole. The secret address is the proof."""

import hashlib
from base64 import b64decode

from django.utils.translation import gettext_lazy as _

from ancora.conversations.channels.email.hooks.provider import Delivered, Provider, as_bytes, payload


class SparkPost(Provider):
    needs_secret = False
    steps = (
        _("Add an inbound domain in SparkPost and point its MX there."),
        _("Create a relay webhook with SparkPost's API (POST /api/v1/relay-webhooks) whose target is this address."),
    )

    def is_report(self, request):
        return not any("relay_message" in one["msys"] for one in payload(request))

    def mails(self, request):
        return [_mail(one["msys"]["relay_message"]) for one in payload(request) if one["msys"]]


def _mail(message: dict) -> Delivered:
    content = message["content"]
    is_coded = content.get("email_rfc822_is_base64")
    raw = b64decode(content["email_rfc822"]) if is_coded else as_bytes(content["email_rfc822"])
    recipients = (message["rcpt_to"],) if message.get("rcpt_to") else ()
    return Delivered(raw, hashlib.sha256(raw).hexdigest(), message.get("msg_from"), recipients)


PROVIDER = SparkPost
