"""Italian certified mail: the letter in the envelope, and receipts that tell what became of ours."""

import pytest

from ancora.conversations.channels.email.parsing import parse

LETTER = """From: Mario Rossi <mario@pec.example>
Reply-To: studio@pec.example
To: help@shop.example
Subject: Reclamo
Date: Mon, 3 Nov 2025 10:20:00 +0100
Message-ID: <inner@pec.example>
In-Reply-To: <sent@shop.example>
Content-Type: multipart/mixed; boundary=i

--i
Content-Type: text/plain; charset=utf-8

La tazza è rotta.

Il 31/10/2025 10:22, Assistenza ha scritto:
> È partita.
--i
Content-Type: application/pdf; name=foto.pdf

%PDF
--i--
"""
ENVELOPE = f"""Return-Path: <posta-certificata@pec.example>
From: "Per conto di: mario@pec.example" <posta-certificata@pec.example>
Reply-To: mario@pec.example
To: help@shop.example
Delivered-To: help@shop.example
Subject: POSTA CERTIFICATA: Reclamo
Date: Mon, 3 Nov 2025 10:22:00 +0100
Message-ID: <opec1@pec.example>
X-Trasporto: posta-certificata
X-Riferimento-Message-ID: <inner@pec.example>
Content-Type: multipart/mixed; boundary=o

--o
Content-Type: text/plain

Messaggio di posta certificata. Il messaggio originale è incluso in allegato.
--o
Content-Type: application/xml; name=daticert.xml

<postacert tipo="posta-certificata"/>
--o
Content-Type: message/rfc822; name="postacert.eml"
Content-Disposition: attachment; filename="postacert.eml"

{LETTER}
--o--
"""


def test_a_certified_letter_is_what_its_sender_wrote():
    found = parse(ENVELOPE.encode())
    assert (found.from_.address, found.subject, found.reply_text) == (
        "mario@pec.example",
        "Reclamo",
        "La tazza è rotta.",
    )
    assert [one.filename for one in found.attachments] == ["foto.pdf"]
    assert (found.message_id, found.in_reply_to) == ("opec1@pec.example", "sent@shop.example")
    assert (found.return_path, found.delivered_to) == ("posta-certificata@pec.example", ["help@shop.example"])
    assert (found.kind, found.auto, found.reply_to[0].address) == ("person", None, "studio@pec.example")


@pytest.mark.parametrize(("old", "new"), [("X-Trasporto: posta", "X-Other: posta"), ("postacert.eml", "other.eml")])
def test_any_other_mail_with_a_mail_inside_stays_what_it_is(old, new):
    found = parse(ENVELOPE.replace(old, new).encode())
    assert (found.from_.address, found.reply_text[:9]) == ("posta-certificata@pec.example", "Messaggio")


def test_an_envelope_with_a_letter_of_nobody_stays_closed():
    raw = ENVELOPE.replace("From: Mario Rossi <mario@pec.example>\n", "")
    assert parse(raw.encode()).from_.address == "posta-certificata@pec.example"


def test_a_letter_inside_a_letter_is_a_file():
    inner = ENVELOPE.replace("boundary=o", "boundary=n").replace("--o", "--n")
    found = parse(ENVELOPE.replace(LETTER, inner).encode())
    assert found.subject == "POSTA CERTIFICATA: Reclamo"
    assert [one.filename for one in found.attachments] == ["daticert.xml", "postacert.eml"]


RECEIPT = """From: posta-certificata@pec.example
Subject: CONSEGNA: Reclamo
X-Ricevuta: {kind}
X-Riferimento-Message-ID: <sent@shop.example>
Content-Type: multipart/mixed; boundary=o

--o
Content-Type: text/plain

Ricevuta
--o
Content-Type: application/xml; name=daticert.xml

<postacert tipo="{kind}"><intestazione><destinatari tipo="certificato">anna@pec.example</destinatari>
<destinatari tipo="certificato">mario@pec.example</destinatari></intestazione><dati>{extra}</dati></postacert>
--o--
"""


@pytest.mark.parametrize(
    ("kind", "extra", "action", "recipients", "severity", "reason"),
    [
        ("accettazione", "", "relayed", ["anna@pec.example", "mario@pec.example"], None, ""),
        ("avvenuta-consegna", "<consegna>mario@pec.example</consegna>", "delivered", ["mario@pec.example"], None, ""),
        (
            "errore-consegna",
            "<consegna>mario@pec.example</consegna><errore-esteso>5.1.1 - no such\nuser</errore-esteso>",
            "failed",
            ["mario@pec.example"],
            "hard",
            "5.1.1 - no such user",
        ),
        (
            "preavviso-errore-consegna",
            "<consegna>mario@pec.example</consegna>",
            "delayed",
            ["mario@pec.example"],
            "soft",
            "",
        ),
    ],
)
def test_a_receipt_is_a_report_about_our_mail(kind, extra, action, recipients, severity, reason):
    found = parse(RECEIPT.format(kind=kind, extra=extra).encode())
    assert (found.kind, found.auto) == ("delivery_report", "bounce")
    assert (found.dsn.action, found.dsn.message_id, found.dsn.recipient) == (action, "sent@shop.example", recipients[0])
    assert [one.recipient for one in found.dsn_recipients] == recipients
    assert {(one.kind, one.reason) for one in found.dsn_recipients} == {(severity, reason)}


def test_a_receipt_without_its_data_still_names_the_mail():
    raw = RECEIPT.format(kind="accettazione", extra="").replace("daticert", "other")
    found = parse(raw.encode())
    assert (found.dsn.action, found.dsn.recipient, found.dsn.message_id) == ("relayed", None, "sent@shop.example")
    assert parse(raw.replace("accettazione", "something-else").encode()).dsn is None
