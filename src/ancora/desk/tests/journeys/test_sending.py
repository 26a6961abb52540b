"""What leaves the desk, from the click to the customer's mail program: pictures, forwards, senders, second thoughts."""

import base64
import re
from email.message import EmailMessage

import pytest
from playwright.sync_api import expect

from ancora.conversations.channels.email.tests.living import until
from ancora.conversations.models import Mailbox, Message, Outgoing
from ancora.conversations.queries import forget_addresses
from ancora.desk.tests.conftest import PNG, letter
from ancora.testing.journeys.mail_program import MailProgram, text_of

DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
PASTE = """([bytes, type, name, kind]) => {
  const given = new DataTransfer()
  given.items.add(new File([Uint8Array.from(atob(bytes), one => one.charCodeAt(0))], name, { type }))
  const place = document.querySelector(".ProseMirror"), box = place.getBoundingClientRect()
  const how = { bubbles: true, cancelable: true }
  const at = { clientX: box.left + 20, clientY: box.top + 12 }
  place.dispatchEvent(kind === "paste" ? new ClipboardEvent("paste", { clipboardData: given, ...how })
    : new DragEvent("drop", { dataTransfer: given, ...at, ...how }))
}"""
PASTE_TABLE = """bytes => {
  const given = new DataTransfer()
  given.items.add(new File([Uint8Array.from(atob(bytes), one => one.charCodeAt(0))], "x.png", { type: "image/png" }))
  given.setData("text/html", "<p>Part <b>7</b><img src='https://tracker.example/x.png'></p>")
  const event = new ClipboardEvent("paste", { clipboardData: given, bubbles: true, cancelable: true })
  document.querySelector(".ProseMirror").dispatchEvent(event)
}"""


@pytest.fixture
def carla(shop, dovecot, postfix) -> MailProgram:
    """Carla with a mail program; the shop's mailbox sends through a real server and has a further address."""
    program = MailProgram(dovecot, postfix, name="Carla Bianchi", nick="carla")
    Mailbox.objects.filter(pk=shop.mailbox.pk).update(
        address="support@shop.example",
        aliases=["billing@shop.example"],
        alias_names={"billing@shop.example": "Billing"},
        smtp_host="127.0.0.1",
        smtp_port=postfix.port,
        smtp_security="none",
    )
    forget_addresses()
    return program


@pytest.fixture
def matter(shop, carla, arrive):
    """A mail of Carla's with two files, which went to her colleague too; gives its case's number."""
    sender, to = f"Carla Bianchi <{carla.address}>", "support@shop.example"
    mail = letter(sender=sender, to=to, subject="Two leaks", message_id="<two@customer.example>")
    mail["Cc"] = "Dario <dario@customer.example>"
    mail.add_attachment(b"%PDF-1", maintype="application", subtype="pdf", filename="invoice.pdf")
    mail.add_attachment(b"secret", maintype="text", subtype="plain", filename="private.txt")
    from ancora.cases.queries.cases import case_of_conversation

    return case_of_conversation(arrive(mail, shop.mailbox).conversation_id).reference


def begin(page, matter: int, key: str = "r") -> None:
    page.goto(f"/cases/{matter}/", timeout=30_000)
    page.keyboard.press(key)
    page.locator(".ProseMirror").wait_for()


def choose(page, what: str, *, message: int = -1) -> None:
    """Takes an action from the menu of a message."""
    page.locator(".message .dots").nth(message).click()
    page.locator("#menu-message").get_by_role("link", name=what, exact=True).click()


def last(program: MailProgram, count: int = 1) -> EmailMessage:
    return program.received(count)[-1]


