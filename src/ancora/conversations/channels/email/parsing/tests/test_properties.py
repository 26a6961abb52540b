"""Whatever the bytes: never an exception, always JSON, always storable."""

import json
from dataclasses import fields

from hypothesis import given, settings
from hypothesis import strategies as st

from ancora.conversations.channels.email.parsing import ParsedMail, html_to_text, parse, sanitise
from ancora.conversations.channels.email.parsing.describe import described, saved_name
from ancora.conversations.channels.email.parsing.quotes import visible_reply
from ancora.conversations.channels.email.parsing.reading import read

QUICK = settings(max_examples=300, database=None)
SEED = (
    b"Return-Path: <m@x.it>\r\nFrom: =?utf-8?q?Nicol=C3=B2?= <n@x.it>\r\nTo: Team: a@x.it, b@x.it;\r\nSubject: "
    b"=?utf-8?b?w6g=?=\r\n"
    b"Date: Mon, 3 Nov 2025 10:22:00 +0100\r\nMessage-ID: <1@x.it>\r\nReferences: <a@x> <b@x>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Type: multipart/alternative; boundary=y\r\n\r\n'
    b"--y\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\nContent-Transfer-Encoding: "
    b"quoted-printable\r\n\r\n"
    b"Gi=C3=A0\r\n\r\nIl giorno 3 nov 2025 Help <h@x.it> ha scritto:\r\n> Ciao\r\n--y\r\nContent-Type: "
    b"text/html\r\n\r\n"
    b'<p style="color:red">Gi&agrave; <img src="cid:i@x"></p><blockquote type="cite">Ciao</blockquote>'
    b"\r\n--y--\r\n--x\r\n"
    b"Content-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; a@x.it\r\nAction: failed\r\nStatus: "
    b"5.1.1\r\n--x\r\n"
    b"Content-Type: application/pdf; name*0*=utf-8''%C3%A9; name*1=.pdf\r\nContent-Transfer-Encoding: "
    b"base64\r\n\r\nJVBERg==\r\n"
    b"--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nbegin 644 a\r\n#0V%T\r\n`\r\nend\r\n--x--\r\n"
)
# What breaks parsers, to be put anywhere.
SPLINTERS = [
    b"\0",
    b"\xff",
    b"\xed\xa0\x80",
    b"=?",
    b"?=",
    b"=?utf-8?b?",
    b"\r\n",
    b"\n\n",
    b"\r",
    b"--x",
    b"--x--",
    b'"',
    b"(",
    b"<",
    b">",
    b";",
    b":",
    b"@",
    b"Content-Type: multipart/mixed\r\n",
    b"charset=utf-16",
    b"charset=idna",
    b"+2AA-",
    b"&#0;",
    b"&#xD800;",
    b"<div",
    b"</p>",
    b"> ",
    b"-- \n",
    b"begin 644 x\n",
]


def check(found: ParsedMail) -> None:
    """What always holds of a result."""
    line = json.dumps(described(found), ensure_ascii=False)
    line.encode("utf-8")
    for field in fields(found):
        if field.name not in ("attachments", "date"):
            shown = json.dumps(getattr(found, field.name), ensure_ascii=False, default=str)
            assert "\\u0000" not in shown
            shown.encode("utf-8")
    for number, attachment in enumerate(found.attachments):
        attachment.filename.encode()
        assert attachment.filename
        assert "/" not in saved_name(number, attachment.filename)
    assert len(found.body_digest) == 64


@QUICK
@given(st.binary(max_size=2000))
def test_any_bytes_are_a_mail(raw):
    check(read(raw, []))


@QUICK
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(SEED)), st.integers(0, 40), st.one_of(st.sampled_from(SPLINTERS), st.binary(max_size=8))
        ),
        min_size=1,
        max_size=12,
    )
)
def test_mutated_mail_is_a_mail(changes):
    raw = SEED
    for position, removed, added in changes:
        raw = raw[:position] + added + raw[position + removed :]
    check(read(raw, []))


@QUICK
@given(
    st.binary(max_size=300),
    st.sampled_from(["From", "To", "Subject", "Date", "Message-ID", "References", "Content-Type"]),
)
def test_any_header_value_is_read(value, name):
    check(read(name.encode() + b": " + value + b"\n\nHello", []))


@QUICK
@given(st.text(max_size=500))
def test_any_text_has_a_reply(text):
    found = visible_reply(text)
    assert len(found.text) <= len(text)


@QUICK
@given(st.text(alphabet=st.sampled_from(list("<>/='\" \nabpdivimgsrc:&#;\0\ud800é")), max_size=300))
def test_any_html_is_made_safe_and_readable(html):
    assert "<script" not in sanitise(html)
    html_to_text(html).encode()


@QUICK
@given(st.binary(max_size=400))
def test_parse_gives_the_same_twice(raw):
    assert parse(raw) == parse(raw)
