"""Amazon SES through SNS."""

import base64
import datetime
import hashlib
import json
from dataclasses import replace
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.x509.oid import NameOID

from ancora.conversations.tests.hook_peers.peer import Peer, Post, now, rsa_key

CERTIFICATE_URL = "https://sns.eu-south-1.amazonaws.com/SimpleNotificationService-test.pem"
TOPIC = "arn:aws:sns:eu-south-1:123456789012:support-mail"


@cache
def amazon_certificate() -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    start = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(rsa_key().public_key())
    builder = builder.serial_number(7).not_valid_before(start).not_valid_after(start + datetime.timedelta(days=30))
    return builder.sign(rsa_key(), hashes.SHA256())


class AmazonSES(Peer):
    """https://docs.aws.amazon.com/ses/latest/dg/receiving-email-notifications-contents.html"""

    provider, has_time, names_our_message = "amazon_ses", True, True

    def deliver(self, hook, raw, recipient, *, sender="carla@customer.example", at=None):
        said = {
            "notificationType": "Received",
            "mail": {
                "timestamp": "2026-10-05T08:00:00.000Z",
                "source": sender,
                "messageId": hashlib.md5(raw + recipient.encode()).hexdigest(),  # noqa: S324
                "destination": [recipient],
                "headers": [],
                "commonHeaders": {},
            },
            "receipt": {
                "recipients": [recipient],
                "spamVerdict": {"status": "PASS"},
                "action": {"type": "SNS", "topicArn": TOPIC, "encoding": "BASE64"},
            },
            "content": base64.b64encode(raw).decode(),
        }
        return self.notice(json.dumps(said), at)

    def report(self, hook, kind, message_id, recipient, *, at=None):
        about = {
            "delivered": {"delivery": {"recipients": [recipient], "smtpResponse": "250 ok"}},
            "bounced": {
                "bounce": {
                    "bounceType": "Permanent",
                    "bouncedRecipients": [{"emailAddress": recipient, "diagnosticCode": "550 5.1.1 no such user"}],
                }
            },
            "complained": {"complaint": {"complainedRecipients": [{"emailAddress": recipient}]}},
        }[kind]
        name = {"delivered": "Delivery", "bounced": "Bounce", "complained": "Complaint"}[kind]
        mail = {"messageId": "0102", "headers": [{"name": "Message-ID", "value": f"<{message_id}>"}]}
        return self.notice(json.dumps({"notificationType": name, "mail": mail, **about}), at)

    def garbage(self, hook):
        return self.notice(json.dumps({"notificationType": "Received", "content": 3}), None)

    def notice(self, message: str, at=None, kind: str = "Notification", **more: str) -> Post:
        moment = datetime.datetime.fromtimestamp(at or now(), datetime.UTC)
        post = {
            "Type": kind,
            "MessageId": "165545c9-2a5c-472c-8df2-7ff2be2b3b1b",
            "TopicArn": TOPIC,
            "Message": message,
            "Timestamp": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            **more,
        }
        names = ("Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
        text = "".join(f"{name}\n{post[name]}\n" for name in names if name in post)
        signature = rsa_key().sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        post |= {
            "SignatureVersion": "2",
            "Signature": base64.b64encode(signature).decode(),
            "SigningCertURL": CERTIFICATE_URL,
        }
        return Post(json.dumps(post).encode(), "text/plain; charset=UTF-8", {"x-amz-sns-message-type": kind})

    def wrongly_signed(self, post):
        said = json.loads(post.body)
        return replace(post, body=json.dumps({**said, "Message": said["Message"] + " "}).encode())