def test_pictures_are_pasted_dropped_and_chosen_and_arrive_in_the_text(cast, carla, matter, open_page, flawless):
    page = open_page(cast.anna, **DESK)
    begin(page, matter)
    page.keyboard.type("Look: ")
    picture = base64.b64encode(PNG).decode()
    page.evaluate(PASTE, [picture, "image/png", "pasted.png", "paste"])
    expect(page.locator(".ProseMirror img[alt='pasted.png']")).to_be_visible()
    page.evaluate(PASTE, [picture, "image/png", "dropped.png", "drop"])
    expect(page.locator(".ProseMirror img[alt='dropped.png']")).to_be_visible()
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Put a picture into the text").click()
    chosen.value.set_files([{"name": "chosen.png", "mimeType": "image/png", "buffer": PNG}])
    expect(page.locator(".ProseMirror img")).to_have_count(3)
    page.evaluate(PASTE, [base64.b64encode(b"a,b").decode(), "text/csv", "list.csv", "paste"])
    expect(page.locator(".chosen li")).to_contain_text("list.csv")
    flawless(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.ours .body img")).to_have_count(3)
    for number in range(3):
        expect(page.locator(".message.ours .body img").nth(number)).not_to_have_js_property("naturalWidth", 0)
    flawless(page)

    mail = last(carla)
    html = mail.get_body(("html",)).get_content()
    shown = re.findall(r'<img src="cid:([^"]+)"', html)
    related = {part["Content-ID"].strip("<>"): part for part in mail.walk() if part["Content-ID"]}
    assert sorted(shown) == sorted(related)
    assert all(part.get_content() == PNG and part.get_content_type() == "image/png" for part in related.values())
    assert "[pasted.png]" in text_of(mail)
    assert [part.get_filename() for part in mail.iter_attachments()] == ["list.csv"]


def test_words_of_an_office_program_are_not_replaced_by_their_picture(cast, matter, open_page):
    page = open_page(cast.anna, **DESK)
    begin(page, matter)
    page.evaluate(PASTE_TABLE, base64.b64encode(PNG).decode())
    expect(page.locator(".ProseMirror")).to_have_text("Part 7")
    expect(page.locator(".ProseMirror img:not(.ProseMirror-separator)")).to_have_count(0)


def test_message_is_forwarded_by_keyboard_with_chosen_files(cast, carla, matter, open_page, flawless, dovecot, postfix):
    supplier = MailProgram(dovecot, postfix, name="Parts", nick="parts")
    page = open_page(cast.anna, **DESK)
    page.goto(f"/cases/{matter}/", timeout=30_000)
    page.keyboard.press("f")
    expect(page.locator("#to")).to_be_focused()
    expect(page.get_by_role("radio", name="Forward")).to_be_checked()
    page.keyboard.type(supplier.address)
    # Nothing is sent by Enter in an address field.
    page.keyboard.press("Enter")
    page.get_by_label("private.txt").uncheck()
    flawless(page)
    page.locator("#text").focus()
    page.locator(".ProseMirror").wait_for()
    page.keyboard.type("Do you have this part?")
    page.get_by_role("button", name="Send and").click()
    page.get_by_role("button", name="wait for a third party").click()
    expect(page.locator(".message.ours .forwarded")).to_have_text(f"forwarded to {supplier.address}")
    expect(page.locator("#case-head .status")).to_contain_text("third party", ignore_case=True)
    expect(page.get_by_role("radio", name="Reply")).to_be_checked()

    mail = last(supplier)
    assert mail["Subject"] == "Fwd: Two leaks"
    assert [part.get_filename() for part in mail.iter_attachments()] == ["invoice.pdf"]
    assert f"From: Carla Bianchi <{carla.address}>" in text_of(mail)
    assert "It leaks again." in text_of(mail)
    assert re.match(rf"support\+{matter}-", mail["Reply-To"].addresses[0].addr_spec)
    assert Message.objects.filter(direction="out").count() == 1


def test_reply_only_to_this_person_and_to_all(cast, carla, matter, open_page, flawless):
    page = open_page(cast.anna, **DESK)
    page.goto(f"/cases/{matter}/", timeout=30_000)
    page.locator("#text").focus()
    page.locator(".ProseMirror").wait_for()
    page.keyboard.type("Only for you.")
    choose(page, "Reply only to this person")
    expect(page.locator(".about")).to_contain_text("Answers what Carla Bianchi wrote")
    expect(page.locator(".ProseMirror")).to_have_text("Only for you.")
    expect(page.locator("#cc")).to_have_value("")
    flawless(page)
    # Kept once as it was typed, and once as the answer that it is now.
    expect(page.locator("#composer [name=version]")).to_have_value("2")
    page.reload()
    expect(page.locator(".about")).to_contain_text("Answers what Carla Bianchi wrote")
    expect(page.locator(".ProseMirror")).to_have_text("Only for you.")
    choose(page, "Reply to all")
    expect(page.locator("#cc")).to_have_value("Dario <dario@customer.example>")
    page.get_by_role("link", name="Answer the last message instead").click()
    expect(page.locator(".about")).to_have_count(0)
    choose(page, "Reply only to this person")
    expect(page.locator("#cc")).to_have_value("")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.ours .body")).to_have_text("Only for you.")
    mail = last(carla)
    assert mail["Cc"] is None
    assert mail["In-Reply-To"] == "<two@customer.example>"


def test_reply_leaves_from_another_identity_and_without_the_signature(cast, carla, matter, open_page, flawless):
    cast.anna.signature = "Anna Ferri\nThird floor"
    cast.anna.save()
    Mailbox.objects.filter(address="board@example.com").update(signature="The board")
    page = open_page(cast.anna, **DESK)
    begin(page, matter)
    page.locator("#sender").select_option("board@example.com")
    page.locator(".signature summary").click()
    expect(page.locator("pre[data-signature]")).to_have_text("Anna Ferri\nThird floor\nThe board")
    page.locator("#sender").select_option("billing@shop.example")
    expect(page.locator("pre[data-signature]")).to_have_text("Anna Ferri\nThird floor")
    page.get_by_label("Leave it out of this message").check()
    flawless(page)
    page.locator(".ProseMirror").click()
    page.keyboard.type("Your invoice is right.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.ours .body")).to_have_text("Your invoice is right.")
    mail = last(carla)
    assert str(mail["From"]) == "Anna Ferri · Billing <billing@shop.example>"
    assert "Third floor" not in text_of(mail)


