"""Providers that post a mail whole, or say where it is to be fetched, as JSON."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from ancora.conversations.tests.hook_peers.peer import SECRET, Peer, Post, bare, hmac_hex, now, rsa_key


class SparkPost(Peer):
    """https://developers.sparkpost.com/api/relay-webhooks/"""

    provider, is_signed = "sparkpost", False

    def deliver(self, hook, raw, recipient, *, sender="carla@customer.example", at=None):
        message = {
            "content": {
                "email_rfc822": base64.b64encode(raw).decode(),
                "email_rfc822_is_base64": True,
                "headers": [],
                "subject": "Hello",
            },
            "customer_id": "1337",
            "friendly_from": sender,
            "msg_from": sender,
            "rcpt_to": recipient,
            "webhook_id": "4839201967643219",
            "protocol": "smtp",
        }
        return Post(json.dumps([{"msys": {"relay_message": message}}]).encode())

    def report(self, hook, kind, message_id, recipient, *, at=None):
        event = {"delivered": "delivery", "bounced": "bounce", "complained": "spam_complaint"}[kind]
        one = {"type": event, "event_id": "92356927693813856", "raw_rcpt_to": recipient, "transmission_id": "6583"}
        return Post(json.dumps([{"msys": {"message_event": one}}]).encode())

    def garbage(self, hook):
        return Post(json.dumps([{"msys": {"relay_message": {"content": 3}}}]).encode())


class MailerSend(Peer):
    """https://developers.mailersend.com/api/v1/inbound.html"""

    provider, fields = "mailersend", {"secret": SECRET}

    def deliver(self, hook, raw, recipient, *, sender="carla@customer.example", at=None):
        message = {
            "object": "message",
            "id": hashlib.md5(raw + recipient.encode()).hexdigest()[:24],  # noqa: S324
            "recipients": {"rcptTo": [{"email": recipient}], "to": {"raw": "x", "data": []}},
            "sender": {"email": sender},
            "subject": "Hello",
            "raw": raw.decode("utf-8", "surrogateescape"),
            "spf_check": {"code": "+", "value": None},
        }
        return self._signed({"type": "inbound.message", "inbound_id": "x", "data": message})

    def report(self, hook, kind, message_id, recipient, *, at=None):
        event = {"delivered": "delivered", "bounced": "hard_bounced", "complained": "spam_complaint"}[kind]
        email = {"object": "email", "message": {"id": "62fb66"}, "recipient": {"email": recipient}}
        return self._signed(
            {"type": f"activity.{event}", "data": {"object": "activity", "type": event, "email": email}}
        )

    def garbage(self, hook):
        return self._signed({"type": "inbound.message", "data": 3})

    def _signed(self, post: dict) -> Post:
        body = json.dumps(post).encode()
        return Post(body, headers={"Signature": hmac_hex(body)})


class Mailtrap(Peer):
    """https://docs.mailtrap.io/developers/inbound"""

    provider, fields = "mailtrap", {"secret": SECRET, "access_key": "mailtrap-token"}

    def deliver(self, hook, raw, recipient, *, sender="carla@customer.example", at=None):
        event = {
            "event": "inbound.message_received",
            "event_id": "2eac365a-a49d-11f1",
            "timestamp": int(now() * 1000),
            "inbox_id": 1111,
            "message_id": "0000111122223333444",
        }
        return self._signed({"events": [event]})

    def answers(self, raw: bytes) -> dict:
        about = json.dumps({"id": "0000111122223333444", "raw_message_url": "{here}/raw.eml?X-Amz=1"}).encode()
        place = "/inbound/inboxes/1111/messages/0000111122223333444"
        return {
            place: ("Authorization", "Bearer mailtrap-token", "application/json", about),
            "/raw.eml?X-Amz=1": ("", "", "message/rfc822", raw),
        }

    def report(self, hook, kind, message_id, recipient, *, at=None):
        event = {"delivered": "delivery", "bounced": "bounce", "complained": "spam"}[kind]
        one = {"event": event, "message_id": "1df37d17", "email": recipient, "timestamp": 1, "event_id": "b6"}
        return self._signed({"events": [one]})

    def garbage(self, hook):
        return self._signed({"events": [{"event": "inbound.message_received", "inbox_id": 7}]})

    def _signed(self, post: dict) -> Post:
        body = json.dumps(post).encode()
        return Post(body, headers={"Mailtrap-Signature": hmac_hex(body)})


