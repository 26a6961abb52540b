"""Mails of every kind that the reader knows, as a start for mutations; all words are our own."""

import base64
import binascii

HEAD = """Return-Path: <carla@customer.example>
Delivered-To: help+1042@shop.example
Received: from a by b; Mon, 3 Nov 2025
From: =?utf-8?q?Nicol=C3=B2?= Rossi <carla@customer.example>
To: Team: help@shop.example, "B, C" <b@x.example>;
Cc: info@bücher.example
Reply-To: other@x.example
Subject: Re: =?utf-8?b?Q2Fmw6g=?= =?iso-8859-1?q?_caff=E8?=
Date: Mon, 3 Nov 2025 10:22:00 +0100
Message-ID: <1@customer.example>
In-Reply-To: <0@shop.example>
References: <a@shop.example>
 <0@shop.example>
MIME-Version: 1.0
"""
REPLY = """It leaks – again.

Kind regards,
Carla

--\x20
Carla Bianchi
Tel. +39 06 1234567

CONFIDENTIALITY NOTICE: this is meant for you only.

On Mon, Nov 3, 2025 at 10:22 AM Help <help@shop.example>
wrote:
> Does it?
>> It did.

Yes.

> Since when?
"""
OUTLOOK = """Non funziona più.

Inviato da Outlook per iOS
________________________________
Da: Help <help@shop.example>
Inviato: lunedì 3 novembre 2025 10:22
A: Carla
Oggetto: R: caffè

Guardiamo.
"""
HTML = """<html><head><style>p{color:red}</style></head><body><p style='color:red;position:fixed'>It <b>leaks</b>
<img src=cid:i@x><img src='https://x.example/t.gif'></p><table><tr><td>1</td><td>2</td></tr></table>
<div class=gmail_signature>Carla<br>CEO</div><div class='gmail_quote'>
<div class='gmail_attr'>On Mon, Nov 3, 2025, Help &lt;help@shop.example&gt; wrote:<br></div>
<blockquote class='gmail_quote'>Does it?<ul><li>a<li>b</ul></blockquote></div><script>x()</script></body></html>
"""
CALENDAR = """BEGIN:VCALENDAR
METHOD:REQUEST
VERSION:2.0
BEGIN:VTIMEZONE
TZID:Z
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:1
SUMMARY:Test
DTSTART;TZID=Z:20251103T102200
DURATION:PT1H
ORGANIZER;CN=Carla:mailto:c@x.example
ATTENDEE;PARTSTAT=ACCEPTED:mailto:b@x.example
LOCATION:Rome
RRULE:FREQ=WEEKLY
END:VEVENT
END:VCALENDAR
"""
STATUS = """Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; gone@x.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <gone@x.example>:
 no such user

Final-Recipient: rfc822; full@x.example
Action: delayed
Status: 4.2.2
"""
FEEDBACK = """Feedback-Type: abuse
User-Agent: x/1
Version: 1
Original-Rcpt-To: <c@x.example>
Source-IP: 192.0.2.1
"""
RETURNED = """Message-ID: <sent@shop.example>
To: gone@x.example
Subject: Hi

Hello
"""
PGP = """-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA256

It leaks.
- --\x20
Carla
-----BEGIN PGP SIGNATURE-----

iQIz
-----END PGP SIGNATURE-----

-----BEGIN PGP MESSAGE-----

hQIM
-----END PGP MESSAGE-----
"""
# A winmail.dat with a body and a file in it (MS-OXTNEF).
TNEF = bytes.fromhex(
    "789f3e220100010c8002000a0000004974206c65616b732e001b0302029006000e0000000100ffffffff0000000000000000fd0302108001"
    "0006000000612e74787400ef01020f800600020000006869d100"
)


def part(kind: str, content: bytes | str, *lines: str, encoding: str = "") -> bytes:
    content = crlf(content) if isinstance(content, str) else content
    coded = {"base64": base64.encodebytes, "quoted-printable": binascii.b2a_qp}.get(encoding, bytes)(content)
    head = [f"Content-Type: {kind}", *lines, *([f"Content-Transfer-Encoding: {encoding}"] if encoding else [])]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + coded


def crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def multipart(kind: str, *parts: bytes, boundary: str = "x") -> bytes:
    line = f"--{boundary}".encode()
    body = b"".join(line + b"\r\n" + one + b"\r\n" for one in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode() + body + line + b"--\r\n"


def uuencoded(content: bytes) -> bytes:
    lines = b"".join(binascii.b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45))
    return b"See\r\n\r\nbegin 644 a.bin\r\n" + lines + b"`\r\nend\r\nBye\r\n"


def ugly_mails() -> list[bytes]:
    """One mail for each thing that the reader has a rule for."""
    head = crlf(HEAD)
    bounce = f"From: MAILER-DAEMON@x.example\nSubject: Undeliverable\n\n550 5.1.1 no\n<gone@x.example>:\n{RETURNED}"
    return [*(head + body for body in (*texts(), *wholes(), *reports(), *secrets())), crlf(bounce)]


def texts() -> list[bytes]:
    return [
        part("text/plain; charset=utf-8", REPLY, encoding="quoted-printable"),
        part("text/plain; charset=utf-8; format=flowed; delsp=yes", REPLY),
        part("text/html; charset=utf-8", HTML, encoding="base64"),
        part("text/plain; charset=windows-1252", OUTLOOK.encode("cp1252")),
        part("text/plain; charset=iso-2022-jp", "はい\r\n".encode("iso-2022-jp")),
        part("text/plain", HTML),
        part("text/plain", PGP),
        part("text/plain", uuencoded(bytes(range(256)))),
    ]


def wholes() -> list[bytes]:
    text, _, html, *_ = texts()
    image = part("image/png; name*0*=utf-8''%C3%A9; name*1=.png", b"\x89PNG", "Content-ID: <i@x>", encoding="base64")
    named = 'Content-Disposition: attachment; filename="=?utf-8?q?perch=C3=A9?=.pdf"'
    related = multipart("related", multipart("alternative", text, html, boundary="y"), image, boundary="z")
    inner = part("message/rfc822; name=postacert.eml", crlf(HEAD) + text)
    calendar = part("text/calendar; method=REQUEST; charset=utf-8", CALENDAR)
    return [
        multipart("mixed", related, part("application/pdf", b"%PDF-1.7", named), inner),
        multipart("alternative", text, html, calendar),
        part("text/calendar; method=REPLY", CALENDAR.replace("REQUEST", "REPLY")),
        multipart("mixed", text, part("application/ms-tnef; name=winmail.dat", TNEF, encoding="base64")),
        b"X-Trasporto: posta-certificata\r\n" + multipart("mixed", text, inner),
        b"Auto-Submitted: auto-replied\r\nPrecedence: bulk\r\nList-Id: <x.example>\r\n" + text,
    ]


def reports() -> list[bytes]:
    text = texts()[0]
    status, feedback = part("message/delivery-status", STATUS), part("message/feedback-report", FEEDBACK)
    returned = part("message/rfc822", RETURNED)
    return [
        multipart("report; report-type=delivery-status", text, status, returned),
        multipart("report; report-type=feedback-report", text, feedback, returned),
        multipart("report; report-type=disposition-notification", text),
    ]


def secrets() -> list[bytes]:
    text, sealed = texts()[0], part("application/octet-stream", PGP)
    signature = part("application/pkcs7-signature", b"\x30\x80", encoding="base64")
    wrapped = "application/pkcs7-mime; smime-type=signed-data; name=smime.p7m"
    return [
        multipart('signed; protocol="application/pkcs7-signature"', text, signature),
        multipart("encrypted", part("application/pgp-encrypted", b"Version: 1"), sealed),
        part(wrapped, b"\x30\x80\x06\x09", encoding="base64"),
    ]
