"""The composer for any message: forward, answer one or all, another sender, files that stay, sends that are stopped."""

import re
from email import message_from_bytes, policy
from uuid import uuid4

import pytest

from ancora.cases.models import Case
from ancora.cases.queries import answerable
from ancora.conversations.models import Attachment, Mailbox, Message, Outgoing
from ancora.conversations.queries import forget_addresses
from ancora.desk.tests.conftest import letter, rich_letter
from ancora.platform.files.store import read

PART = {"HTTP_HX_REQUEST": "true"}
CARLA, BOSS = "carla@example.org", "boss@example.org"


@pytest.fixture
def anna(cast, client_of):
    return client_of(cast.anna)


@pytest.fixture
def asked(shop, arrive):
    """Carla's second mail, which went to her boss too, with a picture in its text and a file beside it."""
    mail = rich_letter(message_id="<second@example.org>", subject="Re: The grinder leaks", text="It leaks *here*.")
    mail["In-Reply-To"], mail["Cc"] = "<first@example.org>", f"Boss <{BOSS}>"
    return Message.objects.get(pk=arrive(mail, shop.mailbox).message_id)


def page_of(shop, part: str = "") -> str:
    return f"/cases/{shop.case.reference}/{part}"


def typed(shop, **fields):
    start = {"kind": "reply", "text": "On its way", "to": CARLA, "answers": shop.message.pk, "form_key": str(uuid4())}
    return {**start, **fields}


def sent() -> Message:
    return Message.objects.get(direction="out")


def value(html: str, name: str) -> str:
    """What a field of the composer holds."""
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', html)
    return found[1] if found else ""


def test_menu_of_a_message_offers_what_fits_it(shop, anna, asked):
    alone = anna.get(f"/messages/{shop.message.pk}/").content.decode()
    assert "Reply to all" not in alone
    assert f"?forward={shop.message.pk}" in alone
    both = anna.get(f"/messages/{asked.pk}/").content.decode()
    assert "Reply only to this person" in both
    assert f"?answers={asked.pk}&amp;to=all" in both or f"?answers={asked.pk}&to=all" in both


def test_observer_sees_about_a_message_but_no_actions(shop, cast, client_of):
    page = client_of(cast.olga).get(f"/messages/{shop.message.pk}/").content.decode()
    assert "Forward" not in page
    assert "Original mail" in page


def test_reply_answers_that_message_and_its_author(shop, anna, asked):
    one = anna.get(page_of(shop, f"composer/?answers={asked.pk}"), **PART).content.decode()
    assert (value(one, "answers"), value(one, "cc")) == (str(asked.pk), "")
    assert CARLA in value(one, "to")
    every = anna.get(page_of(shop, f"composer/?answers={asked.pk}&to=all"), **PART).content.decode()
    assert BOSS in value(every, "cc")
    old = anna.get(page_of(shop, f"composer/?answers={shop.message.pk}"), **PART).content.decode()
    assert value(old, "answers") == str(shop.message.pk)
    anna.post(page_of(shop, "reply/"), typed(shop, answers=shop.message.pk))
    assert sent().references == ["first@example.org"]


def test_page_itself_begins_with_what_was_asked_for(shop, anna, asked):
    """Without scripts the links of the menu lead here."""
    page = anna.get(page_of(shop, f"?forward={asked.pk}")).content.decode()
    assert value(page, "forwards") == str(asked.pk)
    assert f'action="/cases/{shop.case.reference}/forward/"' in page


def test_message_of_another_case_is_not_composed_here(shop, cast, client_of):
    marco = client_of(cast.marco)
    for query in (f"?forward={shop.hidden_message.pk}", f"?answers={shop.hidden_message.pk}"):
        answer = marco.get(page_of(shop, f"composer/{query}"), **PART)
        assert value(answer.content.decode(), "forwards") == ""
        assert value(answer.content.decode(), "answers") == str(shop.message.pk)
    stan = client_of(cast.stan)
    assert stan.get(page_of(shop, f"composer/?forward={shop.hidden_message.pk}"), **PART).status_code == 404


