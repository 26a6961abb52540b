"""Mail that may not be from whom it says, at the desk: what is shown, what a person decides, and how it is undone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.models import Case
from ancora.cases.queries import case_for
from ancora.conversations.models import Attachment, Message, SenderBlock, SenderLink
from ancora.conversations.tests.test_attached import EXE, zipped
from ancora.conversations.tests.test_trust import FAIL, PASS, mail
from ancora.conversations.tokens import reply_address
from ancora.customers.models import Customer
from ancora.desk.tests.conftest import PNG, letter


@pytest.fixture
def box(cast, mailbox):
    mailbox.authserv_ids, mailbox.spam_header = ["mx.example.com"], "X-Spam-Flag: YES"
    mailbox.save()
    return mailbox


@pytest.fixture
def forged(box, arrive) -> Message:
    """A mail in the name of Carla, whom we know, that our border says is not hers."""
    arrive(mail(PASS, number=1), box)
    return Message.objects.get(pk=arrive(mail(FAIL, number=2), box).message_id)


def page_of(client, reference: int) -> str:
    return client.get(f"/cases/{reference}/").text


def test_forged_mail_is_shown_as_such_and_belongs_to_nobody_known(cast, client_of, forged):
    page = page_of(client_of(cast.anna), 1002)
    assert "probably not from whom it says" in page
    assert "Carla Bianchi (not verified)" in page
    assert "It is really carla@customers.org" in page
    assert "probably not" not in page_of(client_of(cast.anna), 1001)


def test_person_says_whose_it_is_and_takes_it_back(cast, client_of, forged):
    anna = client_of(cast.anna)
    carla = Customer.objects.get(name="Carla Bianchi")
    assert anna.post(f"/messages/{forged.pk}/sender/").status_code == 302
    assert case_for(cast.anna, 1002).customer == carla
    page = page_of(anna, 1002)
    assert "Anna Ferri said that it is really from Carla Bianchi" in page
    assert "Customer: Carla Bianchi" in page
    assert "It is really" not in page
    answer = anna.post(f"/messages/{forged.pk}/sender/forget/", HTTP_HX_REQUEST="true")
    assert "Carla Bianchi (not verified)" in answer.text
    assert "case:changed" in answer["HX-Trigger"]
    assert case_for(cast.anna, 1002).customer.name == "Carla Bianchi (not verified)"
    assert SenderLink.objects.get().until is not None
    assert anna.post(f"/messages/{forged.pk}/sender/").status_code == 302
    assert case_for(cast.anna, 1002).customer == carla


def test_unknown_sender_becomes_a_customer_when_a_person_says_so(cast, client_of, box, arrive):
    message_id = arrive(mail(FAIL), box).message_id
    client_of(cast.anna).post(f"/messages/{message_id}/sender/")
    customer = case_for(cast.anna, 1001).customer
    assert (customer.name, customer.handles.get().value) == ("Carla Bianchi", "carla@customers.org")
    assert customer.handles.get().verification == "weak"


def test_twice_said_is_once_and_others_cannot_say_it(cast, client_of, forged):
    anna = client_of(cast.anna)
    for _ in range(2):
        assert anna.post(f"/messages/{forged.pk}/sender/").status_code == 302
    assert SenderLink.objects.count() == 1
    genuine = Message.objects.exclude(pk=forged.pk).get()
    assert anna.post(f"/messages/{genuine.pk}/sender/").status_code == 422
    for path in ("sender/", "sender/forget/", "images/", "images/forget/"):
        assert client_of(cast.olga).post(f"/messages/{forged.pk}/{path}").status_code == 403
        assert client_of().post(f"/messages/{forged.pk}/{path}").status_code == 302
        assert anna.get(f"/messages/{forged.pk}/{path}").status_code == 405
    assert "It is really" not in page_of(client_of(cast.olga), 1002)


def test_forged_answer_with_a_token_warns_and_offers_nothing(cast, client_of, box, arrive):
    arrive(mail(PASS, number=1), box)
    arrive(mail(FAIL, number=2, To=reply_address("support@example.com", 1001)), box)
    page = page_of(client_of(cast.anna), 1001)
    assert "probably not from whom it says" in page
    assert "It is really" not in page


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (mail("spf=fail smtp.mailfrom=customers.org"), "may not send for the domain"),
        (mail("dkim=fail header.d=customers.org"), "signature of this mail does not fit"),
        (mail(sender='"help@bank.com" <x@evil.net>'), "holds another address"),
        (mail(sender="Anna Ferri <x@evil.net>"), "name of somebody here"),
        (mail(sender="Help <x@examp1e.com>"), "looks like one of ours"),
        (mail(Reply_To="other@evil.net"), "Answers go to other@evil.net"),
    ],
)
def test_what_a_reader_should_know_stands_on_the_timeline(cast, client_of, box, arrive, raw, words):
    arrive(raw, box)
    assert words in page_of(client_of(cast.anna), 1001)


def test_menu_of_a_message_says_how_sure_its_sender_is(cast, client_of, box, arrive):
    anna = client_of(cast.anna)
    said = {
        "our mail server confirms the domain": mail(PASS, number=1),
        "neither our mail server nor a signature": mail(number=2),
        "it is not from this domain": mail(FAIL, number=3),
    }
    for words, raw in said.items():
        assert words in anna.get(f"/messages/{arrive(raw, box).message_id}/").text


@pytest.mark.parametrize(
    ("reply_to", "words"),
    [
        ("carla@home.customers.org", "Answers go to carla@home.customers.org, not to"),
        ("x@evil.net", "at another domain"),
    ],
)
def test_composer_says_where_an_answer_would_go(cast, client_of, box, arrive, reply_to, words):
    arrive(mail(PASS, number=1), box)
    assert 'class="caution' not in page_of(client_of(cast.anna), 1001)
    arrive(mail(PASS, number=2, Reply_To=reply_to, In_Reply_To="<1@customers.org>"), box)
    assert words in page_of(client_of(cast.anna), 1001)


def test_queries_of_a_case_do_not_depend_on_how_many_are_forged(cast, client_of, box, arrive):
    arrive(mail(PASS, number=1), box)
    anna, to = client_of(cast.anna), reply_address("support@example.com", 1001)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            page_of(anna, 1001)
        return len(queries)

    arrive(mail(FAIL, number=2, To=to), box)
    count()
    few = count()
    for number in range(3, 9):
        arrive(mail(FAIL, number=number, To=to), box)
    assert count() == few


# Spam and blocks


def test_spam_of_the_border_begins_in_spam_and_can_be_taken_back(cast, client_of, box, arrive):
    arrive(mail(PASS, X_Spam_Flag="YES"), box)
    anna = client_of(cast.anna)
    assert "The grinder leaks" not in anna.get("/queues/open/").text
    assert "The grinder leaks" in anna.get("/queues/spam/").text
    page = page_of(anna, 1001)
    assert "our mail server took the mail for spam" in page
    assert "Opened in spam" in page
    anna.post("/cases/1001/status/", {"status": "restored"})
    assert Case.objects.get().status == "open"
    assert "The grinder leaks" in anna.get("/queues/open/").text


def test_answer_taken_for_spam_wakes_its_case_and_warns(cast, client_of, box, arrive):
    arrive(mail(PASS, number=1), box)
    anna = client_of(cast.anna)
    anna.post("/cases/1001/status/", {"status": "waiting-customer"})
    arrive(mail(PASS, number=2, X_Spam_Flag="YES", In_Reply_To="<1@customers.org>"), box)
    assert Case.objects.get().status == "open"
    assert "took this mail for spam" in page_of(anna, 1001)


def test_sender_is_blocked_from_the_status_and_unblocked_by_undo(cast, client_of, box, arrive):
    arrive(mail(number=1), box)
    marco = client_of(cast.stan)
    assert "Spam, and block carla@customers.org" in marco.get("/cases/1001/status/", HTTP_HX_REQUEST="true").text
    answer = marco.post("/cases/1001/status/", {"status": "spam-block"}, HTTP_HX_REQUEST="true")
    assert "New mail of carla@customers.org goes there too" in answer.text
    assert 'value="unblocked"' in answer.text
    arrive(mail(number=2), box)
    assert Case.objects.get(reference=1002).status == "spam"
    assert "Stan Meyer blocked carla@customers.org" in page_of(marco, 1002)
    marco.post("/cases/1001/status/?undo=1", {"status": "unblocked"}, HTTP_HX_REQUEST="true")
    assert Case.objects.get(reference=1001).status == "open"
    arrive(mail(number=3), box)
    assert Case.objects.get(reference=1003).status == "open"


def test_spam_offers_the_block_and_taking_back_offers_the_unblock(cast, client_of, box, arrive):
    arrive(mail(number=1), box)
    stan = client_of(cast.stan)
    stan.post("/cases/1001/status/", {"status": "spam"})
    assert "Block carla@customers.org" in page_of(stan, 1001)
    stan.post("/cases/1001/status/", {"status": "spam-block"})
    assert "Block carla@customers.org" not in page_of(stan, 1001)
    stan.post("/cases/1001/status/", {"status": "restored"})
    page = page_of(stan, 1001)
    assert "new mail goes to spam" in page
    assert "Unblock" in page


def test_undo_of_a_block_alone_leaves_the_case_in_spam(cast, client_of, box, arrive):
    arrive(mail(X_Spam_Flag="YES"), box)
    stan = client_of(cast.stan)
    answer = stan.post("/cases/1001/status/", {"status": "spam-block"}, HTTP_HX_REQUEST="true")
    assert 'value="unblocked-alone"' in answer.text
    stan.post("/cases/1001/status/?undo=1", {"status": "unblocked-alone"}, HTTP_HX_REQUEST="true")
    assert Case.objects.get().status == "spam"
    assert not SenderBlock.objects.filter(lifted_at=None).exists()


def test_own_people_cannot_be_blocked_from_a_case(cast, client_of, box, arrive):
    arrive(mail(sender="Anna <anna@example.com>"), box)
    answer = client_of(cast.stan).post("/cases/1001/status/", {"status": "spam-block"}, HTTP_HX_REQUEST="true")
    assert answer.status_code == 422
    assert "belongs to a colleague" in answer["HX-Trigger"]
    assert Case.objects.get().status == "open"


# Files


@pytest.fixture
def files(box, arrive):
    """(name, content) → the attachment, as a customer sends it."""

    def sent(name: str, content: bytes, kind: str = "application/octet-stream") -> Attachment:
        written = letter(message_id=f"<{abs(hash((name, content)))}@x.org>")
        major, _, minor = kind.partition("/")
        written.add_attachment(content, maintype=major, subtype=minor, filename=name)
        return Attachment.objects.get(message=arrive(written, box).message_id)

    return sent


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("setup.exe", EXE, "This is a program. Open it only if you expected it."),
        ("photos.zip", zipped("a.scr"), "This archive holds a program"),
        ("photos.zip", zipped("a.jpg", locked=True), "locked with a password"),
        ("letter.docm", b"x", "holds macros"),
        ("login.html", b"<form>", "This is a web page"),
        ("order.js", b"x", "This is a script"),
    ],
)
def test_dangerous_file_is_named_and_told_of_before_it_is_handed_over(cast, client_of, files, name, content, words):
    file, anna = files(name, content), client_of(cast.anna)
    page = page_of(anna, 1001)
    assert f'href="/attachments/{file.pk}/" title="{name}"' in page
    assert words in page
    told = anna.get(f"/attachments/{file.pk}/")
    assert told["Content-Type"].startswith("text/html")
    assert words in told.text
    handed = anna.get(f"/attachments/{file.pk}/?anyway=1")
    assert handed.content == content
    assert handed["Content-Type"] == "application/octet-stream"
    assert handed["Content-Disposition"] == f'attachment; filename="{name}"'
    assert handed["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in handed["Content-Security-Policy"]


def test_file_without_danger_is_handed_over_at_once(cast, client_of, files):
    file = files("notes.txt", b"Hello")
    assert f'href="/attachments/{file.pk}/" download' in page_of(client_of(cast.anna), 1001)
    assert client_of(cast.anna).get(f"/attachments/{file.pk}/").content == b"Hello"


@pytest.mark.parametrize(
    ("name", "content", "kind", "shown_as"),
    [
        ("a.png", PNG, "image/png", "image/png"),
        ("a.txt", PNG, "text/plain", "image/png"),
        ("a.png", b"<script>alert(1)</script>", "image/png", None),
        ("a.jpg", b"<svg onload=alert(1)>", "image/jpeg", None),
        ("a.bin", b"GIF89a;<script>", "application/javascript", "image/gif"),
    ],
)
def test_only_what_is_an_image_is_shown_inside(cast, client_of, files, name, content, kind, shown_as):
    file = files(name, content, kind)
    answer = client_of(cast.anna).get(f"/attachments/{file.pk}/?inline=1&anyway=1")
    assert answer["Content-Type"] == (shown_as or "application/octet-stream")
    assert answer["Content-Disposition"].startswith("inline" if shown_as else "attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_name_that_turns_around_is_shown_straight(cast, client_of, files):
    file = files("invoice\u202efdp.exe", b"x")
    anna = client_of(cast.anna)
    assert "invoicefdp.exe" in page_of(anna, 1001)
    assert "This is a program" in anna.get(f"/attachments/{file.pk}/").text
    assert "\u202e" not in page_of(anna, 1001)
