"""Mails of every kind that the reader knows, as a start for mutations; all words are our own."""

import base64
import binascii

HEAD = (
    b"Return-Path: <carla@customer.example>\r\nDelivered-To: help+1042@shop.example\r\nReceived: from a by b; Mon, 3 Nov 2025\r\n"
    b"From: =?utf-8?q?Nicol=C3=B2?= Rossi <carla@customer.example>\r\nTo: Team: help@shop.example, \"B, C\" <b@x.example>;\r\n"
    b"Cc: info@b\xc3\xbccher.example\r\nReply-To: other@x.example\r\nSubject: Re: =?utf-8?b?Q2Fmw6g=?= =?iso-8859-1?q?_caff=E8?=\r\n"
    b"Date: Mon, 3 Nov 2025 10:22:00 +0100\r\nMessage-ID: <1@customer.example>\r\nIn-Reply-To: <0@shop.example>\r\n"
    b"References: <a@shop.example>\r\n <0@shop.example>\r\nMIME-Version: 1.0\r\n"
)
REPLY = (
    "It leaks – again.\r\n\r\nKind regards,\r\nCarla\r\n\r\n-- \r\nCarla Bianchi\r\nTel. +39 06 1234567\r\n\r\n"
    "CONFIDENTIALITY NOTICE: this is meant for you only.\r\n\r\nOn Mon, Nov 3, 2025 at 10:22 AM Help <help@shop.example>\r\nwrote:\r\n"
    "> Does it?\r\n>> It did.\r\n\r\nYes.\r\n\r\n> Since when?\r\n"
).encode()
OUTLOOK = (
    "Non funziona più.\r\n\r\nInviato da Outlook per iOS\r\n________________________________\r\nDa: Help <help@shop.example>\r\n"
    "Inviato: lunedì 3 novembre 2025 10:22\r\nA: Carla\r\nOggetto: R: caffè\r\n\r\nGuardiamo.\r\n"
).encode()
HTML = (
    "<html><head><style>p{color:red}</style></head><body><p style='color:red;position:fixed'>It <b>leaks</b> <img src=cid:i@x>"
    "<img src='https://x.example/t.gif'></p><table><tr><td>1</td><td>2</td></tr></table><div class=gmail_signature>Carla<br>CEO</div>"
    "<div class='gmail_quote'><div class='gmail_attr'>On Mon, Nov 3, 2025, Help &lt;help@shop.example&gt; wrote:<br></div>"
    "<blockquote class='gmail_quote'>Does it?<ul><li>a<li>b</ul></blockquote></div><script>x()</script></body></html>"
).encode()
CALENDAR = (
    b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nVERSION:2.0\r\nBEGIN:VTIMEZONE\r\nTZID:Z\r\nBEGIN:STANDARD\r\nDTSTART:16010101T030000\r\n"
    b"TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    b"BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Test\r\nDTSTART;TZID=Z:20251103T102200\r\nDURATION:PT1H\r\nORGANIZER;CN=Carla:mailto:c@x.example\r\n"
    b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:b@x.example\r\nLOCATION:Rome\r\nRRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
STATUS = (
    b"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; gone@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    b"Diagnostic-Code: smtp; 550 5.1.1 <gone@x.example>:\r\n no such user\r\n\r\nFinal-Recipient: rfc822; full@x.example\r\n"
    b"Action: delayed\r\nStatus: 4.2.2\r\n"
)
FEEDBACK = b"Feedback-Type: abuse\r\nUser-Agent: x/1\r\nVersion: 1\r\nOriginal-Rcpt-To: <c@x.example>\r\nSource-IP: 192.0.2.1\r\n"
RETURNED = b"Message-ID: <sent@shop.example>\r\nTo: gone@x.example\r\nSubject: Hi\r\n\r\nHello\r\n"
PGP = (
    b"-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nIt leaks.\r\n- -- \r\nCarla\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\n"
    b"iQIz\r\n-----END PGP SIGNATURE-----\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQIM\r\n-----END PGP MESSAGE-----\r\n"
)
# A winmail.dat with a body and a file in it (MS-OXTNEF).
TNEF = bytes.fromhex(
    "789f3e220100010c8002000a0000004974206c65616b732e001b0302029006000e0000000100ffffffff0000000000000000fd0302108001"
    "0006000000612e74787400ef01020f800600020000006869d100"
)


def part(kind: str, content: bytes, *lines: str, encoding: str = "") -> bytes:
    coded = {"base64": base64.encodebytes, "quoted-printable": binascii.b2a_qp}.get(encoding, bytes)(content)
    head = [f"Content-Type: {kind}", *lines, *([f"Content-Transfer-Encoding: {encoding}"] if encoding else [])]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + coded


def multipart(kind: str, *parts: bytes, boundary: str = "x") -> bytes:
    line = f"--{boundary}".encode()
    body = b"".join(line + b"\r\n" + one + b"\r\n" for one in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode() + body + line + b"--\r\n"


def uuencoded(content: bytes) -> bytes:
    lines = b"".join(binascii.b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45))
    return b"See\r\n\r\nbegin 644 a.bin\r\n" + lines + b"`\r\nend\r\nBye\r\n"


def ugly_mails() -> list[bytes]:
    """One mail for each thing that the reader has a rule for."""
    text = part("text/plain; charset=utf-8", REPLY, encoding="quoted-printable")
    flowed = part("text/plain; charset=utf-8; format=flowed; delsp=yes", REPLY)
    html = part("text/html; charset=utf-8", HTML, encoding="base64")
    image = part("image/png; name*0*=utf-8''%C3%A9; name*1=.png", b"\x89PNG", "Content-ID: <i@x>", encoding="base64")
    file = part("application/pdf", b"%PDF-1.7", 'Content-Disposition: attachment; filename="=?utf-8?q?perch=C3=A9?=.pdf"')
    inner = part("message/rfc822", HEAD + text)
    report = multipart("report; report-type=delivery-status", text, part("message/delivery-status", STATUS), part("message/rfc822", RETURNED))
    complaint = multipart("report; report-type=feedback-report", text, part("message/feedback-report", FEEDBACK), part("text/rfc822-headers", RETURNED))
    signed = multipart("signed; protocol=\"application/pkcs7-signature\"", text, part("application/pkcs7-signature", b"\x30\x80", encoding="base64"))
    sealed = multipart("encrypted; protocol=\"application/pgp-encrypted\"", part("application/pgp-encrypted", b"Version: 1"), part("application/octet-stream", PGP))
    letter = part("message/rfc822; name=postacert.eml", HEAD + text)
    alternative = multipart("alternative", text, html, boundary="y")
    return [
        HEAD + text,
        HEAD + flowed,
        HEAD + html,
        HEAD + part("text/plain; charset=windows-1252", OUTLOOK.decode().encode("cp1252")),
        HEAD + part("text/plain; charset=iso-2022-jp", "はい\r\n".encode("iso-2022-jp")),
        HEAD + part("text/plain", HTML),
        HEAD + part("text/plain", PGP),
        HEAD + part("text/plain", uuencoded(bytes(range(256)))),
        HEAD + multipart("mixed", multipart("related", alternative, image, boundary="z"), file, inner),
        HEAD + multipart("alternative", text, html, part("text/calendar; method=REQUEST; charset=utf-8", CALENDAR)),
        HEAD + part("text/calendar; method=REPLY", CALENDAR.replace(b"REQUEST", b"REPLY")),
        HEAD + multipart("mixed", text, part("application/ms-tnef; name=winmail.dat", TNEF, encoding="base64")),
        HEAD + report,
        HEAD + complaint,
        HEAD + signed,
        HEAD + sealed,
        HEAD + part("application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", b"\x30\x80\x06\x09", encoding="base64"),
        HEAD + b"X-Trasporto: posta-certificata\r\n" + multipart("mixed", text, letter),
        HEAD + b"Auto-Submitted: auto-replied\r\nPrecedence: bulk\r\nList-Id: <x.example>\r\n" + text,
        b"From MAILER-DAEMON Mon\r\nFrom: MAILER-DAEMON@x.example\r\nSubject: Undeliverable\r\n\r\n550 5.1.1 no\r\n<gone@x.example>:\r\n" + RETURNED,
    ]
