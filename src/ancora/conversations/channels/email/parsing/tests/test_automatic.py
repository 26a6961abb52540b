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


def test_every_recipient_of_a_report_is_told():
    found = parse(REPORT.encode()).dsn_recipients
    assert [(one.recipient, one.action, one.status, one.kind) for one in found] == [
        ("ok@example.org", "delivered", "2.0.0", None),
        ("alias@example.org", "failed", "5.1.1", "hard"),
    ]


@pytest.mark.parametrize(
    ("lines", "status", "kind", "reason"),
    [
        (
            "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 No such user",
            "5.1.1",
            "hard",
            "550 5.1.1 No such user",
        ),
        (
            "Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp;\n 550-5.1.1 No\n such user",
            "5.0.0",
            "hard",
            "550-5.1.1 No such user",
        ),
        ("Action: failed\nStatus: 4.4.7", "4.4.7", "soft", ""),
        (
            "Action: delayed\nStatus: 4.2.2\nDiagnostic-Code: smtp; 452 mailbox full",
            "4.2.2",
            "soft",
            "452 mailbox full",
        ),
        ("Action: delayed", None, "soft", ""),
        ("Action: failed\nDiagnostic-Code: X-Postfix; 554 refused", None, "hard", "554 refused"),
        ("Action: failed\nDiagnostic-Code: smtp; 550 5.7.1 Spam", "5.7.1", "hard", "550 5.7.1 Spam"),
        ("Action: failed", None, None, ""),
        ("Action: delivered\nStatus: 2.1.5", "2.1.5", None, ""),
        ("Action: expanded\nStatus: 2.0.0", "2.0.0", None, ""),
    ],
)
def test_why_and_for_how_long_a_mail_failed(lines, status, kind, reason):
    head = "Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\n"
    part = "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@x.it\n"
    found = parse(f"{head}{part}{lines}\n--x--\n".encode()).dsn_recipients
    assert [(one.recipient, one.status, one.kind, one.reason) for one in found] == [("a@x.it", status, kind, reason)]


def test_a_free_text_bounce_tells_all_recipients_and_the_words_of_the_server():
    text = "Sorry.\n\n552 5.2.2 The mailbox is full\n"
    found = parse(mail("From: MAILER-DAEMON@x.it\nX-Failed-Recipients: a@x.it, b@x.it\nReturn-Path: <>", text))
    assert [(one.recipient, one.kind, one.reason) for one in found.dsn_recipients] == [
        ("a@x.it", "hard", "552 5.2.2 The mailbox is full"),
        ("b@x.it", "hard", "552 5.2.2 The mailbox is full"),
    ]


def test_a_report_that_a_person_attached_is_a_file():
    part = "Content-Type: message/delivery-status\nContent-Disposition: attachment\n\nAction: failed"
    raw = f"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nWhat is this?\n--x\n{part}\n--x--\n"
    found = parse(raw.encode())
    assert (found.kind, found.dsn, found.dsn_recipients, len(found.attachments)) == ("person", None, [], 1)


COMPLAINT = """From: fbl@provider.example
Content-Type: multipart/report; report-type=feedback-report; boundary=x

--x

This is a complaint.
--x
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Loop/1.0
Version: 1
Original-Rcpt-To: <carla@customer.example>
Source-IP: 192.0.2.1

--x
Content-Type: message/rfc822

Message-ID: <sent@example.it>
To: hidden@customer.example
Subject: Hi

Hello
--x--
"""


def test_a_complaint_names_its_kind_the_recipient_and_the_mail():
    found = parse(COMPLAINT.encode())
    assert (found.kind, found.auto) == ("feedback_report", "auto_reply")
    told = found.feedback
    assert (told.type, told.source) == ("abuse", "192.0.2.1")
    assert (told.recipient, told.message_id) == ("carla@customer.example", "sent@example.it")
    bare = parse(COMPLAINT.replace("Original-Rcpt-To: <carla@customer.example>\n", "").encode()).feedback
    assert bare.recipient == "hidden@customer.example"


