import re
import zlib
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from ancora.demo.company import AgentReply, CustomerMail, raw, story
from ancora.demo.company.enclosures import content_of

NOW = datetime(2026, 11, 19, 15, 20, tzinfo=UTC)
COMPANY = story(NOW)
MAILS = [step for _, step in COMPANY.steps() if isinstance(step, CustomerMail)]


def parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=default)


def test_every_mail_parses_with_its_subject_text_and_files() -> None:
    for mail in MAILS:
        message = parsed(raw(mail))
        assert not [defect for part in message.walk() for defect in part.defects]
        assert message["Subject"] == mail.subject
        assert message["Message-ID"] == mail.message_id
        assert message["Date"].datetime == mail.at
        assert message["From"].addresses[0].addr_spec == mail.from_.address
        if mail.auto == "bounce":
            continue
        assert message.get_body(("plain",)).get_content().splitlines() == mail.text.splitlines()
        assert bool(message.get_body(("html",))) == bool(mail.html)
        files = {part.get_filename(): part.get_content() for part in message.walk() if part.get_filename()}
        expected = {file.name: file.content for file in mail.attachments}
        assert {name: _as_bytes(content) for name, content in files.items()} == expected


def test_lines_keep_the_limits_of_mail() -> None:
    for mail in MAILS:
        content = raw(mail)
        assert b"\n" not in content.replace(b"\r\n", b"")
        assert max(len(line) for line in content.split(b"\r\n")) <= 200


def test_message_ids_are_unique() -> None:
    assert len({mail.message_id for mail in MAILS}) == len(MAILS)


def test_bytes_are_the_same_at_every_run() -> None:
    again = [step for _, step in story(NOW).steps() if isinstance(step, CustomerMail)]
    assert [raw(mail) for mail in MAILS] == [raw(mail) for mail in again]


def test_only_example_addresses_appear() -> None:
    headers = [str(parsed(raw(mail)).items()) for mail in MAILS]
    texts = [f"{mail.text} {mail.html} {head}" for mail, head in zip(MAILS, headers, strict=True)]
    texts += [step.text for _, step in COMPANY.steps() if isinstance(step, AgentReply)]
    texts += [email for customer in COMPANY.customers.values() for email in customer.emails]
    texts += [person.email for person in COMPANY.people.values()]
    found = {host for text in texts for host in re.findall(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)", text)}
    assert found
    assert all(host.endswith(".example") for host in found), found


def test_answer_is_threaded_by_what_the_product_gives() -> None:
    mail = next(mail for mail in MAILS if mail.in_reply_to is not None and not mail.auto)
    message = parsed(
        raw(
            mail,
            in_reply_to="<b@lume.example>",
            references=["<a@lume.example>"],
            subject="Re: x",
            to="t+1@lume.example",
        )
    )
    assert message["In-Reply-To"] == "<b@lume.example>"
    assert message["References"] == "<a@lume.example> <b@lume.example>"
    assert message["Subject"] == "Re: x"
    assert message["To"].addresses[0].addr_spec == "t+1@lume.example"


def test_bounce_reports_the_answer_that_came_back() -> None:
    mail = next(mail for mail in MAILS if mail.auto == "bounce")
    message = parsed(raw(mail, in_reply_to="<answer@lume.example>"))
    assert message.get_content_type() == "multipart/report"
    text, status, headers = message.iter_parts()
    assert "mailbox is full" in text.get_content()
    assert status.get_payload()[1]["Final-Recipient"] == f"rfc822; {mail.failed_recipient}"
    assert "<answer@lume.example>" in headers.get_content()


def test_automatic_reply_says_so() -> None:
    mail = next(mail for mail in MAILS if mail.auto == "reply")
    assert parsed(raw(mail))["Auto-Submitted"] == "auto-replied"


@pytest.mark.parametrize(
    "pattern",
    [
        r"^Il giorno .* ha scritto:$",
        r"^On .* wrote:$",
        r"^Da: Torrefazione Lume",
        r"^From: Torrefazione Lume",
        r"^>> ?\S",
        r"^Inviato dal telefono$",
        r"[\u0600-\u06ff]{4}",
        r"☕",
        r"\b\w{35,}\b",
    ],
)
def test_mails_look_like_those_of_real_programs(pattern: str) -> None:
    assert any(re.search(pattern, mail.text, re.MULTILINE) for mail in MAILS)


def test_forwarded_order_is_a_table() -> None:
    assert any("<table" in (mail.html or "") for mail in MAILS)


def test_photo_is_a_png_with_all_its_rows() -> None:
    content = content_of("photo", "leak.png")
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    start = content.index(b"IDAT") + 4
    length = int.from_bytes(content[start - 8 : start - 4])
    assert len(zlib.decompress(content[start : start + length])) == 120 * (160 * 3 + 1)


def test_invoice_is_a_pdf_whose_table_points_at_its_objects() -> None:
    content = content_of("invoice", "2026-1.pdf")
    start = int(re.search(rb"startxref\n(\d+)\n", content)[1])
    assert content[start:].startswith(b"xref")
    for number, offset in enumerate(re.findall(rb"^(\d{10}) 00000 n", content, re.MULTILINE), 1):
        assert content[int(offset) :].startswith(b"%d 0 obj" % number)


def _as_bytes(content: str | bytes) -> bytes:
    return content.encode("utf-8") if isinstance(content, str) else content
