"""Amazon SES through SNS: receipt rules with the action SNS, and event notifications.

Own code where the library would want Amazon's whole toolkit, and does not check the signature.
"""

import json
import re
from base64 import b64decode
from binascii import Error as NoBase64
from datetime import datetime
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from django.utils.translation import gettext_lazy as _

from ancora.conversations.channels.email.hooks.fetching_more import fetch
from ancora.conversations.channels.email.hooks.proofs import no_signature, require_recent, wrong_signature
from ancora.conversations.channels.email.hooks.provider import (
    BOUNCED,
    COMPLAINED,
    DELIVERED,
    Delivered,
    Provider,
    Refused,
    Reported,
    as_bytes,
    payload,
)

AMAZON = re.compile(r"^sns\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$")
CONFIRMATIONS = ("SubscriptionConfirmation", "UnsubscribeConfirmation")
# https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
SIGNED = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
SIGNED_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
HASHES = {"1": hashes.SHA1(), "2": hashes.SHA256()}  # noqa: S303
MOST_CERTIFICATES = 20
_certificates: dict[str, x509.Certificate] = {}


class AmazonSES(Provider):
    needs_secret = False
    steps = (
        _(
            "In Amazon SNS create a topic and add a subscription: protocol HTTPS, endpoint this address. Ancora "
            "confirms it by itself."
        ),
        _(
            "In Amazon SES, Email receiving, add a rule for your support addresses with the action “Publish to SNS "
            "topic”, encoding Base64."
        ),
        _(
            "That action carries mails up to 150 kB; larger ones are bounced by Amazon. Mail that is kept in S3 "
            "cannot be fetched from there."
        ),
        _(
            "For reports, let the notifications of your identity (delivery, bounce, complaint) go to a topic with "
            "the same subscription, original headers included. Connect Amazon SES here a second time if it is "
            "another topic."
        ),
    )

    def prove(self, request):
        post = payload(request)
        if not isinstance(post, dict) or "Signature" not in post:
            raise no_signature()
        names = SIGNED_CONFIRMATION if post.get("Type") in CONFIRMATIONS else SIGNED
        text = "".join(f"{name}\n{post[name]}\n" for name in names if name in post)
        try:
            key = certificate_at(post["SigningCertURL"]).public_key()
            algorithm = HASHES[post["SignatureVersion"]]
            key.verify(b64decode(post["Signature"]), text.encode(), padding.PKCS1v15(), algorithm)
        except (InvalidSignature, KeyError, NoBase64, AttributeError, TypeError) as error:
            raise wrong_signature() from error
        require_recent(datetime.fromisoformat(post["Timestamp"]).timestamp())
        if self.hook.topic and self.hook.topic != post["TopicArn"]:
            words = _("The post is of another topic, %(topic)s. Connect Amazon SES a second time for it.")
            raise Refused(words % {"topic": post["TopicArn"]})

    def confirm(self, request):
        """Tells Amazon that its posts are wanted."""
        post = payload(request)
        if post.get("Type") == "SubscriptionConfirmation":
            _require_amazon(post["SubscribeURL"])
            fetch(post["SubscribeURL"])
        return post["TopicArn"]

    def is_report(self, request):
        return self._said(request).get("notificationType") != "Received"

    def mails(self, request):
        said = self._said(request)
        receipt, action = said.get("receipt", {}), said.get("receipt", {}).get("action", {})
        if "content" not in said:
            raise Refused(
                _(
                    "Amazon kept the mail elsewhere (%(action)s) and sent only a notice. Use the action “Publish to "
                    "SNS topic”."
                )
                % {"action": action.get("type", "?")},
                422,
            )
        is_coded = str(action.get("encoding", "")).upper() == "BASE64"
        raw = b64decode(said["content"]) if is_coded else as_bytes(said["content"])
        about = said["mail"]
        return [Delivered(raw, about["messageId"], about.get("source"), tuple(receipt.get("recipients", ())))]

    def reports(self, request):
        said = self._said(request)
        about = said.get("mail") or {}
        headers = {one["name"].lower(): one["value"] for one in about.get("headers") or ()}
        named = ((about.get("commonHeaders") or {}).get("messageId"), headers.get("message-id"))
        ids = tuple(one.strip("<> ") for one in named if one)
        kind = said.get("eventType") or said.get("notificationType")
        if kind == "Delivery":
            found = said["delivery"]
            return [Reported(DELIVERED, ids, one, found.get("smtpResponse", "")) for one in found["recipients"]]
        if kind == "Bounce":
            people = said["bounce"]["bouncedRecipients"]
            return [Reported(BOUNCED, ids, one["emailAddress"], one.get("diagnosticCode", "")) for one in people]
        if kind == "Complaint":
            return [Reported(COMPLAINED, ids, one["emailAddress"]) for one in said["complaint"]["complainedRecipients"]]
        return []

    def trial(self):
        return None

    def _said(self, request) -> dict:
        """What SES put into the notice; before and after a subscription there are words for people instead."""
        post = payload(request)
        if post.get("Type") in CONFIRMATIONS or post["Message"].startswith("Successfully validated SNS topic"):
            return {}
        return json.loads(post["Message"])


def certificate_at(address: str) -> x509.Certificate:
    """Amazon's own, fetched once."""
    if address not in _certificates:
        _require_amazon(address)
        try:
            found = x509.load_pem_x509_certificate(fetch(address).body)
        except ValueError as error:
            raise wrong_signature() from error
        while len(_certificates) >= MOST_CERTIFICATES:
            _certificates.pop(next(iter(_certificates)))
        _certificates[address] = found
    return _certificates[address]


def _require_amazon(address: str) -> None:
    """Nobody makes us fetch from anywhere else."""
    parts = urlsplit(address)
    if parts.scheme != "https" or not AMAZON.match(parts.hostname or ""):
        raise wrong_signature()


PROVIDER = AmazonSES
