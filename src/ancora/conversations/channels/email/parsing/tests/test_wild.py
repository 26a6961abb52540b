"""More of what programs do to headers, names of files and bodies, beyond what any standard allows."""

import struct

import pytest

from ancora.conversations.channels.email.parsing import parse


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        (b"=?utf-8?b?Q2Fmw6ggbmVybw?=", "Cafè nero"),
        (b"=?utf-8?b?Q2Fm\n w6g=?=", "Cafè"),
        (b"=?utf-8?Q?Caff=C3=A8\n nero?=", "Caffè nero"),
        (b"=?utf-8?Q?=F0=9F=98?= =?utf-8?Q?=80_ok?=", "😀 ok"),
        (b"=?iso-8859-1?Q?Caff=E8?= =?iso-8859-15?Q?_=A4?=", "Caffè €"),
        (b"=?windows-1252?Q?=93Hi=94?=", "“Hi”"),
        (b"=?unknown-8bit?q?Caff=E8?=", "Caffè"),
        (b"=?us-ascii?Q?Caff=C3=A8?=", "Caffè"),
        (b"=?utf-8?q?Caff=E8?=", "Caffè"),
        (b"=?utf-7?Q?Caff+AOg-?=", "Caffè"),
        (b"=?cp-850?Q?=82?=", "é"),
        (b"=?utf-8?Q?=ZZ?=", "=ZZ"),
        (b"=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        (b"=?utf-8?Q??=", ""),
        (b"Re: =?utf-8?q?=5B1=5D?= caf\xc3\xa9", "Re: [1] café"),
        (b"=?utf-8?Q?x=00y?=", "x y"),
    ],
)
def test_broken_encoded_words_are_read(header, subject):
    assert parse(b"Subject: " + header + b"\n\nx").subject == subject


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (b"attachment; filename*=UTF-8''perch%C3%A9.pdf; filename=\"perche.pdf\"", "perché.pdf"),
        (b"attachment; filename*=utf-8'perch%C3%A9.pdf", "perché.pdf"),
        (b'attachment; filename*=utf-8""perch%C3%A9.pdf', "perché.pdf"),
        (b"attachment; filename*=iso-8859-1'it'perch%E9.pdf", "perché.pdf"),
        (b'attachment; filename*0="=?UTF-8?Q?perch=C3"; filename*1="=A9.pdf?="', "perché.pdf"),
        (b"attachment; filename*0*=UTF-8''a%20; filename*2*=c.pdf; filename*1*=b%20", "a b c.pdf"),
        (b"attachment; filename*1=b.pdf", "b.pdf"),
        (b"attachment; filename==?UTF-8?B?cGVyY2jDqS5wZGY=?=", "perché.pdf"),
        (b'attachment; filename="=?UTF-8?Q?perch=C3=A9?=\n =?UTF-8?Q?_due.pdf?="', "perché due.pdf"),
        (b'attachment; filename="perch\xe9.pdf"', "perché.pdf"),
        (b"attachment; filename=%E2%82%AC.pdf", "€.pdf"),
        (b"attachment; filename=100%25.pdf", "100%25.pdf"),
        (b"attachment; filename=%FF.pdf", "%FF.pdf"),
        (b"attachment; filename='a b.pdf'", "a b.pdf"),
        (b"attachment; FILENAME = A.PDF ; size=1", "A.PDF"),
        (b"attachment filename=a.pdf", "a.pdf"),
        (b"filename=a.pdf", "a.pdf"),
        (b"attachment; name=a.pdf", "a.pdf"),
        (b'attachment; filename="a.pdf"; filename="b.exe"', "a.pdf"),
        (b'attachment; filename="a\x00b.pdf"', "a b.pdf"),
        ('attachment; filename="invoice\u202efdp.exe"'.encode(), "invoicefdp.exe"),
        (b'attachment; filename="..."', "attachment-1.pdf"),
    ],
)
def test_names_of_files_are_read(header, name):
    found = parse(b"Content-Type: application/pdf\nContent-Disposition: " + header + b"\n\nx")
    assert [one.filename for one in found.attachments] == [name]


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (b"Mario Rossi <mario@x.it", ("Mario Rossi", "mario@x.it")),
        (b"Mario Rossi mario@x.it", ("Mario Rossi", "mario@x.it")),
        (b"Mario [mario@x.it]", ("Mario", "mario@x.it")),
        (b"Mario &lt;mario@x.it&gt;", ("Mario", "mario@x.it")),
        (b"Rossi, Mario <mario@x.it>", ("Rossi, Mario", "mario@x.it")),
        (b"=?utf-8?q?Rossi=2C_Mario?= <mario@x.it>", ("Rossi, Mario", "mario@x.it")),
        (b"M\xe0rio <m@x.it>", ("Màrio", "m@x.it")),
        (b"Mario\0 <mario@x.it>", ("Mario", "mario@x.it")),
        (b"Mario <ma rio@x.it>", ("Mario", "mario@x.it")),
        (b"Team: mario@x.it;", ("", "mario@x.it")),
        ("Jörg <jörg@bücher.example>".encode(), ("Jörg", "jörg@bücher.example")),
        (b'"mario@other.it" <real@x.it>', ("mario@other.it", "real@x.it")),
    ],
)
def test_broken_senders_are_read(header, found):
    assert parse(b"From: " + header + b"\n\nx").from_ == found