def test_forwarded_message_takes_the_chosen_files_and_its_own_pictures_along(shop, anna, asked):
    file = Attachment.objects.get(message=asked, content_id="")
    form = {"kind": "forward", "forwards": asked.pk, "to": "parts@supplier.example", "enclosed": [file.pk]}
    page = anna.get(page_of(shop, f"composer/?forward={asked.pk}"), **PART).content.decode()
    assert f'name="enclosed" value="{file.pk}" checked' in page
    assert page.count('name="enclosed"') == 1
    answer = anna.post(page_of(shop, "forward/"), {**form, "text": "Can you help?", "form_key": str(uuid4())})
    assert answer.status_code == 302
    message = sent()
    assert message.subject == "Fwd: Re: The grinder leaks"
    assert message.reply_text == "Can you help?"
    assert "From: Carla Bianchi <carla@example.org>" in message.text
    assert (message.outgoing.purpose, message.outgoing.forwards) == ("forward", asked)
    assert list(message.attachments.values_list("filename", "file")) == [(file.filename, file.file_id)]
    raw = read(message.outgoing.file)
    assert b"cid:leak" in raw
    assert b"Content-ID: <leak>" in raw
    shown = anna.get(page_of(shop)).content.decode()
    assert "forwarded to parts@supplier.example" in shown
    assert "forwarded message" in shown
    assert "It leaks *here*." in anna.get(f"/messages/{message.pk}/quoted/").content.decode()


def test_forwarding_needs_no_words_but_somebody(shop, anna, asked):
    form = {"kind": "forward", "forwards": asked.pk, "text": "", "form_key": str(uuid4())}
    answer = anna.post(page_of(shop, "forward/"), form, **PART)
    assert answer.status_code == 422
    assert "Nobody to send to" in answer.content.decode()
    anna.post(page_of(shop, "forward/"), {**form, "to": "parts@supplier.example"})
    assert list(sent().attachments.all()) == []


def test_answer_to_a_forwarded_message_comes_into_the_case_and_the_customer_stays_the_one_to_answer(
    shop, cast, anna, asked, arrive
):
    form = {"kind": "forward", "forwards": asked.pk, "to": "parts@supplier.example", "form_key": str(uuid4())}
    anna.post(page_of(shop, "forward/"), {**form, "text": "Do you have it?"})
    back = letter(sender="Parts <parts@supplier.example>", text="Yes.", message_id="<p@supplier.example>")
    back["In-Reply-To"] = f"<{sent().message_id}>"
    result = arrive(back, shop.mailbox)
    assert (result.outcome, result.rung) == ("appended", "in_reply_to")
    case = Case.objects.get(pk=shop.case.pk)
    assert answerable(cast.anna, case).message == asked
    page = anna.get(page_of(shop, f"composer/?answers={result.message_id}"), **PART).content.decode()
    assert "parts@supplier.example" in value(page, "to")


def test_files_of_other_messages_are_not_passed_on(shop, anna, asked):
    other = shop.hidden_attachment
    form = {"kind": "forward", "forwards": asked.pk, "to": "x@y.example", "enclosed": [other.pk], "text": "x"}
    answer = anna.post(page_of(shop, "forward/"), form, **PART)
    assert answer.status_code == 422
    assert not Outgoing.objects.exists()


def test_sender_is_one_of_the_addresses_of_mailboxes_one_sees(shop, cast, client_of):
    shop.mailbox.aliases, shop.mailbox.alias_names = ["billing@example.com"], {"billing@example.com": "Billing"}
    shop.mailbox.save()
    forget_addresses()
    stan = client_of(cast.stan)
    page = stan.get(page_of(shop)).content.decode()
    assert '<option value="support@example.com" data-signature="" selected>' in page
    assert "Billing &lt;billing@example.com&gt;" in page
    assert "board@example.com" not in page
    refused = stan.post(page_of(shop, "reply/"), typed(shop, sender="board@example.com"), **PART)
    assert refused.status_code == 422
    assert "You cannot write as board@example.com" in refused.content.decode()
    assert stan.post(page_of(shop, "reply/"), typed(shop, sender="Billing@example.com")).status_code == 302
    message = sent()
    assert message.from_address == "billing@example.com"
    assert b"From: Stan Meyer =?utf-8?q?=C2=B7?= Billing <billing@example.com>" in read(message.outgoing.file)
    # From now on this conversation goes on under that address.
    assert '<option value="billing@example.com" data-signature="" selected>' in stan.get(page_of(shop)).content.decode()


def test_other_mailbox_sends_and_its_answers_come_back_to_the_case(shop, cast, client_of, arrive):
    marco = client_of(cast.marco)
    marco.post(page_of(shop, "reply/"), typed(shop, sender="board@example.com"))
    outgoing = Outgoing.objects.get()
    assert outgoing.mailbox == Mailbox.objects.get(address="board@example.com")
    mail = message_from_bytes(read(outgoing.file), policy=policy.default)
    to = mail["Reply-To"].addresses[0].addr_spec
    assert to.startswith(f"board+{shop.case.reference}-")
    back = letter(text="Thank you", to=to, message_id="<t@example.org>")
    assert arrive(back, outgoing.mailbox).rung == "token"
    assert Case.objects.get(pk=shop.case.pk).mailbox_ids == [shop.mailbox.pk, outgoing.mailbox.pk]


