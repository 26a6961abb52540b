"""Providers that post in the form of HTML forms."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from urllib.parse import urlencode

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from ancora.conversations.tests.hook_peers.peer import (
    PUBLIC,
    SECRET,
    Peer,
    Post,
    Taken,
    bare,
    ec_key,
    hmac_hex,
    multipart,
    now,
)


class Mailgun(Peer):
    """https://documentation.mailgun.com/docs/mailgun/user-manual/receive-forward-store/ (November 2026)"""

    provider, fields = "mailgun", {"secret": SECRET}
    signs_body, has_time, names_our_message = False, True, True
    is_whole = True

    def address(self, hook) -> str:
        return f"/hooks/mail/{hook.token}/mime"

    def deliver(self, hook, raw, recipient, *, sender="carla@customer.example", at=None):
        fields = {
            "recipient": recipient,
            "sender": sender,
            "from": "Carla",
            "subject": "Hello",
            "X-Mailgun-Incoming": "Yes",
            **self._signature(at),
        }
        if self.is_whole:
            return Post(*multipart({**fields, "body-mime": raw}))
        taken = Taken(raw)
        files = {f"attachment-{n}": one for n, one in enumerate(taken.files, 1)}
        parsed = {
            "body-plain": taken.text,
            "body-html": taken.html,
            "message-headers": json.dumps(taken.headers),
            "attachment-count": len(files),
        }
        return Post(*multipart({**fields, **parsed}, files))

    def report(self, hook, kind, message_id, recipient, *, at=None):
        event = {"delivered": "delivered", "bounced": "failed", "complained": "complained"}[kind]
        data = {
            "event": event,
            "severity": "permanent",
            "id": "CPgfbmQMTCKtHW6uIWtuVe",
            "timestamp": now(),
            "recipient": recipient,
            "message": {"headers": {"to": recipient, "message-id": message_id, "from": "x", "subject": "y"}},
            "delivery-status": {"code": 550, "message": "5.1.1 no such user", "attempt-no": 1},
            "something-new": [1],
        }
        return Post(json.dumps({"signature": self._signature(at), "event-data": data}).encode())

    def garbage(self, hook):
        return Post(*multipart({**self._signature(None), "recipient": "support@example.com", "message-headers": "]"}))

    def wrongly_signed(self, post):
        at = post.body.index(b"signature")
        at = post.body.index(b"\r\n\r\n", at) + 8 if b"form-data" in post.body else at + 40
        return replace(post, body=post.body[:at] + b"zzz" + post.body[at + 3 :])

    def _signature(self, at) -> dict:
        seconds, token = str(int(at or now())), hashlib.sha256(str(now()).encode()).hexdigest()[:50]
        return {"timestamp": seconds, "token": token, "signature": hmac_hex(f"{seconds}{token}".encode())}


class MailgunInPieces(Mailgun):
    is_whole = gives_raw = False


class SendGrid(Peer):
    """https://www.twilio.com/docs/sendgrid/for-developers/parsing-email/setting-up-the-inbound-parse-webhook"""

    provider, has_time, names_our_message = "sendgrid", True, True
    is_whole = True

    @property
    def fields(self):
        return {"secret": bare(ec_key().public_key())}

    def deliver(self, hook, raw, recipient, *, sender="carla@customer.example", at=None):
        told = {
            "to": recipient,
            "from": sender,
            "subject": "Hello",
            "sender_ip": "192.0.2.7",
            "SPF": "pass",
            "envelope": json.dumps({"to": [recipient], "from": sender}),
        }
        if self.is_whole:
            return self._signed(*multipart({**told, "email": raw}), at)
        taken = Taken(raw)
        files = {f"attachment{n}": one for n, one in enumerate(taken.files, 1)}
        parsed = {
            "headers": "".join(f"{name}: {value}\n" for name, value in taken.headers),
            "text": taken.text,
            "html": taken.html,
            "charsets": json.dumps({"text": "UTF-8", "html": "UTF-8"}),
            "attachments": len(files),
            "attachment-info": json.dumps({name: {"filename": one[0], "type": one[1]} for name, one in files.items()}),
        }
        return self._signed(*multipart({**told, **parsed}, files), at)

    def report(self, hook, kind, message_id, recipient, *, at=None):
        event = {"delivered": "delivered", "bounced": "bounce", "complained": "spamreport"}[kind]
        one = {
            "email": recipient,
            "timestamp": int(now()),
            "smtp-id": f"<{message_id}>",
            "event": event,
            "sg_event_id": "rbtnWrG1DVDGGGFHFyun0A==",
            "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.000000000000000000000",
            "reason": "550 5.1.1 no such user",
        }
        return self._signed(json.dumps([one]).encode(), "application/json", at)

    def garbage(self, hook):
        return self._signed(*multipart({"to": "support@example.com", "headers": "a: b", "attachment-info": "7"}), None)

    def _signed(self, body: bytes, content_type: str, at) -> Post:
        seconds = str(int(at or now()))
        signature = ec_key().sign(seconds.encode() + body, ec.ECDSA(hashes.SHA256()))
        headers = {
            "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
            "X-Twilio-Email-Event-Webhook-Timestamp": seconds,
        }
        return Post(body, content_type, headers)

    def wrongly_signed(self, post):
        signature = ec.generate_private_key(ec.SECP256R1()).sign(b"other", ec.ECDSA(hashes.SHA256()))
        name = "X-Twilio-Email-Event-Webhook-Signature"
        return replace(post, headers={**post.headers, name: base64.b64encode(signature).decode()})


class SendGridInPieces(SendGrid):
    is_whole = gives_raw = False


class Mandrill(Peer):
    """https://mailchimp.com/developer/transactional/docs/webhooks/"""

    provider, fields = "mandrill", {"secret": SECRET}

    def deliver(self, hook, raw, recipient, *, sender="carla@customer.example", at=None):
        message = {
            "raw_msg": raw.decode("utf-8", "surrogateescape"),
            "email": recipient,
            "from_email": "carla@customer.example",
            "spam_report": {"score": 1.7, "matched_rules": []},
            "dkim": {"signed": True, "valid": True},
        }
        return self._signed(hook, [{"event": "inbound", "ts": int(now()), "msg": message}])

    def report(self, hook, kind, message_id, recipient, *, at=None):
        event = {"delivered": "send", "bounced": "hard_bounce", "complained": "spam"}[kind]
        message = {"_id": "aaaa", "email": recipient, "diag": "550 5.1.1", "metadata": []}
        return self._signed(hook, [{"event": event, "ts": int(now()), "_id": "aaaa", "msg": message}])

    def garbage(self, hook):
        return self._signed(hook, [{"event": "inbound", "msg": 3}])

    def _signed(self, hook, events: list) -> Post:
        text = json.dumps(events)
        signed = f"{PUBLIC}/hooks/mail/{hook.token}/mandrill_events{text}"
        mac = hmac.new(SECRET.encode(), signed.encode(), hashlib.sha1).digest()
        headers = {"X-Mandrill-Signature": base64.b64encode(mac).decode()}
        return Post(urlencode({"mandrill_events": text}).encode(), "application/x-www-form-urlencoded", headers)
