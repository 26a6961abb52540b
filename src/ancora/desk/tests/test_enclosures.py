"""What a mail holds besides words, on the page: folded signatures, meetings, signatures and encryption."""

from html import unescape

import pytest
from django.utils import translation

from ancora.cases.models import Case
from ancora.conversations.channels.email.parsing.tests.test_calendars import OUTLOOK, event
from ancora.conversations.channels.email.parsing.tests.test_security import PGP_SEALED, signed
from ancora.conversations.models import Message
from ancora.desk.tests.conftest import letter

HEAD = "From: Carla <carla@customer.example>\r\nTo: support@example.com\r\nDate: Sat, 21 Nov 2026 10:00:00 +0100\r\n"
NOTICE = "CONFIDENTIALITY NOTICE: meant for you only."
LETTER = f"""It leaks.

Kind regards

Carla Bianchi
Head of coffee
Tel. +39 06 1234567

{NOTICE}

On Mon, Nov 3, 2025, Help <support@example.com> wrote:
> Does it leak?
"""


def arrived(arrive, mailbox, raw) -> tuple[Message, str]:
    """A message taken in, and the address of its case."""
    message = Message.objects.get(pk=arrive(raw, mailbox).message_id)
    return message, f"/cases/{Case.objects.order_by('-id').first().reference}/"


def raw_mail(number: int, rest: bytes) -> bytes:
    return f"{HEAD}Subject: Mail {number}\r\nMessage-ID: <e{number}@customer.example>\r\n".encode() + rest


def meeting(calendar: str, number: int = 1) -> bytes:
    kind = (
        "Content-Type: multipart/alternative; boundary=q\r\n\r\n--q\r\nContent-Type: text/plain\r\n\r\nCome\r\n--q\r\n"
    )
    return raw_mail(number, f"{kind}Content-Type: text/calendar; charset=utf-8\r\n\r\n{calendar}\r\n--q--\r\n".encode())


def test_signature_notice_and_quote_are_folded_and_fetched(cast, mailbox, arrive, client_of):
    message, address = arrived(arrive, mailbox, letter(text=LETTER))
    anna = client_of(cast.anna)
    page = anna.get(address).content.decode()
    assert "It leaks." in page
    for hidden in ("Head of coffee", NOTICE, "Does it leak?"):
        assert hidden not in page
    fold = anna.get(f"/messages/{message.pk}/quoted/").content.decode()
    for shown in ("Head of coffee", NOTICE, "Does it leak?", f"/messages/{message.pk}/original/"):
        assert shown in fold
    assert fold.index("Head of coffee") < fold.index(NOTICE) < fold.index("Does it leak?")


def test_a_fold_says_whether_there_is_more_than_a_signature(cast, mailbox, arrive, client_of):
    _, signed_only = arrived(arrive, mailbox, letter(text="It leaks.\n\n-- \nCarla\n", message_id="<1@x.example>"))
    _, quoting = arrived(arrive, mailbox, letter(text=LETTER, message_id="<2@x.example>", subject="Other"))
    anna = client_of(cast.anna)
    assert "<summary>signature</summary>" in anna.get(signed_only).content.decode()
    assert "<summary>signature and quoted text</summary>" in anna.get(quoting).content.decode()


def test_a_message_from_before_is_shown_as_ever(cast, mailbox, arrive, client_of):
    message, address = arrived(arrive, mailbox, letter(text="It leaks.\n\n-- \nCarla\n"))
    Message.objects.filter(pk=message.pk).update(enclosed={}, signature="")
    anna = client_of(cast.anna)
    assert "It leaks." in anna.get(address).content.decode()
    assert "Carla" in anna.get(f"/messages/{message.pk}/quoted/").content.decode()


def test_an_invitation_is_a_card_in_the_reader_s_zone(cast, mailbox, arrive, client_of):
    _, address = arrived(arrive, mailbox, meeting(OUTLOOK))
    for zone, moment in (("", "10:22–11:22"), ("America/New_York", "04:22–05:22")):
        type(cast.anna).objects.filter(pk=cast.anna.pk).update(time_zone=zone)
        page = unescape(client_of(cast.anna).get(address).content.decode())
        card = page[page.index('class="invitation"') :].partition("</section>")[0]
        for shown in ("Invitation", "Collaudo, seconda parte", moment, "Via Roma 1; cortile", "Carla Bianchi"):
            assert shown in card, shown