class Resend(Peer):
    """https://resend.com/docs/webhooks/emails/received"""

    provider, has_time, names_our_message = "resend", True, True
    key = base64.b64encode(SECRET.encode()).decode()
    fields = {"secret": f"whsec_{key}", "access_key": "re_test"}

    def deliver(self, hook, raw, recipient, *, sender="carla@customer.example", at=None):
        about = {
            "email_id": "56761188-7520-42d8-8898-ff6fc54ce618",
            "created_at": "2026-11-22T23:41:11.894719+00:00",
            "from": "Carla <carla@customer.example>",
            "to": [recipient],
            "cc": [],
            "bcc": [],
            "message_id": "<x@customer.example>",
            "subject": "Hello",
            "attachments": [],
        }
        return self._signed({"type": "email.received", "created_at": "2026-11-22T23:41:12.126Z", "data": about}, at)

    def answers(self, raw: bytes) -> dict:
        about = {"object": "email", "raw": {"download_url": "{here}/raw?signature=abc", "expires_at": "x"}}
        place = "/emails/receiving/56761188-7520-42d8-8898-ff6fc54ce618"
        return {
            place: ("Authorization", "Bearer re_test", "application/json", json.dumps(about).encode()),
            "/raw?signature=abc": ("", "", "message/rfc822", raw),
        }

    def report(self, hook, kind, message_id, recipient, *, at=None):
        about = {
            "email_id": "aaaaaaaa-bbbb",
            "message_id": f"<{message_id}>",
            "from": "x@y.example",
            "to": [recipient],
            "subject": "y",
            **({"bounce": {"message": "hard bounce message", "type": "Permanent"}} if kind == "bounced" else {}),
        }
        return self._signed({"type": f"email.{kind}", "created_at": "2026-11-22T23:41:12.126Z", "data": about}, at)

    def garbage(self, hook):
        return self._signed({"type": "email.received", "data": {}}, None)

    def _signed(self, post: dict, at) -> Post:
        body, identity, seconds = json.dumps(post).encode(), "msg_2W2D3qXLS5fOaPja1GDg7rF2CwB", str(int(at or now()))
        mac = hmac.new(SECRET.encode(), f"{identity}.{seconds}.".encode() + body, hashlib.sha256).digest()
        signature = f"v1,{base64.b64encode(b'another key').decode()} v1,{base64.b64encode(mac).decode()}"
        return Post(body, headers={"svix-id": identity, "svix-timestamp": seconds, "svix-signature": signature})

    def wrongly_signed(self, post):
        return replace(post, headers={**post.headers, "svix-signature": "v1,bm90IGl0"})


class Postal(Peer):
    """https://docs.postalserver.io/developer/http-payloads and /webhooks"""

    provider, names_our_message = "postal", True

    @property
    def fields(self):
        return {"secret": bare(rsa_key().public_key())}

    def deliver(self, hook, raw, recipient, *, sender="carla@customer.example", at=None):
        post = {
            "id": int(hashlib.md5(raw + recipient.encode()).hexdigest()[:8], 16),  # noqa: S324
            "rcpt_to": recipient,
            "mail_from": sender,
            "message": base64.b64encode(raw).decode(),
            "base64": True,
            "size": len(raw),
        }
        return self._signed(post)

    def report(self, hook, kind, message_id, recipient, *, at=None):
        message = {"id": 1563, "token": "z", "direction": "outgoing", "message_id": message_id, "to": recipient}
        about = {"details": "for x", "output": "550 5.1.1 no such user", "sent_with_ssl": True}
        about |= (
            {"message": message, "status": "Sent"}
            if kind == "delivered"
            else {"original_message": message, "bounce": {}}
        )
        return self._signed({"event": "MessageSent", "timestamp": now(), "payload": about, "uuid": "58e8d7ee"})

    def garbage(self, hook):
        return self._signed({"rcpt_to": "support@example.com"})

    def _signed(self, post: dict) -> Post:
        body = json.dumps(post).encode()
        signature = rsa_key().sign(body, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303
        return Post(body, headers={"X-Postal-Signature": base64.b64encode(signature).decode()})
