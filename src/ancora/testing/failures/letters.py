"""Mails as the customers of these tests write them."""

from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from ancora.platform import clock

CARLA, DARIO = "Carla Riva <carla@customer.example>", "Dario Neri <dario@customer.example>"


def letter(subject: str, text: str = "It leaks again.", sender: str = CARLA, **headers) -> EmailMessage:
    """A mail with a Message-ID of its own; further headers by name, `In_Reply_To` for example."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = sender, subject
    named = {"To": "support@shop.example", "Message-ID": make_msgid(domain="customer.example")}
    named |= {"Date": format_datetime(clock.now())}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in named.items():
        if value is not None:
            mail[name] = value
    mail.set_content(text)
    return mail


def report(message_id: str, recipient: str, *, action: str = "failed", status: str = "5.1.1") -> bytes:
    """A delivery report (RFC 3464) about the message with this Message-ID."""
    return (
        "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.customer.example>\r\n"
        "To: support@shop.example\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        f"Message-ID: <report-{recipient}-{message_id}>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.customer.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{message_id}>\r\n\r\n--b--\r\n"
    ).encode()