RECEIPT = "Content-Type: multipart/report; report-type=disposition-notification; boundary=x\n\n--x\n\nRead.\n--x--\n"


@pytest.mark.parametrize(
    ("headers", "body", "kind"),
    [
        ("From: a@x.it", "Hello", "person"),
        ("From: a@x.it\nAuto-Submitted: no", "Hello", "person"),
        ("From: a@x.it\nList-Unsubscribe: <https://x.it/u>", "Hello", "person"),
        (
            "From: a@x.it\nList-Unsubscribe: <https://x.it/u>\nList-Unsubscribe-Post: x\nIn-Reply-To: <1@y>",
            "Hello",
            "person",
        ),
        ("From: a@x.it\nX-Auto-Response-Suppress: DR, RN, NRN", "Hello", "person"),
        ("From: a@x.it\nX-Auto-Response-Suppress: None", "Hello", "person"),
        ("From: a@x.it\nPrecedence: first-class", "Hello", "person"),
        ("From: a@x.it\nSubject: Out of office does not work", "How do I set it?", "person"),
        ("From: a@x.it\nSubject: Auto: freni rotti", "Fischiano.", "person"),
        ("From: a@x.it\nSubject: Automatic reply is broken", "It says nothing.", "person"),
        ("From: a@x.it\nSubject: Abwesenheit", "Wie trage ich sie ein?", "person"),
        ("From: a@x.it\nSubject: Undeliverable parcel", "Where is it?", "person"),
        ("From: postmaster@x.it\nSubject: Our server", "Please call.", "person"),
        ("From: a@x.it\nList-Unsubscribe: <https://x.it/u>\nFeedback-ID: 1:2:3", "Sale!", "list"),
        ("From: newsletter@x.it\nList-Unsubscribe: <https://x.it/u>", "Sale!", "list"),
        (
            "From: a@x.it\nList-Unsubscribe: <https://x.it/u>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click",
            "x",
            "list",
        ),
        ("From: a@x.it\nMailing-List: list x@y", "Hello", "list"),
        ("From: a@x.it\nSubject: Automatic reply: parcel", "Thanks for your mail.", "automatic"),
        ("From: a@x.it\nAuto-Submitted: auto-generated", "Your ticket", "automatic"),
        ("From: a@x.it\nX-Auto-Response-Suppress: OOF, AutoReply", "Your ticket", "automatic"),
        ("From: a@x.it\nSubject: Automatic reply: parcel", "I am out of the office until Monday.", "out_of_office"),
        ("From: a@x.it\nSubject: Risposta automatica: pacco", "Sarò assente fino a lunedì.", "out_of_office"),
        ("From: a@x.it\nSubject: Automatische Antwort: Paket", "Ich bin derzeit nicht im Büro.", "out_of_office"),
        ("From: a@x.it\nSubject: Réponse automatique : colis", "Je suis actuellement en congés.", "out_of_office"),
        ("From: a@x.it\nSubject: Respuesta automática: paquete", "Estoy fuera de la oficina.", "out_of_office"),
        ("From: a@x.it\nSubject: Abwesenheitsnotiz: Paket", "x", "out_of_office"),
        ("From: a@x.it\nSubject: Assente", "Sono in ferie fino al 20 agosto.", "out_of_office"),
        ("From: a@x.it\nSubject: Out of office Re: parcel\nIn-Reply-To: <1@y>", "x", "out_of_office"),
        ("From: a@x.it\nAuto-Submitted: auto-replied (vacation)", "x", "out_of_office"),
        ("From: a@x.it\n" + RECEIPT.split("\n\n")[0], RECEIPT.partition("\n\n")[2], "read_receipt"),
        ("From: MAILER-DAEMON@x.it\nReturn-Path: <>", "550 x", "delivery_report"),
        ("X-Loop: x", "x", "loop"),
    ],
)
def test_mail_has_a_kind(headers, body, kind):
    found = parse(
        mail((headers + "\nContent-Type: text/plain; charset=utf-8" if "report" not in headers else headers), body)
    )
    assert found.kind == kind
    assert (found.auto is None) == (kind == "person")


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
