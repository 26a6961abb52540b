"""Mail of machines, copies of one mail, and the language of a text."""

import pytest

from ancora.conversations.channels.email.parsing import parse


def mail(headers: str | bytes = "", body: str | bytes = "Hello") -> bytes:
    head = headers if isinstance(headers, bytes) else headers.encode()
    return b"Message-ID: <1@x>\n" + head + b"\n\n" + (body if isinstance(body, bytes) else body.encode())


@pytest.mark.parametrize(
    ("headers", "auto"),
    [
        ("From: a@x.it", None),
        ("Auto-Submitted: no", None),
        ("Auto-Submitted: auto-replied (vacation)", "auto_reply"),
        ("X-Auto-Response-Suppress: All", "auto_reply"),
        ("Precedence: bulk", "auto_reply"),
        ("Precedence: auto_reply", "auto_reply"),
        ("X-Autoreply: yes", "auto_reply"),
        ("Subject: Risposta automatica: pacco", "auto_reply"),
        ("Subject: Out of Office: parcel", "auto_reply"),
        ("Return-Path: <>", "auto_reply"),
        ("List-Id: <x.example.org>", "list"),
        ("Precedence: list", "list"),
        ("List-Id: <x.example.org>\nPrecedence: bulk", "list"),
        ("X-Loop: help@example.it", "loop"),
        ("\n".join(["Received: from a by b"] * 51), "loop"),
        ("\n".join(["Delivered-To: a@x.it"] * 3), "loop"),
        ("From: MAILER-DAEMON@x.it\nReturn-Path: <>", "bounce"),
        ("From: postmaster@x.it\nSubject: Undeliverable: parcel", "bounce"),
        ("X-Failed-Recipients: a@x.it", "bounce"),
    ],
)
def test_automatic_mail_is_told_apart(headers, auto):
    assert parse(mail(headers)).auto == auto


REPORT = """Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x

Sorry.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.it

Final-Recipient: rfc822; ok@example.org
Action: delivered
Status: 2.0.0

Final-Recipient: rfc822; gone@example.org
Original-Recipient: rfc822;alias@example.org
Action: failed
Status: 5.1.1 (no such user)

--x
Content-Type: message/rfc822

Message-ID: <sent@example.it>
Subject: Hi

Hello
--x--
"""


def test_delivery_report_names_the_recipient_that_failed():
    found = parse(REPORT.encode())
    assert found.auto == "bounce"
    assert (found.dsn.action, found.dsn.status) == ("failed", "5.1.1")
    assert (found.dsn.recipient, found.dsn.message_id) == ("alias@example.org", "sent@example.it")


def test_bounce_in_free_text_is_understood():
    text = "550 5.1.1 User unknown\n<gone@example.org>:\n\n  Message-ID: <sent@example.it>\n"
    found = parse(mail("From: MAILER-DAEMON@x.it\nSubject: failure notice\nReturn-Path: <>", text))
    assert (found.auto, found.dsn.status, found.dsn.recipient) == ("bounce", "5.1.1", "gone@example.org")
    assert found.dsn.message_id == "sent@example.it"


def test_copies_through_two_mailboxes_have_one_digest():
    one = parse(mail("Delivered-To: a@x.it", "Hello  there,\nhow are you?"))
    two = parse(mail("Delivered-To: b@x.it", "Hello there,\r\nhow are you?\r\n"))
    listed = parse(mail("", "Hello there,\nhow are you?\n_______________________\nusers mailing list\nx@y.z"))
    other = parse(mail("", "Hello there, how are they?"))
    assert one.body_digest == two.body_digest == listed.body_digest != other.body_digest


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Buongiorno, il pacco non è ancora arrivato, potete aiutarmi?", "it"),
        ("Good morning, my parcel has not arrived yet, can you help me?", "en"),
        ("Guten Tag, mein Paket ist noch nicht angekommen.", "de"),
        ("Bonjour, mon colis n'est pas encore arrivé.", "fr"),
        ("Buenos días, mi paquete no ha llegado todavía.", "es"),
        ("OK", None),
        ("https://example.it/1/2/3/4/5/6/7/8", None),
    ],
)
def test_language_is_told_or_left_open(text, code):
    assert parse(mail("Content-Type: text/plain; charset=utf-8", text)).language == code
