"""Each way in which bodies of the wild break the rules, with what is understood of them."""

import base64
import binascii

import pytest

from ancora.conversations.channels.email.parsing import parse

ONE_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def mail(headers: str | bytes = "", body: str | bytes = "Hello") -> bytes:
    head = headers if isinstance(headers, bytes) else headers.encode()
    return b"Message-ID: <1@x>\n" + head + b"\n\n" + (body if isinstance(body, bytes) else body.encode())


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


def test_image_that_the_html_shows_is_inline_whatever_it_claims():
    image = "Content-Type: image/png\nContent-Disposition: attachment; filename=a.png\nContent-ID: <a@b>\n\nx"
    found = parse(multipart("mixed", "Content-Type: text/html\n\n<p>See <img src=cid:a@b></p>", image))
    assert [one.inline for one in found.attachments] == [True]


def test_byte_order_mark_is_no_text():
    assert parse(mail("Content-Type: text/plain; charset=utf-8", b"\xef\xbb\xbfHello")).text == "Hello"


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