def test_send_is_stopped_when_the_customer_writes_meanwhile(cast, shop, carla, matter, open_page, arrive, flawless):
    page = open_page(cast.anna, **DESK)
    begin(page, matter)
    expect(page.locator("body")).to_have_attribute("data-live-state", "on")
    page.keyboard.type("The part leaves today.")
    newer = letter(sender=f"Carla Bianchi <{carla.address}>", text="I found it.", message_id="<n@customer.example>")
    newer["In-Reply-To"] = "<two@customer.example>"
    arrive(newer, shop.mailbox)
    expect(page.locator(".message:not(.ours)")).to_have_count(2)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#complaint")).to_contain_text("Carla Bianchi wrote while you were writing. Nothing was sent")
    expect(page.locator("#complaint")).to_contain_text("I found it.")
    expect(page.locator(".ProseMirror")).to_have_text("The part leaves today.")
    assert not Outgoing.objects.exists()
    flawless(page)
    page.locator("[data-sends].primary").click()
    expect(page.locator(".message.ours .body")).to_have_text("The part leaves today.")
    assert Outgoing.objects.count() == 1


def test_message_that_came_before_one_began_to_write_is_answered(cast, shop, carla, matter, open_page, arrive):
    page = open_page(cast.anna, **DESK)
    begin(page, matter)
    expect(page.locator("body")).to_have_attribute("data-live-state", "on")
    newer = letter(sender="Dario <dario@customer.example>", text="And mine.", message_id="<d@customer.example>")
    newer["In-Reply-To"] = "<two@customer.example>"
    newest = arrive(newer, shop.mailbox).message_id
    expect(page.locator("#composer [name=answers]")).to_have_value(str(newest))
    expect(page.locator("#to")).to_have_value("Dario <dario@customer.example>")
    page.keyboard.type("Yours too.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.ours .body")).to_have_text("Yours too.")
    assert Message.objects.get(direction="out").references[-1] == "d@customer.example"


def test_unknown_is_settled_by_hand(cast, shop, carla, matter, open_page, flawless):
    from ancora.cases.commands import reply_to_case
    from ancora.cases.models import Case

    case = Case.objects.get(reference=matter)
    message = reply_to_case(case, html="<p>x</p>", to=[("", carla.address)], author=cast.marco)
    until(lambda: Outgoing.objects.get().state == "accepted")
    Outgoing.objects.update(state="unknown")
    message.outgoing.recipients.update(state="unknown")
    page = open_page(cast.anna, **DESK)
    page.goto(f"/cases/{matter}/", timeout=30_000)
    expect(page.locator(".trouble")).to_contain_text("may or may not have arrived")
    flawless(page)
    page.get_by_role("button", name="It arrived").click()
    expect(page.locator(".sending")).to_have_text("delivered")
    expect(page.get_by_role("button", name="It arrived")).to_have_count(0)
    assert Outgoing.objects.get().recipients.get().answer == "Anna Ferri says that it arrived."


def test_new_mail_is_not_sent_by_enter_in_an_address_field(cast, shop, open_page):
    page = open_page(cast.anna, **DESK)
    page.goto("/new/")
    page.get_by_label("Subject").fill("Your order")
    page.locator("[name=to]").fill("neo@customer.example")
    page.locator("textarea[name=text]").focus()
    page.locator(".ProseMirror").wait_for()
    page.keyboard.type("It left today.")
    page.locator("[name=to]").press("Enter")
    page.wait_for_timeout(300)
    assert not Outgoing.objects.exists()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.ours .body")).to_have_text("It left today.")


def test_on_a_phone_everything_is_within_reach(cast, carla, matter, open_page, flawless):
    page = open_page(cast.anna, **PHONE)
    page.goto(f"/cases/{matter}/", timeout=30_000)
    choose(page, "Forward")
    expect(page.get_by_label("invoice.pdf")).to_be_visible()
    expect(page.locator("[data-sends].primary")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    flawless(page)
    choose(page, "Reply to all")
    expect(page.locator("[data-sends].primary")).to_be_in_viewport()
    flawless(page)
