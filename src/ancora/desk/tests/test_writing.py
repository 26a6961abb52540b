"""Replies, notes, new mails and cases by hand: sent once, and what was typed is never lost."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ancora.cases.models import Case, Note, Outcome
from ancora.conversations.models import Message, Outgoing
from ancora.customers.models import Customer

PART = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def anna(cast, client_of):
    return client_of(cast.anna)


def reply_page(shop) -> str:
    return f"/cases/{shop.case.reference}/reply/"


def typed(shop, **fields):
    start = {"kind": "reply", "text": "On its way\n\nAnna", "to": "Carla Bianchi <carla@example.org>"}
    return {**start, "answers": shop.message.pk, "form_key": str(uuid4()), **fields}


def sent() -> Message:
    return Message.objects.get(direction="out")


def test_reply_goes_out_in_the_thread(shop, anna):
    answer = anna.post(reply_page(shop), typed(shop, cc="boss@example.org", bcc="file@example.org"))
    assert answer.status_code == 302
    message = sent()
    assert message.references == ["first@example.org"]
    assert message.html == "<p>On its way</p>\n\n<p>Anna</p>"
    assert sorted(message.outgoing.recipients.values_list("kind", "address")) == [
        ("bcc", "file@example.org"),
        ("cc", "boss@example.org"),
        ("to", "carla@example.org"),
    ]


def test_same_form_posted_twice_sends_once(shop, anna):
    form = typed(shop)
    for _ in range(2):
        assert anna.post(reply_page(shop), form).status_code == 302
    assert Outgoing.objects.count() == 1


def test_same_note_posted_twice_is_one_note(shop, anna):
    form = {"kind": "note", "text": "Look", "form_key": str(uuid4())}
    for _ in range(2):
        anna.post(f"/cases/{shop.case.reference}/note/", form)
    assert Note.objects.get().text == "Look"


def test_reply_carries_its_files(shop, anna):
    files = [SimpleUploadedFile("a.txt", b"a"), SimpleUploadedFile("b.txt", b"b", "text/plain")]
    anna.post(reply_page(shop), typed(shop, files=files))
    assert list(sent().attachments.values_list("filename", "size")) == [("a.txt", 1), ("b.txt", 1)]


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"to": ""}, "Nobody to send to"),
        ({"to": "nonsense"}, "“nonsense” is no mail address"),
        ({"text": " "}, "The message is empty"),
        ({"kind": "note"}, "This is a note and was not sent"),
    ],
)
def test_what_was_typed_stays_beside_the_complaint(shop, anna, fields, complaint):
    form = typed(shop, **fields)
    part = anna.post(reply_page(shop), form, **PART)
    assert part.status_code == 422
    assert complaint in part.content.decode()
    assert "<textarea" not in part.content.decode()
    whole = anna.post(reply_page(shop), form)
    assert whole.status_code == 422
    page = whole.content.decode()
    assert complaint in page
    assert form["text"].strip().replace("\n", "\n") in page
    assert not Outgoing.objects.exists()


def test_reply_in_spam_is_refused_and_kept(shop, anna):
    anna.post(f"/cases/{shop.case.reference}/status/", {"status": "spam"})
    answer = anna.post(reply_page(shop), typed(shop))
    assert answer.status_code == 422
    assert "Take it back before you answer" in answer.content.decode()
    assert "On its way" in answer.content.decode()


def test_send_and_resolve(shop, anna):
    outcome = Outcome.objects.first()
    anna.post(reply_page(shop), typed(shop, then=f"resolve-{outcome.pk}"))
    shop.case.refresh_from_db()
    assert (shop.case.status, shop.case.outcome) == ("resolved", outcome)
    assert shop.case.owner.name == "Anna Ferri"


def test_send_and_wait(shop, anna):
    anna.post(reply_page(shop), typed(shop, then="wait"))
    shop.case.refresh_from_db()
    assert (shop.case.status, shop.case.waiting_on) == ("waiting", "customer")


def test_sent_with_an_outcome_that_is_gone_is_sent_and_says_so(shop, anna):
    answer = anna.post(reply_page(shop), typed(shop, then="resolve-999"), **PART)
    assert answer.status_code == 200
    assert "The status stays as it was" in answer["HX-Trigger"].encode().decode("unicode_escape")
    assert Outgoing.objects.count() == 1


def test_after_sending_the_composer_is_fresh(shop, anna):
    form = typed(shop)
    answer = anna.post(reply_page(shop), form, **PART)
    assert answer["HX-Retarget"] == "#composer"
    assert form["form_key"] not in answer.content.decode()
    assert "On its way" not in answer.content.decode()


def test_rich_text_is_made_safe(shop, anna):
    text = '<p onclick="x()">Hi <strong>you</strong><script>alert(1)</script></p>'
    anna.post(reply_page(shop), typed(shop, text=text, format="html"))
    assert sent().html == "<p>Hi <strong>you</strong></p>"


def test_stale_form_changes_nothing_and_says_so(shop, cast):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.anna)
    answer = strict.post(reply_page(shop), typed(shop))
    assert answer.status_code == 403
    assert "out of date" in answer.content.decode()
    assert not Outgoing.objects.exists()


def test_new_mail_opens_a_case(shop, anna):
    form = {
        "kind": "mail",
        "sender": "support@example.com",
        "to": "Neo Nuovo <neo@example.org>",
        "subject": "Your order",
        "text": "It left today",
        "form_key": str(uuid4()),
    }
    first, second = anna.post("/new/", form), anna.post("/new/", form)
    case = Case.objects.get(subject="Your order")
    assert first["Location"] == second["Location"] == f"/cases/{case.reference}/"
    assert (case.customer.name, case.owner.name) == ("Neo Nuovo", "Anna Ferri")


def test_new_mail_keeps_what_was_typed_when_something_is_wrong(shop, anna):
    form = {"kind": "mail", "sender": "support@example.com", "to": "nonsense", "subject": "S", "text": "Long letter"}
    answer = anna.post("/new/", form)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "“nonsense” is no mail address" in page
    assert "Long letter" in page


def test_case_by_hand_finds_its_customer_by_phone(shop, anna):
    form = {
        "kind": "hand",
        "name": "Carla",
        "handle": "+39 02 5550 1470",
        "channel": "phone",
        "subject": "Call",
        "text": "Said",
    }
    anna.post("/new/", form)
    anna.post("/new/", {**form, "name": "", "handle": "+390255501470", "subject": "Again"})
    first, second = Case.objects.get(subject="Call"), Case.objects.get(subject="Again")
    assert first.customer == second.customer
    assert first.notes.get().text == "Said"
    assert anna.get(f"/cases/{first.reference}/").status_code == 200


def test_case_by_hand_needs_to_know_who_it_is(shop, anna):
    answer = anna.post("/new/", {"kind": "hand", "channel": "phone", "subject": "Call"})
    assert answer.status_code == 422
    assert "Say who it is" in answer.content.decode()


def test_remark_is_kept_for_the_next_one(shop, anna):
    anna.post(f"/customers/{shop.case.customer_id}/remark/", {"remark": "Prefers mail"})
    assert Customer.objects.get(pk=shop.case.customer_id).remark == "Prefers mail"
    assert "Prefers mail" in anna.get(f"/cases/{shop.case.reference}/").content.decode()


def test_customer_is_corrected(shop, anna):
    page = f"/customers/{shop.case.customer_id}/"
    anna.post(page, {"name": "Carla Bianchi-Rossi", "language": "it", "remark": ""})
    assert "Carla Bianchi-Rossi" in anna.get(page).content.decode()


def test_case_by_hand_posted_twice_is_one_case_of_one_customer(cast, client_of):
    from ancora.cases.models import Case
    from ancora.customers.models import Customer

    form = {"kind": "hand", "name": "Carla", "channel": "phone", "subject": "Called", "text": "", "form_key": uuid4()}
    answers = [client_of(cast.marco).post("/new/", form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Case.objects.count() == Customer.objects.count() == 1


def test_note_posted_twice_in_the_same_instant_is_one_note(shop, cast):
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    from ancora.cases.commands import add_note
    from ancora.cases.models import Note

    def write(form_key):
        try:
            return add_note(shop.case, text="Only once", author=cast.marco, form_key=form_key).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        notes = set(pool.map(write, [uuid4()] * 4))
    assert len(notes) == 1
    assert Note.objects.filter(text="Only once").count() == 1
