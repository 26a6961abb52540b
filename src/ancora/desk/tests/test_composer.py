"""The composer for any message: forward, answer one or all, another sender, files that stay, sends that are stopped."""

import re
from datetime import timedelta
from email import message_from_bytes, policy
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ancora.cases.models import Case, Note
from ancora.cases.queries import answerable
from ancora.conversations.commands.draft_files import forget_draft_files
from ancora.conversations.models import Attachment, DraftFile, Mailbox, Message, Outgoing
from ancora.conversations.queries import forget_addresses
from ancora.desk.tests.conftest import PNG, letter, rich_letter
from ancora.platform import clock
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


def lay(client, name="a.txt", content=b"a", kind="text/plain"):
    return client.post("/drafts/files/", {"file": SimpleUploadedFile(name, content, kind)})


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
    assert "<pre data-signature>Anna\nThird floor\nTest &amp; Co</pre>" in page
    anna.post(page_of(shop, "reply/"), typed(shop))
    anna.post(page_of(shop, "reply/"), typed(shop, unsigned="1"))
    signed, unsigned = (read(one.file) for one in Outgoing.objects.order_by("id"))
    assert b"-- \r\nAnna\r\nThird floor\r\nTest & Co" in signed
    assert b"Third floor" not in unsigned


def test_picture_of_the_editor_goes_along_and_is_shown_on_the_timeline(shop, anna):
    laid = lay(anna, "seal.png", PNG, "application/octet-stream").json()
    assert laid["picture"] == f"/drafts/files/{laid['key']}/"
    shown = anna.get(laid["picture"])
    assert (shown["Content-Type"], shown.content) == ("image/png", PNG)
    html = f'<p>Here: <img src="{laid["picture"]}" alt="seal.png"><img src="https://tracker.example/x.png"></p>'
    anna.post(page_of(shop, "reply/"), typed(shop, text=html, format="html"))
    message = sent()
    assert message.html == f'<p>Here: <img src="cid:{laid["key"]}@ancora" alt="seal.png"></p>'
    assert message.text == "Here: [seal.png]"
    picture = message.attachments.get()
    assert (picture.is_inline, picture.content_type, picture.filename) == (True, "image/png", "seal.png")
    page = anna.get(page_of(shop)).content.decode()
    assert f'<img src="/attachments/{picture.pk}/?inline=1" alt="seal.png">' in page
    assert f'href="/attachments/{picture.pk}/"' not in page


def test_what_only_calls_itself_a_picture_is_none(shop, anna):
    assert "picture" not in lay(anna, "x.png", b"<svg onload=alert(1)>", "image/png").json()


def test_picture_of_somebody_else_is_not_sent(shop, anna, cast, client_of):
    theirs = lay(client_of(cast.marco), "seal.png", PNG, "image/png").json()
    assert anna.get(theirs["picture"]).status_code == 404
    html = f'<p>Here: <img src="{theirs["picture"]}"></p>'
    answer = anna.post(page_of(shop, "reply/"), typed(shop, text=html, format="html"), **PART)
    assert answer.status_code == 422
    assert "no longer kept here" in answer.content.decode()
    assert not Outgoing.objects.exists()


def test_files_lie_here_until_they_are_sent(shop, anna):
    keys = [lay(anna, name).json()["key"] for name in ("a.txt", "b.txt")]
    refused = anna.post(page_of(shop, "reply/"), typed(shop, to="nonsense", kept=keys), **PART)
    assert refused.status_code == 422
    anna.post(page_of(shop, "reply/"), typed(shop, kept=keys))
    assert list(sent().attachments.values_list("filename", flat=True)) == ["a.txt", "b.txt"]


def test_without_scripts_files_survive_a_refusal_too(shop, anna):
    files = [SimpleUploadedFile("a.txt", b"first")]
    page = anna.post(page_of(shop, "reply/"), typed(shop, to="nonsense", files=files)).content.decode()
    key = DraftFile.objects.get().key
    assert f'name="kept" value="{key}"' in page
    assert "a.txt" in page
    anna.post(page_of(shop, "reply/"), typed(shop, kept=[str(key)]))
    assert read(sent().attachments.get().file) == b"first"


def test_new_mail_keeps_its_files_as_well(shop, anna):
    form = {"kind": "mail", "sender": "support@example.com", "to": "nonsense", "subject": "S", "text": "Long letter"}
    files = [SimpleUploadedFile("a.txt", b"first")]
    page = anna.post("/new/", {**form, "files": files}).content.decode()
    assert f'name="kept" value="{DraftFile.objects.get().key}"' in page
    kept = [str(DraftFile.objects.get().key)]
    anna.post("/new/", {**form, "to": "neo@example.org", "kept": kept, "unsigned": "1"})
    assert sent().attachments.get().filename == "a.txt"


