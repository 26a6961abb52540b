"""Each way in which mail of the wild breaks the rules, with what is understood of it."""

import base64
import binascii
from datetime import UTC, datetime

import pytest

from ancora.conversations.channels.email.parsing import Address, parse

ONE_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def mail(headers: str | bytes = "", body: str | bytes = "Hello") -> bytes:
    head = headers if isinstance(headers, bytes) else headers.encode()
    return b"Message-ID: <1@x>\n" + head + b"\n\n" + (body if isinstance(body, bytes) else body.encode())


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        (b"=?utf-8?q?Caff=C3=A8?= e =?utf-8?b?dMOo?=", "Caffè e tè"),
        (b"=?utf-8?q?Ca?= =?utf-8?q?ff=C3=A8?=", "Caffè"),
        (b"=?utf-8?b?Y2Fmww==?= =?utf-8?b?qA==?=", "cafè"),
        (b"=?UTF-8?Q?Fwd=3a_zam=c4=9b?=\n =?UTF-8?Q?st?=", "Fwd: zaměst"),
        (b"=?utf-8?Q?two words?=", "two words"),
        (b"=?utf-8?Q?What??=", "What?"),
        (b"=?utf-8*en?q?Hi?=", "Hi"),
        (b"=?no-such?q?Hi?=", "Hi"),
        (b"=?utf-8?q?open", "=?utf-8?q?open"),
        ("Caffè".encode(), "Caffè"),
        ("Caffè".encode("latin-1"), "Caffè"),
        (b"=?iso-2022-jp?B?GyRCJUYlOSVIGyhC?=", "テスト"),
        (b"=?utf-8?q?a=0D=0ABcc:_x@y.z?=", "a Bcc: x@y.z"),
        (b"a\0b", "a b"),
        (b"", ""),
    ],
)
def test_subject_is_decoded(header, subject):
    assert parse(mail(b"Subject: " + header)).subject == subject


def test_cyrillic_subject_without_charset_is_guessed():
    assert parse(mail(b"Subject: " + "тест".encode("koi8-r"))).subject == "тест"
    assert parse(mail(b"Subject: " + "тест".encode("cp1251"))).subject == "тест"


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("Mario Rossi <m@x.it>", [("Mario Rossi", "m@x.it")]),
        ('"Rossi, Mario" <m@x.it>', [("Rossi, Mario", "m@x.it")]),
        ('"Mario \\"Il Re\\" Rossi" <m@x.it>', [('Mario "Il Re" Rossi', "m@x.it")]),
        ("=?utf-8?q?Nicol=C3=B2?= <n@x.it>", [("Nicolò", "n@x.it")]),
        ('"=?utf-8?q?Nicol=C3=B2?=" <n@x.it>', [("Nicolò", "n@x.it")]),
        ("=?utf-8?q?Nicol=C3=B2_=3Cn=40x=2Eit=3E?=", [("Nicolò", "n@x.it")]),
        ("m@x.it", [("", "m@x.it")]),
        ("m@x.it (Mario)", [("Mario", "m@x.it")]),
        ("<m@x.it>", [("", "m@x.it")]),
        ("mailto:m@x.it", [("", "m@x.it")]),
        ("<mailto:m@x.it>", [("", "m@x.it")]),
        ("m@x.it <m@x.it>", [("", "m@x.it")]),
        ("m@x.it.", [("", "m@x.it")]),
        ("a@x.it, b@x.it; c@x.it", [("", "a@x.it"), ("", "b@x.it"), ("", "c@x.it")]),
        ("a@x.it A@X.IT", [("", "a@x.it")]),
        ("Team: a@x.it, Bea <b@x.it>;", [("", "a@x.it"), ("Bea", "b@x.it")]),
        ("undisclosed-recipients:;", []),
        ("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", [("Pete", "pete@silly.test")]),
        ("Foo [INVALID] <f@x.it>", [("Foo [INVALID]", "f@x.it")]),
        ('"Mario <m@x.it>', [("Mario", "m@x.it")]),
        ("jöhn@mächine.example", [("", "jöhn@mächine.example")]),
        ("a@xn--mchen-kva.de", [("", "a@xn--mchen-kva.de")]),
        ("nobody", []),
        ("@", []),
        ("<>", []),
    ],
)
def test_addresses_are_read(header, found):
    assert [tuple(one) for one in parse(mail(f"To: {header}")).to] == found


def test_several_senders_give_the_first_and_a_warning():
    found = parse(mail("From: a@x.it, b@x.it"))
    assert found.from_ == Address("", "a@x.it")
    assert "The mail names several senders; the first is taken." in found.warnings


def test_mail_without_sender_date_and_id_says_so():
    found = parse(b"Subject: x\n\nHello")
    assert (found.from_, found.date, found.message_id) == (None, None, None)
    assert len(found.warnings) == 3


