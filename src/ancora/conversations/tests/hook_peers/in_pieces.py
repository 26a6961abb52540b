"""Providers that take a mail apart before they post it, as JSON. None of them signs."""

import base64
import hashlib
import json

from ancora.conversations.tests.hook_peers.peer import Peer, Post, Taken, now


class Postmark(Peer):
    """https://postmarkapp.com/developer/webhooks/inbound-webhook"""

    provider, is_signed, is_whole = "postmark", False, True

    def deliver(self, hook, raw, recipient, *, sender="carla@customer.example", at=None):
        taken = Taken(raw)
        post = {
            "FromName": "Carla",
            "MessageStream": "inbound",
            "FromFull": {"Email": "carla@customer.example", "Name": "Carla Riva", "MailboxHash": ""},
            "ToFull": [{"Email": "support@example.com", "Name": "", "MailboxHash": ""}],
            "CcFull": [],
            "BccFull": [],
            "OriginalRecipient": recipient,
            "Subject": taken.mail["Subject"],
            "MessageID": hashlib.md5(raw).hexdigest(),  # noqa: S324
            "Date": taken.mail["Date"],
            "TextBody": taken.text,
            "HtmlBody": taken.html,
            "StrippedTextReply": "",
            "Headers": [{"Name": "Return-Path", "Value": f"<{sender}>"}]
            + [
                {"Name": name, "Value": value}
                for name, value in taken.headers
                if name not in ("From", "To", "Cc", "Subject", "Date", "Content-Type")
            ],
            "Attachments": [
                {"Name": name, "Content": base64.b64encode(content).decode(), "ContentType": kind, "ContentLength": 1}
                for name, kind, content in taken.files
            ],
        }
        if self.is_whole:
            post["RawEmail"] = raw.decode("utf-8", "surrogateescape")
        return Post(json.dumps(post).encode())

    def report(self, hook, kind, message_id, recipient, *, at=None):
        record = {"delivered": "Delivery", "bounced": "Bounce", "complained": "SpamComplaint"}[kind]
        return Post(json.dumps({"RecordType": record, "MessageID": "883953f4-6105", "Recipient": recipient}).encode())

    def garbage(self, hook):
        return Post(json.dumps({"FromFull": 7, "Headers": 3}).encode())


class PostmarkInPieces(Postmark):
    is_whole = gives_raw = False


class Mailjet(Peer):
    """https://dev.mailjet.com/email/guides/parse-api/"""

    provider, is_signed, gives_raw = "mailjet", False, False

    def deliver(self, hook, raw, recipient, *, sender="carla@customer.example", at=None):
        taken = Taken(raw)
        parts = [{"Headers": {"Content-Type": "text/plain; charset=utf-8"}, "ContentRef": "Text-part"}]
        post = {"Text-part": taken.text, "Html-part": taken.html}
        for number, (name, kind, content) in enumerate(taken.files, 1):
            reference = f"Attachment{number}"
            headers = {
                "Content-Type": f'{kind}; name="{name}"',
                "Content-Disposition": f'attachment; filename="{name}"',
            }
            parts.append({"Headers": headers, "ContentRef": reference})
            post[reference] = base64.b64encode(content).decode()
        post |= {
            "Sender": sender,
            "Recipient": recipient,
            "Date": "20261005T100000",
            "From": "Carla",
            "Subject": taken.mail["Subject"],
            "Headers": taken.grouped(),
            "Parts": parts,
            "SpamAssassinScore": "0.602",
        }
        return Post(json.dumps(post).encode())

    def report(self, hook, kind, message_id, recipient, *, at=None):
        event = {"delivered": "sent", "bounced": "bounce", "complained": "spam"}[kind]
        one = {"event": event, "time": int(now()), "MessageID": 19421777835146490, "email": recipient, "CustomID": ""}
        return Post(json.dumps([one]).encode())

    def garbage(self, hook):
        return Post(json.dumps({"Headers": 3, "Parts": []}).encode())


class Brevo(Peer):
    """https://developers.brevo.com/docs/inbound-parse-webhooks"""

    provider, is_signed, gives_raw, names_our_message = "brevo", False, False, True
    fields = {"access_key": "xkeysib-test"}

    def deliver(self, hook, raw, recipient, *, sender="carla@customer.example", at=None):
        taken = Taken(raw)
        item = {
            "Uuid": [hashlib.md5(raw + recipient.encode()).hexdigest()],  # noqa: S324
            "MessageId": taken.mail["Message-ID"],
            "From": {"Name": "Carla Riva", "Address": "carla@customer.example"},
            "To": [{"Name": None, "Address": "support@example.com"}],
            "Recipients": [recipient],
            "Subject": taken.mail["Subject"],
            "Headers": {**taken.grouped(), "Return-Path": f"<{sender}>"},
            "SpamScore": 2.9,
            "RawHtmlBody": taken.html,
            "RawTextBody": taken.text,
            "Attachments": [
                {"Name": name, "ContentType": kind, "ContentLength": 1, "ContentID": None, "DownloadToken": f"t-{n}"}
                for n, (name, kind, _content) in enumerate(taken.files)
            ],
        }
        return Post(json.dumps({"items": [item]}).encode())

    def answers(self, raw: bytes) -> dict:
        files = enumerate(Taken(raw).files)
        return {
            f"/inbound/attachments/t-{n}": ("api-key", "xkeysib-test", kind, content) for n, (_, kind, content) in files
        }

    def report(self, hook, kind, message_id, recipient, *, at=None):
        event = {"delivered": "delivered", "bounced": "hard_bounce", "complained": "spam"}[kind]
        one = {
            "event": event,
            "email": recipient,
            "id": 26224,
            "message-id": f"<{message_id}>",
            "ts_epoch": int(now() * 1000),
            "reason": "550 5.1.1 no such user",
        }
        return Post(json.dumps(one).encode())

    def garbage(self, hook):
        return Post(json.dumps({"items": [{"Headers": 3}]}).encode())