def test_pictures_in_a_note_become_its_files(shop, anna):
    laid = lay(anna, "seal.png", PNG, "image/png").json()
    html = f'<p>Look <img src="{laid["picture"]}"></p>'
    anna.post(page_of(shop, "note/"), {"kind": "note", "text": html, "format": "html", "form_key": str(uuid4())})
    note = Note.objects.get()
    assert note.html == "<p>Look </p>"
    assert note.files.get().filename == "seal.png"


@pytest.mark.parametrize(("content", "words"), [(b"x" * 25_000_001, "larger than 25 MB")], ids=["too large"])
def test_file_that_could_never_be_sent_is_refused_at_once(anna, content, words):
    answer = lay(anna, "big.bin", content)
    assert answer.status_code == 422
    assert words in answer.json()["complaint"]
    assert not DraftFile.objects.exists()


def test_more_files_than_fit_into_a_mail_are_refused_in_words(shop, anna):
    keys = [lay(anna, f"{number}.txt").json()["key"] for number in range(51)]
    answer = anna.post(page_of(shop, "reply/"), typed(shop, kept=keys), **PART)
    assert "More than 50 files" in answer.content.decode()


def test_stranger_lays_nothing(client_of, shop):
    assert lay(client_of()).status_code == 302
    assert not DraftFile.objects.exists()


def test_files_nobody_sent_are_forgotten_after_a_week(anna, shop):
    lay(anna, "new.txt")
    with clock.at(clock.now() - timedelta(days=8)):
        lay(anna, "old.txt")
    assert forget_draft_files() == 1
    assert DraftFile.objects.get().filename == "new.txt"


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
    assert "timeline:changed" in stopped["HX-Trigger"]
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


def unknown(shop, anna) -> Message:
    anna.post(page_of(shop, "reply/"), typed(shop))
    message = sent()
    Outgoing.objects.update(state="unknown")
    message.outgoing.recipients.update(state="unknown")
    return message


@pytest.mark.parametrize(("verb", "state"), [("arrived", "delivered"), ("forget", "failed"), ("retry", "queued")])
def test_unknown_is_shown_with_what_to_do_and_settled_by_hand(shop, cast, anna, client_of, verb, state):
    message = unknown(shop, anna)
    page = anna.get(page_of(shop)).content.decode()
    for words in ("may or may not have arrived", "Send it again all the same", "It arrived", "It did not, let it be"):
        assert words in page
    observer = client_of(cast.olga)
    assert "It arrived" not in observer.get(page_of(shop)).content.decode()
    assert observer.post(f"/messages/{message.pk}/{verb}/").status_code == 403
    assert client_of().post(f"/messages/{message.pk}/{verb}/").status_code == 302
    assert anna.post(f"/messages/{message.pk}/{verb}/", **PART).status_code == 204
    assert Outgoing.objects.get().state == state
    late = anna.post(f"/messages/{message.pk}/{verb}/")
    assert late.status_code == 302
    assert late["Location"] == page_of(shop)


def test_unknown_of_another_teams_mailbox_is_not_found(shop, cast, client_of):
    for verb in ("arrived", "forget", "retry"):
        assert client_of(cast.stan).post(f"/messages/{shop.hidden_message.pk}/{verb}/").status_code == 404


def test_mail_that_reached_only_some_says_so(shop, anna):
    anna.post(page_of(shop, "reply/"), typed(shop, cc=BOSS))
    Outgoing.objects.update(state="accepted", error="550 unknown")
    recipients = sent().outgoing.recipients
    recipients.update(state="accepted")
    recipients.filter(address=BOSS).update(state="failed", answer="550 5.1.1 unknown")
    page = anna.get(page_of(shop)).content.decode()
    assert "sent, but not to everybody" in page
    assert f"<b>{BOSS}</b> not sent: 550 5.1.1 unknown" in page


@pytest.mark.parametrize(
    ("waits_for", "words"),
    [
        ("turn", "Waits for its turn"),
        ("earlier", "an earlier message to the same address"),
        ("mailbox", "The mailbox is switched off"),
        ("server", "The mail server of this mailbox is in trouble"),
        ("recipient", "it will be tried again by itself: 450 later"),
    ],
)
def test_message_that_waits_says_for_what(shop, anna, waits_for, words):
    anna.post(page_of(shop, "reply/"), typed(shop))
    Outgoing.objects.update(waits_for=waits_for, error="450 later")
    page = anna.get(page_of(shop)).content.decode()
    assert words in page
    assert ("Try now" in page) == (waits_for in ("server", "recipient"))