def test_signature_of_agent_and_mailbox_is_previewed_and_can_be_left_out(shop, cast, client_of):
    cast.anna.signature, shop.mailbox.signature = "Anna\nThird floor", "Test & Co"
    cast.anna.save()
    shop.mailbox.save()
    anna = client_of(cast.anna)
    page = anna.get(page_of(shop)).content.decode()
    assert ">Anna\nThird floor\nTest &amp; Co</pre>" in page
    anna.post(page_of(shop, "reply/"), typed(shop))
    anna.post(page_of(shop, "reply/"), typed(shop, unsigned="1"))
    signed, unsigned = (read(one.file) for one in Outgoing.objects.order_by("id"))
    assert b"-- \r\nAnna\r\nThird floor\r\nTest & Co" in signed
    assert b"Third floor" not in unsigned


def test_send_is_stopped_when_the_customer_wrote_meanwhile(shop, anna, arrive):
    form = typed(shop, seen=shop.message.pk)
    newer = letter(text="Never mind, found it.", message_id="<n@example.org>")
    newer["In-Reply-To"] = "<first@example.org>"
    newest = arrive(newer, shop.mailbox).message_id
    stopped = anna.post(page_of(shop, "reply/"), form, **PART)
    assert stopped.status_code == 422
    words = stopped.content.decode()
    assert "Carla Bianchi wrote while you were writing. Nothing was sent" in words
    assert "Never mind, found it." in words
    assert "case:changed" in stopped["HX-Trigger"]
    assert not Outgoing.objects.exists()
    # One more click: the form has seen it now.
    assert f'id="seen" value="{newest}"' in words
    assert anna.post(page_of(shop, "reply/"), {**form, "seen": newest}, **PART).status_code == 200
    assert Outgoing.objects.count() == 1
    # And the first click, should it have been on its way twice, is still one mail.
    assert anna.post(page_of(shop, "reply/"), form, **PART).status_code == 200
    assert Outgoing.objects.count() == 1


def test_stopped_send_without_scripts_shows_the_page_with_what_is_new(shop, anna, arrive):
    newer = letter(text="Never mind, found it.", message_id="<n@example.org>")
    newer["In-Reply-To"] = "<first@example.org>"
    newest = arrive(newer, shop.mailbox).message_id
    page = anna.post(page_of(shop, "reply/"), typed(shop, seen=shop.message.pk, text="My long answer")).content.decode()
    assert "wrote while you were writing" in page
    assert "My long answer" in page
    assert value(page, "seen") == str(newest)


def test_absence_note_stops_nobody(shop, anna, arrive):
    away = letter(text="I am away.", message_id="<n@example.org>")
    away["In-Reply-To"], away["Auto-Submitted"] = "<first@example.org>", "auto-replied"
    arrive(away, shop.mailbox)
    assert anna.post(page_of(shop, "reply/"), typed(shop, seen=shop.message.pk), **PART).status_code == 200


def test_mailbox_that_is_not_in_use_is_not_written_from(shop, anna):
    Mailbox.objects.filter(pk=shop.mailbox.pk).update(is_active=False)
    page = anna.get(page_of(shop)).content.decode()
    assert "support@example.com</option>" not in page
    assert value(page, "sender") == "board@example.com"
    anna.post(page_of(shop, "reply/"), typed(shop))
    assert sent().from_address == "board@example.com"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"sender": "x\r\nBcc: evil@example.com"}, "You cannot write as"),
        ({"sender": "x" * 400}, "at most 320"),
        ({"kept": ["nonsense"]}, "no longer kept here"),
        ({"kept": ["106c144c-0ac2-45ac-88c1-26a9fc33b98d"]}, "no longer kept here"),
        ({"seen": "-1"}, "greater than or equal to 0"),
        ({"answers": "9" * 40}, ""),
    ],
    ids=str,
)
def test_what_no_form_of_ours_sends_is_refused_and_harmless(shop, anna, fields, words):
    answer = anna.post(page_of(shop, "reply/"), typed(shop, **fields), **PART)
    assert answer.status_code in (404, 422)
    assert words in answer.content.decode()
    assert not Outgoing.objects.exists()


@pytest.mark.parametrize(
    "query", ["forward=99999999999999999999999", "answers=-1", "forward=x", "answers=٣٣٣", "to=all"]
)
def test_composer_that_cannot_be_asked_for_is_the_usual_one_or_not_found(shop, anna, query):
    answer = anna.get(page_of(shop, f"composer/?{query}"), **PART)
    assert answer.status_code in (200, 404)
    if answer.status_code == 200:
        assert value(answer.content.decode(), "answers") == str(shop.message.pk)
