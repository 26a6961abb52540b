"""Every limit: what lies beyond it is left out with a warning, and no shape of mail takes long."""

import time

import pytest

from ancora.conversations.channels.email.parsing import limits, parse, sanitise
from ancora.conversations.channels.email.parsing.html import STYLES


def nested(depth: int) -> bytes:
    parts = (f"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n" for i in range(depth))
    return "".join(parts).encode() + b"\nHello"


def warned(raw: bytes, word: str) -> bool:
    return any(word in warning for warning in parse(raw).warnings)


def test_raw_bytes_are_read_up_to_their_limit(monkeypatch):
    monkeypatch.setattr("ancora.conversations.channels.email.parsing.reading.MAX_RAW_BYTES", 100)
    found = parse(b"Subject: x\n\n" + b"a" * 200)
    assert found.text == "a" * 88
    assert any("larger than" in warning for warning in found.warnings)


def test_header_block_is_read_up_to_its_limit():
    raw = b"Subject: x\n" + b"X-Long: y\n" * (limits.MAX_HEADER_BYTES // 10) + b"To: a@b.c\n\nHello"
    found = parse(raw)
    assert (found.subject, found.to, found.text) == ("x", [], "Hello")
    assert any("header block" in warning for warning in found.warnings)


def test_header_values_are_cut():
    assert len(parse(b"Subject: " + b"x" * 100_000 + b"\n\n").subject) == limits.MAX_SUBJECT_CHARS
    assert len(parse(b"From: " + b"x" * 1000 + b" <a@b.c>\n\n").from_.name) == limits.MAX_NAME_CHARS
    assert parse(b"From: " + b"x" * limits.MAX_ADDRESS_CHARS + b"@b.c\n\n").from_ is None
    many = b", ".join(b"a%d@b.cc" % i for i in range(limits.MAX_ADDRESSES + 500))
    assert len(parse(b"To: " + many + b"\n\n").to) == limits.MAX_ADDRESSES
    assert (
        len(parse(b"References: " + many.replace(b"a", b"<a").replace(b",", b">") + b"\n\n").references)
        == limits.MAX_REFERENCES
    )
    assert parse(b"Message-ID: <" + b"x" * (limits.MAX_MESSAGE_ID_CHARS + 1) + b">\n\n").message_id is None
    assert parse(b"Subject: =?a?q?" + b"x" * (limits.MAX_ENCODED_WORD + 1) + b"?=\n\n").subject.startswith("=?a")
    far = b"Content-Type: text/plain; " + b"a=b; " * (limits.MAX_PARAMETERS_VALUE // 5) + b"charset=utf-16\n\nHello"
    assert parse(far).text == "Hello"
    assert parse(b"To: " + b" " * limits.MAX_HEADER_VALUE + b"\n a@b.c\n\n").to in ([], [("", "a@b.c")])


def test_parts_are_counted():
    raw = b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\nhi\n" * (limits.MAX_PARTS + 10)
    assert parse(raw).text.count("hi") == limits.MAX_PARTS - 1
    assert warned(raw, "parts")


def test_depth_is_bounded_and_the_rest_kept():
    assert parse(nested(limits.MAX_DEPTH)).text == "Hello"
    found = parse(nested(limits.MAX_DEPTH + 5))
    assert [one.filename for one in found.attachments] == ["nested.eml"]
    assert found.attachments[0].content.endswith(b"Hello")


def test_text_and_html_are_cut():
    assert len(parse(b"A: b\n\n" + b"x" * (limits.MAX_TEXT_CHARS + 9)).text) == limits.MAX_TEXT_CHARS
    html = b"Content-Type: text/html\n\n" + b"<p>x</p>\n" * (limits.MAX_HTML_CHARS // 9 + 100)
    assert warned(html, "HTML")


def test_text_beyond_its_limit_is_read_only_for_uuencoded_files(monkeypatch):
    monkeypatch.setattr("ancora.conversations.channels.email.parsing.bodies.MAX_UUENCODED_BYTES", 100)
    assert parse(b"A: b\n\nbegin 644 x\n" + b"#0V%T\n" * 100 + b"`\nend\n").attachments == []


def test_long_file_name_keeps_its_extension():
    raw = b"Content-Type: application/pdf; name=" + b"x" * 1000 + b".pdf\n\n"
    name = parse(raw).attachments[0].filename
    assert (len(name), name[-4:]) == (limits.MAX_FILENAME_CHARS, ".pdf")


def test_large_winmail_is_not_opened(monkeypatch):
    monkeypatch.setattr("ancora.conversations.channels.email.parsing.attachments.MAX_TNEF_BYTES", 10)
    assert warned(b"Content-Type: application/ms-tnef\n\n" + b"x" * 11, "too large")


def test_html_depth_is_flattened_and_the_words_stay():
    html = "<b>" * (limits.MAX_FORMATTING_DEPTH + 9) + "<div>" * (limits.MAX_HTML_DEPTH + 9) + "word"
    safe = sanitise(html)
    assert "word" in safe
    assert safe.count("<b>") == limits.MAX_FORMATTING_DEPTH


def test_quote_depth_is_bounded():
    raw = b"Content-Type: text/html\n\n" + b"<blockquote>" * (limits.MAX_QUOTE_DEPTH + 9) + b"x"
    assert parse(raw).text == ">" * limits.MAX_QUOTE_DEPTH + " x"


def test_quotes_are_searched_up_to_their_limit():
    raw = b"A: b\n\n" + b"x\n" * limits.MAX_QUOTE_LINES + b"-----Original Message-----\nold"
    assert parse(raw).reply_text.endswith("old")


def test_language_looks_at_the_beginning_only():
    text = "my parcel has not arrived yet " * 40 + "il pacco non è arrivato " * 4000
    assert parse(b"Content-Type: text/plain; charset=utf-8\n\n" + text.encode()).language == "en"


def test_guess_looks_at_a_sample_only():
    text = ("perché non è arrivato il pacco? " * 4000).encode("latin-1")
    start = time.process_time()
    assert parse(b"A: b\n\n" + text).text.startswith("perché non è")
    assert len(text) > limits.MAX_GUESS_BYTES
    assert time.process_time() - start < 2


def test_hops_are_counted():
    assert parse(b"Received: x\n" * limits.MAX_HOPS + b"\n").auto is None
    assert parse(b"Received: x\n" * (limits.MAX_HOPS + 1) + b"\n").auto == "loop"


def test_long_address_lists_go_the_linear_way():
    assert parse(b"To: " + b" " * limits.MAX_COMMON_ADDRESS + b"Mario <a@b.c>, x\n\n").to == [("Mario", "a@b.c")]


HTML = b"From: a@b.c\nContent-Type: text/html\n\n"
TEXT = b"From: a@b.c\n\n"
HOSTILE = {
    "nested blocks": HTML + b"<div>" * 200_000,
    "unclosed formatting": HTML + b"".join(b"<font color=%d>" % i for i in range(30_000)) + b"<p>a" * 60_000,
    "formatting in a paragraph": HTML
    + b"<p>"
    + b"".join(b"<font color=%d>" % i for i in range(150))
    + b"<div>a</div>" * 30_000,
    "nested quotes": HTML + b"<div class=gmail_quote>" * 40_000 + b"x",
    "boxes": HTML + b"<div style='border:none;border-top:solid'>" * 20_000 + b"x",
    "spaces in a style": HTML + b"<div style='border-top:" + b" " * 900_000 + b"'>x</div>",
    "attributions": TEXT + b"On 1 Jan 2020 <a@b.c> wrote:\n" * 30_000 + b"> x\n",
    "colons": TEXT + b"aaaa 1 <a@b.c> :\n" * 60_000 + b"> x\n",
    "header labels": TEXT + b"From: x\n" * 120_000,
    "dashes": TEXT + b"-" * 1_000_000 + b"\n" + b"_" * 100_000,
    "blank lines": TEXT + b"\n" * 1_000_000 + b"x",
    "marks": TEXT + b">" * 1_000_000,
    "answers": TEXT + b"> a\nb\n" * 100_000,
    "encoded words": b"Subject: " + b"=?a?q?" * 10_000 + b"\n\nx",
    "quotes in From": b"From: " + b'"\\' * 30_000 + b"\n\n",
    "spaces in From": b"From: a" + b" " * 60_000 + b".b@c\n\n",
    "brackets in To": b"To: " + b"(" * 30_000 + b"a@b\n\n",
    "parameters": b"Content-Type: text/plain" + b';a="\\"' * 9_000 + b"\n\n",
    "begins": TEXT + b"begin 644 x\n" * 80_000,
    "endless parts": b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\nhi\n" * 100_000,
    "endless depth": nested(5_000),
    "a slow codec": b"Content-Type: text/plain; charset=idna\n\n" + b"\xc3\xa9" * 200_000,
    "soft breaks": b"Content-Type: text/plain; format=flowed\n\n" + b"a \n" * 300_000,
    "NUL": b"\0" * 5_000_000,
    "attributions that share lines": TEXT + b"yes On Mon, Nov 3, 2025 at 10:22 AM, a@b.cc wrote:\n" * 30_000,
    "attributions that nearly are": TEXT
    + b"On Mon, Nov 3, 2025 at 10:22 AM\nHelp Desk\nof a shop\nin a place <a@b.cc>\n" * 20_000,
    "one long attribution": TEXT + b"On Mon, Nov 3, 2025 " + b"at 10:22 " * 100_000 + b"<a@b.cc> wrote:\n> x",
    "header labels with gaps": TEXT + b"From: a@b.cc\n\n" * 60_000,
    "forms": TEXT + b"From: a@b.cc\nName: x\n\nx\n\n" * 30_000,
    "dividers": TEXT + b"x\n-----Original Message" * 40_000,
    "glued dividers": TEXT + b"x-----Original Message-----\n> y\n" * 30_000,
    "notices": TEXT + (b"x\n\nThis message " + b"and files " * 30 + b"\n\n") * 3_000,
    "goodbyes": TEXT + b"Kind regards\n\nAnn Smith\nTel 06 1234567\n\n" * 30_000,
    "devices": TEXT + b"Sent from my " + b"phone " * 200_000,
    "signature boxes": HTML + b"<div class=gmail_signature>x" * 30_000,
    "quotes and goodbyes": TEXT + b"> x\nRegards\n" * 60_000,
    "PGP beginnings": TEXT + b"-----BEGIN PGP MESSAGE-----\n" * 40_000,
    "PGP blocks": TEXT + b"-----BEGIN PGP MESSAGE-----\nx\n-----END PGP MESSAGE-----\n" * 20_000,
    "PGP signatures": TEXT + b"-----BEGIN PGP SIGNED MESSAGE-----\n\nx\n-----BEGIN PGP SIGNATURE-----\n" * 15_000,
    "calendar lines": b"Content-Type: text/calendar\n\nBEGIN:VCALENDAR\n"
    + b"BEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\n" * 6_000,
    "calendar parameters": b"Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nATTENDEE"
    + b";X=y" * 60_000
    + b":z\n",
    "nested sequences": b"Content-Type: application/pkcs7-mime\n\n" + b"\x30\x80" * 200_000,
    "reported recipients": b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\n"
    b"Content-Type: message/delivery-status\n\nA: b\n\n"
    + b"Final-Recipient: rfc822; a@b.cc\nAction: failed\n\n"
    * 20_000,
    "surnames": b"To: " + b"Rossi, " * 9_000 + b"\n\n",
    "header lines": b"X-A: b\n" * 35_000 + b"\nx",
    "folded header": b"Subject: a\n" + b" b\n" * 60_000 + b"\nx",
    "no-break spaces": HTML + b"<p>" + b"\xc2\xa0" * 900_000,
    "no-break spaces in a title": HTML + b"<p title='" + b"\xc2\xa0" * 900_000 + b"'>x",
    "one long line of HTML": HTML + b"<p>" + b"a " * 450_000,
    "tables": HTML + b"<table><tr><td>" * 20_000,
    "references": b"References: " + b"<a@b> " * 10_000 + b"\n\nx",
    "one long header": b"X: " + b"a" * 20_000_000,
}


@pytest.mark.parametrize("shape", HOSTILE)
def test_hostile_shape_is_read_in_a_few_seconds(shape):
    start = time.process_time()
    found = parse(HOSTILE[shape])
    assert time.process_time() - start < 6
    assert not any("could not be understood" in warning for warning in found.warnings)


def test_mail_of_sixty_megabytes_is_read():
    line = b"QUJD" * 19 + b"\n"
    raw = b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nHello\n--x\nContent-Type: application/pdf\n"
    raw += b"Content-Transfer-Encoding: base64\n\n" + line * 780_000 + b"--x--\n"
    found = parse(raw)
    assert (found.text, len(found.attachments[0].content)) == ("Hello", 57 * 780_000)


def test_styles_hold_nothing_that_can_move_out_of_the_frame():
    assert not {"position", "z-index", "float", "background", "background-image", "behavior"} & STYLES