@pytest.mark.parametrize(
    ("header", "moment"),
    [
        ("Mon, 3 Nov 2025 10:22:00 +0100", datetime(2025, 11, 3, 9, 22, tzinfo=UTC)),
        ("3 Nov 2025 10:22 GMT", datetime(2025, 11, 3, 10, 22, tzinfo=UTC)),
        ("2025-11-03T10:22:00+01:00", datetime(2025, 11, 3, 9, 22, tzinfo=UTC)),
        ("Mon, 3 Nov 2025 10:22:00 -0000", datetime(2025, 11, 3, 10, 22, tzinfo=UTC)),
        ("yesterday", None),
        ("Mon, 99 Nov 2025 10:22:00", None),
        ("1 Jan 1800 00:00:00 +2300", None),
    ],
)
def test_date_is_in_utc(header, moment):
    assert parse(mail(f"Date: {header}")).date == moment


def test_identifiers_lose_their_brackets_and_folding():
    found = parse(b"Message-ID:\n <a@x>\nIn-Reply-To: <b@x> <c@x>\nReferences: <d@x><e@x>\n\t<d@x>\n\nx")
    assert (found.message_id, found.in_reply_to, found.references) == ("a@x", "b@x", ["d@x", "e@x"])


@pytest.mark.parametrize(
    ("charset", "content", "text"),
    [
        ("utf-8", "perché €".encode(), "perché €"),
        ("iso-8859-1", "perché €".encode("cp1252"), "perché €"),
        ("iso-8859-1", "perché €".encode(), "perché €"),
        ("us-ascii", "perché non è arrivato, già".encode(), "perché non è arrivato, già"),
        ("utf-8", "perché non è arrivato".encode("latin-1"), "perché non è arrivato"),
        ("no-such-charset", "perché".encode(), "perché"),
        ("unicode_escape", b"\\x41 perch\xc3\xa9", "\\x41 perché"),
        ("hex", b"6869", "6869"),
        ("utf-16", "ciao è".encode("utf-16"), "ciao è"),
        ("iso-2022-jp", "テスト".encode("iso-2022-jp"), "テスト"),
        ("gb2312", "测试".encode("gb18030"), "测试"),
        ("", "già".encode(), "già"),
    ],
)
def test_body_charset_is_believed_only_when_it_fits(charset, content, text):
    assert parse(mail(f"Content-Type: text/plain; charset={charset}", content)).text == text


@pytest.mark.parametrize(
    ("encoding", "content", "text"),
    [
        ("base64", b"SGVs bG8\n", "Hello"),
        ("base64", b"SGVsbG8", "Hello"),
        ("base64", b"!!!", ""),
        ("quoted-printable", b"Caff=C3=A8 =\nnero =XX", "Caffè nero =XX"),
        ("8bit", "Caffè".encode(), "Caffè"),
        ("no-such", b"Hello", "Hello"),
    ],
)
def test_transfer_encoding_is_undone(encoding, content, text):
    headers = f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {encoding}"
    assert parse(mail(headers, content)).text == text


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('attachment; filename="a b.pdf"', "a b.pdf"),
        ("attachment; filename=a b.pdf", "a b.pdf"),
        ("attachment; filename*=utf-8''perch%C3%A9.pdf", "perché.pdf"),
        ("attachment; filename*0*=utf-8''perch%C3; filename*1*=%A9; filename*2=.pdf", "perché.pdf"),
        ('attachment; filename*0="one"; filename*1=".pdf"', "one.pdf"),
        ("attachment; filename*=perch%C3%A9.pdf", "perché.pdf"),
        ('attachment; filename="=?utf-8?q?perch=C3=A9=2Epdf?="', "perché.pdf"),
        ('attachment; filename="perché.pdf"', "perché.pdf"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ('attachment; filename="C:\\Users\\x\\a.pdf"', "a.pdf"),
        ('attachment; filename="a.pdf', "a.pdf"),
        ("attachment", "attachment-1.pdf"),
    ],
)
def test_file_name_is_decoded(header, name):
    found = parse(mail(f"Content-Type: application/pdf\nContent-Disposition: {header}", "%PDF"))
    assert [one.filename for one in found.attachments] == [name]


def multipart(kind: str, *parts: str | bytes, end: bytes = b"--x--\n") -> bytes:
    body = b"".join(b"--x\n" + (part if isinstance(part, bytes) else part.encode()) + b"\n" for part in parts)
    return mail(f"Content-Type: multipart/{kind}; boundary=x", body + end)


def test_attached_mail_is_verbatim():
    inner = b"Subject: Inner\r\nX-Odd:  two  spaces\r\n\r\nBody \xff\0\r\nlast"
    found = parse(multipart("mixed", "\nHello", b"Content-Type: message/rfc822\n\n" + inner))
    assert found.text == "Hello"
    assert [(one.content, one.filename) for one in found.attachments] == [(inner, "Inner.eml")]


def test_multipart_without_end_is_read():
    found = parse(multipart("mixed", "\nHello", "Content-Type: application/pdf\n\n%PDF", end=b""))
    assert (found.text, len(found.attachments)) == ("Hello", 1)
    assert "The mail ends before its last part is closed." in found.warnings


def test_multipart_without_boundary_finds_it():
    assert parse(mail("Content-Type: multipart/mixed", "--zz\n\nHello\n--zz--\n")).text == "Hello"