def test_recipients_are_told_in_the_form_to_compare():
    raw = "To: Info@Bücher.example, a@x.it\nDelivered-To: HELP@x.it\n\nx".encode()
    assert parse(raw).delivered_to == ["help@x.it", "info@xn--bcher-kva.example", "a@x.it"]


def tnef(*attributes: tuple[int, int, int, bytes]) -> bytes:
    """A winmail.dat: level, identity, type and bytes of each attribute (MS-OXTNEF 2.1)."""
    written = struct.pack("<IH", 0x223E9F78, 1)
    for level, identity, kind, content in attributes:
        written += struct.pack("<BHHI", level, identity, kind, len(content)) + content
        written += struct.pack("<H", sum(content) & 0xFFFF)
    return written


def test_a_winmail_gives_its_words_and_files():
    winmail = tnef(
        (1, 0x800C, 2, b"It leaks.\0"),
        (2, 0x9002, 6, struct.pack("<HIII", 1, 0xFFFFFFFF, 0, 0)),
        (2, 0x8010, 1, b"C:\\photos\\leak.jpg\0"),
        (2, 0x800F, 6, b"\xff\xd8"),
    )
    head = b"Content-Type: multipart/mixed; boundary=x\n\n--x\n"
    found = parse(head + b"Content-Type: application/octet-stream; name=WINMAIL.DAT\n\n" + winmail + b"\n--x--\n")
    assert found.text == "It leaks."
    assert [(one.filename, one.content_type, one.content) for one in found.attachments] == [
        ("leak.jpg", "image/jpeg", b"\xff\xd8")
    ]


MAILS = {
    "only HTML": (b"Content-Type: text/html\n\n<p>Hi<br>you</p>", "Hi\nyou"),
    "HTML without any tag": (b"Content-Type: text/html\n\nHi", "Hi"),
    "text that is HTML": (b"Content-Type: text/plain\n\n<div>Hi</div><div>you</div>", "Hi\nyou"),
    "a mail inside a mail inside": (
        b"Content-Type: multipart/mixed; boundary=a\n\n--a\n\nHi\n--a\nContent-Type: message/rfc822\n\nSubject: two\n"
        b"Content-Type: message/rfc822\n\nSubject: three\n\nx\n--a--\n",
        "Hi",
    ),
    "a digest": (b"Content-Type: multipart/digest; boundary=a\n\n--a\n\nSubject: one\n\nx\n--a--\n", ""),
    "an unknown multipart": (b"Content-Type: multipart/new; boundary=a\n\n--a\n\nHi\n--a--\n", "Hi"),
    "a part of a mail": (b"Content-Type: message/partial; number=1\n\nHi", ""),
    "no blank line": (b"Subject: x", ""),
    "NUL in the body": (b"Subject: x\n\nH\0i", "Hi"),
    "no type but a charset": ("Content-Type: ; charset=utf-8\n\nè".encode(), "è"),
    "a type that is none": (b"Content-Type: text\n\nHi", "Hi"),
    "markdown": (b"Content-Type: text/markdown\n\n# Hi", "# Hi"),
    "boundary in quotes and spaces": (
        b'Content-Type: multipart/mixed; boundary="a b "\n\n--a b\n\nHi\n--a b--\n',
        "Hi",
    ),
    "lines ended by CR alone": (b"Subject: x\r\rHi\ryou", "Hi\nyou"),
}


@pytest.mark.parametrize(("raw", "text"), MAILS.values(), ids=MAILS.keys())
def test_bodies_of_every_shape_are_read(raw, text):
    found = parse(raw)
    assert found.text == text
    assert not any("could not be understood" in warning for warning in found.warnings)
