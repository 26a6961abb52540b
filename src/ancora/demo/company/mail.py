"""Turns a customer's mail of the story into the message a mail server would hand over (RFC 5322)."""

import hashlib
from collections.abc import Sequence
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from ancora.demo.company.opening_hours import ROME
from ancora.demo.company.steps import CustomerMail


def raw(
    mail: CustomerMail,
    *,
    in_reply_to: str | None = None,
    references: Sequence[str] = (),
    subject: str | None = None,
    to: str | None = None,
) -> bytes:
    """The whole message with CRLF line ends, the same bytes at every run for the same arguments.

    `in_reply_to` and `references` are Message-IDs with their angle brackets, as the real answer carried them;
    `subject` and `to`, when given, replace what the story wrote (a reply goes to the answer's own Reply-To). For a
    bounce `in_reply_to` is the Message-ID of the answer that came back, and goes into the returned headers instead.
    """
    if mail.auto == "bounce":
        return _bounce(mail, returned_id=in_reply_to, subject=subject)
    message = _with_headers(mail, in_reply_to, references, subject or mail.subject, to)
    _fill(message, mail)
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_lume_{_digest(mail)}_{number}")
    # The stdlib folds a long plain subject before its first word, which many readers show as a leading space.
    return message.as_bytes(policy=SMTP.clone(max_line_length=180) if message["Subject"].isascii() else SMTP)


def _with_headers(
    mail: CustomerMail, in_reply_to: str | None, references: Sequence[str], subject: str, to: str | None
) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = HeaderAddress(mail.from_.name, addr_spec=mail.from_.address)
    message["To"] = HeaderAddress(mail.to.name, addr_spec=to or mail.to.address)
    message["Subject"] = subject
    message["Date"] = format_datetime(mail.at.astimezone(ROME))
    message["Message-ID"] = mail.message_id
    if in_reply_to:
        message["In-Reply-To"] = in_reply_to
        message["References"] = " ".join([*(ref for ref in references if ref != in_reply_to), in_reply_to])
    if mail.auto == "reply":
        message["Auto-Submitted"] = "auto-replied"
        message["X-Auto-Response-Suppress"] = "All"
    return message


def _fill(message: EmailMessage, mail: CustomerMail) -> None:
    message.set_content(mail.text + "\n")
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    for attachment in mail.attachments:
        maintype, subtype = attachment.content_type.split("/")
        if attachment.is_inline:
            message.get_payload()[1].add_related(
                attachment.content,
                maintype,
                subtype,
                cid=f"<{attachment.content_id}>",
                filename=attachment.name,
                disposition="inline",
            )
        else:
            message.add_attachment(attachment.content, maintype, subtype, filename=attachment.name)


def _bounce(mail: CustomerMail, *, returned_id: str | None, subject: str | None) -> bytes:
    """A delivery status notification (RFC 3464) by hand: the stdlib has no maker for multipart/report."""
    boundary = f"=_lume_{_digest(mail)}"
    recipient = mail.failed_recipient
    date = format_datetime(mail.at.astimezone(ROME))
    host = mail.from_.address.partition("@")[2]
    returned = [f"Message-ID: {returned_id}"] if returned_id else []
    lines = [
        "Return-Path: <>",
        f"From: {mail.from_.name} <{mail.from_.address}>",
        f"To: <{mail.to.address}>",
        f"Subject: {subject or mail.subject}",
        f"Date: {date}",
        f"Message-ID: {mail.message_id}",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="{boundary}"',
        "",
        f"--{boundary}",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        *mail.text.split("\n"),
        "",
        f"--{boundary}",
        "Content-Type: message/delivery-status",
        "",
        f"Reporting-MTA: dns; {host}",
        f"Arrival-Date: {date}",
        "",
        f"Final-Recipient: rfc822; {recipient}",
        "Action: failed",
        "Status: 5.2.2",
        "Diagnostic-Code: smtp; 552 5.2.2 Mailbox full",
        "",
        f"--{boundary}",
        "Content-Type: text/rfc822-headers",
        "",
        *returned,
        f"From: <{mail.to.address}>",
        f"To: <{recipient}>",
        "",
        f"--{boundary}--",
        "",
    ]
    return "\r\n".join(lines).encode("ascii")


def _digest(mail: CustomerMail) -> str:
    return hashlib.sha256(mail.message_id.encode()).hexdigest()[:16]