def test_multipart_without_parts_is_text():
    assert parse(mail("Content-Type: multipart/mixed; boundary=x", "Hello")).text == "Hello"


def test_boundary_that_begins_another_is_no_mistake():
    inner = "Content-Type: multipart/alternative; boundary=x_alt\n\n--x_alt\n\nHello\n--x_alt--"
    assert parse(multipart("mixed", inner, "Content-Type: image/png\n\nx")).text == "Hello"


def test_alternatives_are_one_text_and_one_html():
    found = parse(multipart("alternative", "\nText", "Content-Type: text/html\n\n<p>Html</p>"))
    assert (found.text, found.html, found.attachments) == ("Text", "<p>Html</p>", [])


def test_related_images_are_inline_with_their_id():
    related = multipart(
        "related",
        "Content-Type: text/html\n\n<img src=cid:a@b>",
        b"Content-Type: image/png\nContent-ID: <a@b>\n\n" + ONE_PIXEL,
    )
    found = parse(related)
    assert [(one.inline, one.content_id) for one in found.attachments] == [(True, "a@b")]
    assert found.attachments[0].content == ONE_PIXEL
    assert 'src="cid:a@b"' in found.html


def test_calendar_invitation_is_a_file():
    found = parse(multipart("alternative", "\nCome", "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR"))
    assert (found.text, found.attachments[0].filename) == ("Come", "attachment-1.ics")


def test_signed_mail_is_readable_with_its_signature():
    found = parse(multipart("signed", "\nHello", "Content-Type: application/pgp-signature\n\nsig"))
    assert (found.text, [one.content_type for one in found.attachments]) == ("Hello", ["application/pgp-signature"])


def test_encrypted_mail_is_kept_and_explained():
    found = parse(multipart("encrypted", "Content-Type: application/pgp-encrypted\n\nVersion: 1", "\nsecret"))
    assert (found.text, len(found.attachments)) == ("", 2)
    assert any("encrypted" in warning for warning in found.warnings)


def test_uuencoded_file_in_text_becomes_an_attachment():
    content = bytes(range(256)) * 3
    lines = b"".join(binascii.b2a_uu(content[i : i + 45]) for i in range(0, len(content), 45))
    found = parse(mail("", b"See below\n\nbegin 644 a.bin\n" + lines + b"`\nend\nBye"))
    assert found.text == "See below\n\nBye"
    assert [(one.filename, one.content) for one in found.attachments] == [("a.bin", content)]


def test_the_word_begin_is_no_file():
    text = "We can\nbegin 100 times\nwith this\nend"
    assert parse(mail("", text)).text == text


def test_damaged_winmail_is_kept():
    found = parse(mail("Content-Type: application/ms-tnef; name=winmail.dat", b"\x78\x9f\x3e\x22rubbish"))
    assert [one.filename for one in found.attachments] == ["winmail.dat"]


def test_flowed_text_is_joined():
    headers = "Content-Type: text/plain; format=flowed"
    assert parse(mail(headers, "one \ntwo\n> a \n> b\n-- \nme")).text == "one two\n> a b\n-- \nme"
    assert parse(mail(headers + "; delsp=yes", "on \ne")).text == "one"


def test_text_that_is_really_html_is_shown_as_html():
    found = parse(mail("Content-Type: text/plain", "<!DOCTYPE html><html><body><p>Hi</p></body></html>"))
    assert (found.text, found.html) == ("Hi", "<p>Hi</p>")


def test_html_that_is_really_text_is_text():
    found = parse(mail("Content-Type: text/html", "one\ntwo"))
    assert (found.text, found.html) == ("one\ntwo", None)


def test_nul_and_lone_surrogates_do_not_survive():
    found = parse(mail("Content-Type: text/plain; charset=utf-7", b"a\0b +2AA- c"))
    assert "\0" not in found.text
    found.text.encode()
    html = parse(mail("Content-Type: text/html", "<p>a&#0;b&#xD800;c</p>"))
    assert "\0" not in html.html + html.text
    html.html.encode()


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


def test_every_recipient_is_listed_in_lower_case():
    headers = "Delivered-To: Help+T1@x.it\nX-Original-To: <help@x.it>\nTo: A <a@x.it>\nCc: help@x.it, c@x.it"
    assert parse(mail(headers)).delivered_to == ["help+t1@x.it", "help@x.it", "a@x.it", "c@x.it"]


@pytest.mark.parametrize(("header", "path"), [("", None), ("Return-Path: <>", ""), ("Return-Path: <a@x.it>", "a@x.it")])
def test_return_path_tells_null_from_absent(header, path):
    assert parse(mail(header)).return_path == path


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


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbfSubject: x\n\nHello",
        b"\n\nSubject: x\n\nHello",
        b"From a@b Mon Aug 22 09:45:15 2011\nSubject: x\n\nHello",
        b"Subject: x\r\rHello",
        b"Subject: x\nnot a header\nX: y\n\nHello",
        b"Subject : x\n\nHello",
        b"Subject: x\n \t\nX-Report: y\n\nHello",
    ],
)
def test_damaged_header_blocks_are_read(raw):
    found = parse(raw)
    assert (found.subject, found.text) == ("x", "Hello")
