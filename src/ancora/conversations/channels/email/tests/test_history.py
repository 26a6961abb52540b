"""What stands in and below an answer: pictures, the history in its shape, a mail that is passed on."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancora.conversations.channels.email.compose import Part, build, plain_text, safe_html
from ancora.conversations.channels.email.draft import Forwarded, Quoted
from ancora.conversations.channels.email.parsing import parse
from ancora.conversations.channels.email.pictures import picture_type
from ancora.conversations.channels.email.quoting import MOST_DEPTH, quotable_html, quotable_text
from ancora.conversations.channels.email.tests.test_compose import DRAFT, MOMENT

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
SHOWN = Part("seal.png", "image/png", PNG, "seal.1@shop.example")
FORWARDED = Forwarded(
    from_=("Carla Riva", "carla@customer.example"),
    when=datetime(2026, 11, 4, 8, 0, tzinfo=UTC),
    subject="The grinder leaks",
    to=[("Shop", "support@shop.example")],
    cc=[],
    text="It leaks.\n\nCarla",
    html="<p>It <b>leaks</b>.</p>",
)


def read(draft):
    return message_from_bytes(build(draft), policy=policy.default)


def text_of(mail) -> str:
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def structure(mail) -> str:
    if not mail.is_multipart():
        return mail.get_content_subtype()
    return f"{mail.get_content_subtype()}({' '.join(structure(part) for part in mail.iter_parts())})"


def test_picture_stands_beside_the_html_and_files_around_both():
    html = '<p>See <img src="cid:seal.1@shop.example" alt="seal.png"></p>'
    mail = read(replace(DRAFT, html=html, pictures=[SHOWN], parts=[Part("a.pdf", "application/pdf", b"%PDF")]))
    assert structure(mail) == "mixed(alternative(plain related(html png)) pdf)"
    [picture] = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert picture["Content-ID"] == "<seal.1@shop.example>"
    assert picture.get_content_disposition() == "inline"
    assert picture.get_content() == PNG
    assert 'src="cid:seal.1@shop.example"' in mail.get_body(("html",)).get_content()
    assert [one.get_filename() for one in mail.iter_attachments()] == ["a.pdf"]


def test_our_reading_finds_the_picture_where_we_put_it():
    html = '<p>See <img src="cid:seal.1@shop.example"></p>'
    [attached] = parse(build(replace(DRAFT, html=html, pictures=[SHOWN]))).attachments
    assert (attached.content, attached.inline, attached.content_id) == (PNG, True, "seal.1@shop.example")


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        ('<img src="cid:a@x" alt="A" onerror="x()">', '<img src="cid:a@x" alt="A">'),
        ('<img src="cid:other@x">b', "b"),
        ('<img src="https://tracker.example/p.gif">b', "b"),
        ('<img src="data:image/png;base64,AA" alt="x">b', "b"),
        ('<img alt="no source">b', "b"),
        ('<a href="cid:a@x">b</a>', "<a>b</a>"),
    ],
)
def test_only_pictures_that_go_along_stay(html, safe):
    assert safe_html(html, pictures=["a@x"]) == safe
    assert "<img" not in safe_html(html)


def test_text_names_its_pictures():
    assert plain_text('<p>See <img src="cid:a@x" alt="seal.png"> here</p>') == "See [seal.png] here"
    assert plain_text('<p><img src="cid:a@x"></p>') == "[picture]"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0JFIF", "image/jpeg"),
        (b"GIF89a...", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"<svg onload=x()>", None),
        (b"RIFF\0\0\0\0WAVE", None),
        (b"", None),
        (b"<html>", None),
    ],
)
def test_picture_is_known_by_its_content(content, kind):
    assert picture_type(content) == kind


def test_quoted_html_keeps_its_shape():
    html = (
        '<table border=1 onclick=x()><tr><td style="color:red">Part</td><td>7</td></tr></table>'
        "<ul><li>one</li></ul><p>Dear <b>all</b>,<br>x</p><img src=https://t.example/p.gif><script>x()</script>"
    )
    mail = read(replace(DRAFT, quoted=Quoted("Carla", MOMENT, "Part 7", quotable_html(html))))
    shown = mail.get_body(("html",)).get_content()
    quote = shown.partition("<blockquote")[2]
    for kept in ("<td>Part</td>", "<li>one</li>", "<b>all</b>,<br>x"):
        assert kept in quote
    for dropped in ("style=", "script", "onclick", "<img"):
        assert dropped not in quote.partition(">")[2]


def test_quoted_text_keeps_its_shape_and_is_quoted_once_more():
    quoted = Quoted("Carla", MOMENT, quotable_text("Yes.\n\nOn Friday Anna wrote:\n> the seal\n>> leaks"))
    text = text_of(read(replace(DRAFT, quoted=quoted)))
    assert "> Yes.\n>\n> On Friday Anna wrote:\n> > the seal\n> >> leaks" in text


def test_history_has_a_depth():
    text, html = "deepest", "<p>deepest</p>"
    for level in range(30):
        text = f"level {level}\n" + "\n".join(f"> {line}" for line in text.splitlines())
        html = f"<p>level {level}</p><blockquote>{html}</blockquote>"
    shorter, lower = quotable_text(text), quotable_html(html)
    for kept in (shorter, lower):
        assert f"level {30 - MOST_DEPTH}" in kept
        assert f"level {30 - MOST_DEPTH - 2}\n" not in kept
        assert "deepest" not in kept
        assert kept.count("[…]") == 1


def test_our_own_separator_is_not_quoted_again():
    text = (
        "Yes.\n\n> ## Reply above this line ##\n>\n> On Monday Marco wrote:\n>> ## Rispondi sopra questa riga ##\n>> x"
    )
    assert "##" not in quotable_text(text)
    html = '<p>Yes.</p><blockquote><p style="color:#666">## Reply above this line ##</p><p>x</p></blockquote>'
    assert "##" not in quotable_html(html)
    assert "<p>x</p>" in quotable_html(html)


def test_history_that_is_very_long_is_cut_and_says_so():
    assert quotable_text("word " * 50_000).endswith("[…]")
    assert quotable_html("<p>word</p>" * 50_000) == ""


@given(st.text(max_size=400))
def test_whatever_is_quoted_can_be_sent_and_read(words):
    draft = replace(DRAFT, quoted=Quoted("Carla", MOMENT, quotable_text(words), quotable_html(words)))
    assert parse(build(draft)).reply_text == "It is here."


def test_forwarded_mail_says_whose_it_is_in_text_and_html():
    mail = read(
        replace(DRAFT, in_reply_to=None, text="Can you help?", html="<p>Can you help?</p>", forwarded=FORWARDED)
    )
    text = text_of(mail)
    assert text.startswith("Can you help?\n\n---------- Forwarded message ----------\nFrom: Carla Riva <carla@customer")
    assert "Subject: The grinder leaks\nTo: Shop <support@shop.example>\n\nIt leaks.\n\nCarla" in text
    assert "Cc:" not in text
    shown = mail.get_body(("html",)).get_content()
    assert "From: Carla Riva &lt;carla@customer.example&gt;" in shown
    assert "<p>It <b>leaks</b>.</p>" in shown
    assert "Reply above this line" not in text


def test_our_reading_takes_a_forwarded_mail_for_one():
    parsed = parse(build(replace(DRAFT, text="Can you help?", html="<p>Can you help?</p>", forwarded=FORWARDED)))
    assert parsed.is_forward
    assert parsed.reply_text == "Can you help?"


def test_what_no_person_wrote_says_so():
    mail = read(replace(DRAFT, is_automatic=True))
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert parse(build(replace(DRAFT, is_automatic=True))).auto == "auto_reply"
    assert read(DRAFT)["Auto-Submitted"] is None
