"""The page of a case: timeline, designed mails, files, and its price."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.commands import add_note, reply_to_case
from ancora.conversations.models import Attachment, Message, Outgoing
from ancora.desk.tests.conftest import PNG, letter, rich_letter


def answered(shop, cast, **fields):
    return reply_to_case(
        shop.case,
        html="<p>On its <b>way</b></p>",
        to=[("Carla", "carla@example.org")],
        author=cast.anna,
        answers=shop.message,
        **fields,
    )


def test_timeline_shows_messages_notes_and_changes(shop, cast, client_of):
    add_note(shop.case, html="<p>Seal in <b>stock</b></p>", author=cast.marco)
    answered(shop, cast)
    page = client_of(cast.anna).get(f"/cases/{shop.case.reference}/").content.decode()
    for shown in [
        "It leaks again.",
        "Seal in <b>stock</b>",
        "On its <b>way</b>",
        "Opened",
        "Owner: Anna Ferri",
        "queued",
    ]:
        assert shown in page, shown


def test_queries_of_a_case_do_not_depend_on_its_length(shop, cast, client_of, arrive):
    anna, page = client_of(cast.anna), f"/cases/{shop.case.reference}/"

    def grow(start: int, count: int) -> None:
        for number in range(start, start + count):
            mail = rich_letter(message_id=f"<m{number}@example.org>", subject="Re: The grinder leaks")
            mail["In-Reply-To"] = "<first@example.org>"
            arrive(mail, shop.mailbox)
            add_note(shop.case, text=f"note {number}", author=cast.lena)
            answered(shop, cast)

    grow(0, 1)
    anna.get(page)
    with CaptureQueriesContext(connection) as few:
        assert anna.get(page).status_code == 200
    grow(10, 6)
    # What each process keeps for some seconds is looked up anew outside of the count.
    anna.get(page)
    with CaptureQueriesContext(connection) as many:
        assert anna.get(page).status_code == 200
    assert len(many) == len(few)
    assert len(few) <= 26


def test_quoted_text_is_folded_and_fetched(shop, cast, client_of, arrive):
    mail = letter(text="Yes.\n\nOn Friday Anna wrote:\n> the seal leaves today\n", message_id="<q@example.org>")
    mail["In-Reply-To"] = "<first@example.org>"
    message = Message.objects.get(pk=arrive(mail, shop.mailbox).message_id)
    anna = client_of(cast.anna)
    page = anna.get(f"/cases/{shop.case.reference}/").content.decode()
    assert "the seal leaves today" not in page
    assert f"/messages/{message.pk}/quoted/" in page
    assert "the seal leaves today" in anna.get(f"/messages/{message.pk}/quoted/").content.decode()


def test_designed_mail_is_framed_without_scripts_and_remote_images(shop, cast, client_of):
    marco, page = client_of(cast.marco), f"/messages/{shop.hidden_message.pk}/body/"
    answer = marco.get(page)
    html, policy = answer.content.decode(), answer["Content-Security-Policy"]
    image = Attachment.objects.get(message=shop.hidden_message, content_id__contains="leak")
    assert "<b>leaks</b>" in html
    assert "alert(1)" not in html
    assert f'src="/attachments/{image.pk}/?inline=1"' in html
    assert ' src="https://tracker' not in html
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "img-src 'self' data:;" in policy
    assert marco.get(page + "?images=1").content.decode() == html


def test_attachment_is_handed_over_harmlessly(shop, cast, client_of):
    marco = client_of(cast.marco)
    page, image = Attachment.objects.filter(message=shop.hidden_message).order_by("-content_id")
    page, image = (page, image) if page.content_type == "text/html" else (image, page)
    answer = marco.get(f"/attachments/{page.pk}/?inline=1&anyway=1")
    assert answer.content == b"<script>alert(1)</script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert ".." not in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    shown = marco.get(f"/attachments/{image.pk}/?inline=1")
    assert (shown["Content-Type"], shown["Content-Disposition"][:6]) == ("image/png", "inline")
    assert shown.content == PNG


def test_original_is_the_mail_byte_for_byte(shop, cast, client_of):
    answer = client_of(cast.anna).get(f"/messages/{shop.message.pk}/original/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer.content == letter().as_bytes()


def test_failed_message_says_what_to_do_and_is_tried_again(shop, cast, client_of):
    message = answered(shop, cast)
    Outgoing.objects.update(state="failed", error="550 no such user")
    message.outgoing.recipients.update(state="failed")
    anna = client_of(cast.anna)
    page = anna.get(f"/cases/{shop.case.reference}/").content.decode()
    assert "550 no such user" in page
    assert "Try again" in page
    assert anna.post(f"/messages/{message.pk}/retry/", HTTP_HX_REQUEST="true").status_code == 204
    assert Outgoing.objects.get().state == "queued"


def test_text_of_a_customer_is_never_markup(shop, cast, client_of, arrive):
    arrive(letter(subject="<b>x</b>", text="<img src=x onerror=alert(1)>", message_id="<x@example.org>"), shop.mailbox)
    anna = client_of(cast.anna)
    listed = anna.get("/queues/open/").content.decode()
    assert "<b>x</b>" not in listed
    assert "<img src=x" not in listed


def test_part_of_the_page_brings_its_title(shop, cast, client_of):
    part = client_of(cast.anna).get(f"/cases/{shop.case.reference}/", HTTP_HX_REQUEST="true").content.decode()
    assert part.startswith(f"<title>#{shop.case.reference}")
    assert "<html" not in part


def test_page_says_in_which_language(shop, cast, client_of):
    assert '<html lang="it"' in client_of(cast.marco).get(f"/cases/{shop.case.reference}/").content.decode()


def test_part_is_not_kept_as_the_page_of_the_same_address(shop, cast, client_of):
    part = client_of(cast.anna).get(f"/cases/{shop.case.reference}/", HTTP_HX_REQUEST="true")
    assert "HX-Request" in part["Vary"]
    assert "<html" not in part.content.decode()
