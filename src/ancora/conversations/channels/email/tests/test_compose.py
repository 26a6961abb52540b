"""Mail as we write it: valid, safe, and readable by our own reading."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancora.conversations.channels.email.compose import Draft, Part, build, plain_text, safe_html
from ancora.conversations.channels.email.parsing import parse
from ancora.platform.errors import Refusal

MOMENT = datetime(2026, 11, 5, 9, 30, tzinfo=UTC)
DRAFT = Draft(
    message_id="1042.00aa.token@shop.example",
    date=MOMENT,
    from_=("Marco · Shop", "support@shop.example"),
    reply_to="support+1042-abc@shop.example",
    to=[("Carla", "carla@customer.example")],
    subject="Re: Order",
    html="<p>It is <strong>here</strong>.</p>",
    text="It is here.",
    in_reply_to="q1@customer.example",
    references=["q0@customer.example", "q1@customer.example"],
)


def read(draft: Draft):
    return message_from_bytes(build(draft), policy=policy.default)


def test_headers_are_what_threads_need():
    mail = read(DRAFT)
    assert mail["Message-ID"] == "<1042.00aa.token@shop.example>"
    assert mail["In-Reply-To"] == "<q1@customer.example>"
    assert mail["References"].split() == ["<q0@customer.example>", "<q1@customer.example>"]
    assert mail["Reply-To"].addresses[0].addr_spec == "support+1042-abc@shop.example"
    assert mail["From"].addresses[0].display_name == "Marco · Shop"
    assert mail["Date"].datetime == MOMENT
    assert mail["X-Ancora"] == "1"
    assert mail["Bcc"] is None


def test_lines_end_in_crlf_and_all_is_seven_bit():
    raw = build(replace(DRAFT, text="Però è così…" * 200, html=f"<p>{'Però è così… ' * 200}</p>"))
    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 998


def test_text_and_html_are_alternatives_and_files_go_around_them():
    mail = read(replace(DRAFT, parts=[Part("però €.pdf", "application/pdf", b"%PDF\r\n\0")]))
    assert mail.get_content_type() == "multipart/mixed"
    assert [part.get_content_type() for part in mail.walk()][1:4] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    [attached] = mail.iter_attachments()
    assert attached.get_filename() == "però €.pdf"
    assert attached.get_content() == b"%PDF\r\n\0"


@pytest.mark.parametrize("kind", ["text/html", "text/plain; charset=x", "message/rfc822", "nonsense", "a/b\r\nBcc: x"])
def test_files_arrive_byte_for_byte_whatever_their_type(kind):
    content = b"Subject: x\n\r\n.\n\xff\0end"
    [attached] = parse(build(replace(DRAFT, parts=[Part("a", kind, content)]))).attachments
    assert attached.content == content


def test_long_message_ids_are_folded_and_never_encoded():
    ids = ["a" * 120 + f"{number}@customer.example" for number in range(12)]
    raw = build(replace(DRAFT, in_reply_to=ids[-1], references=ids))
    assert b"=?" not in raw.partition(b"Subject")[0].partition(b"References")[2]
    parsed = parse(raw)
    assert parsed.references == ids
    assert parsed.in_reply_to == ids[-1]


def test_reading_our_own_mail_gives_back_what_was_written():
    quoted = ("Carla", MOMENT, "Where is it?\nReally.")
    draft = replace(DRAFT, text="It is here.\n\nCiao", signature="Marco\nShop", quoted=quoted)
    parsed = parse(build(draft))
    assert parsed.reply_text == "It is here.\n\nCiao"
    assert "Marco\nShop" in parsed.signature
    assert "> Where is it?" in parsed.text


@pytest.mark.parametrize("language", ["en", "it"])
def test_our_separator_is_one_that_our_reading_knows(language):
    from django.utils import translation

    from ancora.conversations.channels.email.parsing.quotes import marker_in

    with translation.override(language):
        text = parse(build(replace(DRAFT, quoted=("Carla", MOMENT, "Before.")))).text
    assert any(marker_in(line) for line in text.split("\n"))


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=100))
def test_nothing_in_a_draft_can_add_a_header(subject, name, filename):
    nasty = "\r\nBcc: evil@example.com\r\n\r\nbody"
    draft = replace(
        DRAFT,
        subject=subject + nasty,
        to=[(name + nasty, "carla@customer.example")],
        parts=[Part(filename + nasty, "text/plain", b"x")],
    )
    head = build(draft).partition(b"\r\n\r\n")[0]
    assert not any(line.lower().startswith(b"bcc") for line in head.split(b"\r\n"))
    assert parse(build(draft)).to[0].address == "carla@customer.example"


@pytest.mark.parametrize("address", ["", "carla", "carla@", "@x.example", "a b@x.example", "a@x.example\r\nBcc: b@c.d"])
def test_what_is_no_address_is_refused(address):
    with pytest.raises(Refusal):
        build(replace(DRAFT, to=[("Carla", address)]))


def test_international_domain_goes_out_in_ascii():
    assert read(replace(DRAFT, to=[("", "info@bücher.example")]))["To"] == "info@xn--bcher-kva.example"


def test_message_ids_of_strangers_cannot_break_the_header():
    mail = read(replace(DRAFT, in_reply_to="a b>\r\nBcc: x@y.z", references=["ok@x", "bad id", "è@x"]))
    assert mail["In-Reply-To"] is None
    assert mail["References"] == "<ok@x>"


def test_only_blind_copies_leave_a_valid_recipient_line():
    assert "undisclosed-recipients" in read(replace(DRAFT, to=[]))["To"]


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        ("<p onclick=x()>a</p>", "<p>a</p>"),
        ("<script>alert(1)</script><b>a</b>", "<b>a</b>"),
        ('<a href="javascript:x()">a</a>', "<a>a</a>"),
        ('<a href="https://x.example" target="_blank" style="x">a</a>', '<a href="https://x.example">a</a>'),
        ('<img src="https://x.example/t.gif">a', "a"),
        ("<iframe src=x></iframe><style>p{}</style>a", "a"),
        ("<ol start=3><li>a</li></ol>", '<ol start="3"><li>a</li></ol>'),
    ],
)
def test_html_of_agents_is_what_the_editor_can_make(html, safe):
    assert safe_html(html) == safe


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree"),
        ('<p>See <a href="https://x.example/a">this</a>.</p>', "See this <https://x.example/a>."),
        ('<p><a href="https://x.example">https://x.example</a></p>', "https://x.example"),
        ('<p><a href="mailto:a@x.example">a@x.example</a></p>', "a@x.example"),
        ("<ol><li><p>a</p></li><li>b</li></ol>", "1. a\n2. b"),
        ("<ul><li><p>a</p></li><li>b</li></ul>", "- a\n- b"),
        ("<p>1 &lt; 2 &amp; è</p>", "1 < 2 & è"),
    ],
)
def test_plain_text_says_the_same(html, text):
    assert plain_text(html) == text