@pytest.mark.parametrize(
    ("calendar", "words"),
    [
        (
            event("SUMMARY:Fair", "DTSTART;VALUE=DATE:20251103", "DTEND;VALUE=DATE:20251105"),
            "Monday 3 November 2025 – Tuesday 4",
        ),
        (event("SUMMARY:Fair", "DTSTART;VALUE=DATE:20251103"), "Monday 3 November 2025<"),
        (event("SUMMARY:Fair", "DTSTART:20251103T102200", "DTEND:20251103T112200"), "3 November 2025, 10:22–11:22"),
        (
            event("SUMMARY:Fair", "DTSTART:20251103T102200", "DTEND:20251105T112200"),
            "10:22 – Wednesday 5 November 2025, 11:22",
        ),
        (event("SUMMARY:Fair", method="CANCEL"), "Cancelled meeting"),
        (event("SUMMARY:Fair", method="PUBLISH"), "Calendar entry"),
        (
            event("SUMMARY:Fair", "ATTENDEE;PARTSTAT=DECLINED:mailto:c@x.example", method="REPLY"),
            "Declines the invitation",
        ),
        (event("DTSTART:20251103T102200"), "(no title)"),
        (event("SUMMARY:<script>x</script>"), "&lt;script&gt;"),
    ],
)
def test_words_of_a_card(cast, mailbox, arrive, client_of, calendar, words):
    _, address = arrived(arrive, mailbox, meeting(calendar))
    assert words in client_of(cast.anna).get(address).content.decode()


def test_a_signature_is_told_without_more_than_was_checked(cast, mailbox, arrive, client_of):
    anna = client_of(cast.anna)
    for number, (mail, words) in enumerate(
        [
            (
                signed(),
                "Signed by carla@customer.example. The signature fits; who issued the certificate was not checked.",
            ),
            (signed(addresses=("mallory@x.example",)), "Signed by mallory@x.example, who is not the sender."),
            (
                signed().replace(b"broken", b"fine"),
                "The signature does not fit: the mail was changed after it was signed.",
            ),
        ]
    ):
        _, address = arrived(arrive, mailbox, raw_mail(number, mail))
        page = anna.get(address).content.decode()
        assert words in page
        assert page.count("changed after it was signed") <= 1


def test_an_encrypted_mail_is_explained_and_not_spelled_out(cast, mailbox, arrive, client_of):
    message, address = arrived(arrive, mailbox, letter(text=PGP_SEALED))
    page = client_of(cast.anna).get(address).content.decode()
    assert "BEGIN PGP MESSAGE" not in page
    assert "Encrypted with PGP" in page
    assert f'href="/messages/{message.pk}/original/"' in page
    assert "can be read only with" not in page


def test_kinds_of_automatic_mail_are_named(cast, mailbox, arrive, client_of):
    mail = letter(subject="Automatic reply: parcel", text="I am out of the office until Monday.")
    _, address = arrived(arrive, mailbox, mail)
    assert '<span class="tag">out of office</span>' in client_of(cast.anna).get(address).content.decode()


def test_a_domain_is_shown_in_letters_where_nobody_poses(cast, mailbox, arrive, client_of):
    _, honest = arrived(arrive, mailbox, letter(sender="Info <info@xn--bcher-kva.example>", message_id="<1@x.example>"))
    _, posing = arrived(arrive, mailbox, letter(sender="Bank <a@xn--80ak6aa92e.com>", message_id="<2@x.example>"))
    anna = client_of(cast.anna)
    assert anna.get(honest).content.decode().count("info@bücher.example") == 2
    assert "a@xn--80ak6aa92e.com" in anna.get(posing).content.decode()


def test_programs_see_what_a_mail_holds(cast, mailbox, arrive, program_of):
    message, _ = arrived(arrive, mailbox, meeting(OUTLOOK))
    plain, _ = arrived(arrive, mailbox, letter(text=LETTER))
    anna = program_of(cast.anna)
    found = anna.get(f"/messages/{message.pk}").json()
    assert (found["invitation"]["summary"], found["security"], found["kind"]) == ("Collaudo, seconda parte", None, "")
    found = anna.get(f"/messages/{plain.pk}").json()
    assert (found["disclaimer"], found["invitation"]) == (NOTICE, None)
    assert found["signature"].startswith("Carla Bianchi")


def test_plain_mail_holds_nothing(cast, mailbox, arrive):
    message, _ = arrived(arrive, mailbox, letter())
    assert message.enclosed == {}


def test_italian_days_are_written_small(cast, mailbox, arrive, client_of):
    _, address = arrived(arrive, mailbox, meeting(event("SUMMARY:Fiera", "DTSTART;VALUE=DATE:20251103")))
    with translation.override("it"):
        assert "lunedì 3 novembre 2025" in client_of(cast.marco).get(address).content.decode()
