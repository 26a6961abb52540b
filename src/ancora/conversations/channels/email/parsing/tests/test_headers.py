"""Headers as programs really write them: subjects, addresses, dates, identifiers."""

from datetime import UTC, datetime

import pytest

from ancora.conversations.channels.email.parsing import Address, parse


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


def test_every_recipient_is_listed_in_lower_case():
    headers = "Delivered-To: Help+T1@x.it\nX-Original-To: <help@x.it>\nTo: A <a@x.it>\nCc: help@x.it, c@x.it"
    assert parse(mail(headers)).delivered_to == ["help+t1@x.it", "help@x.it", "a@x.it", "c@x.it"]


@pytest.mark.parametrize(("header", "path"), [("", None), ("Return-Path: <>", ""), ("Return-Path: <a@x.it>", "a@x.it")])
def test_return_path_tells_null_from_absent(header, path):
    assert parse(mail(header)).return_path == path


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
