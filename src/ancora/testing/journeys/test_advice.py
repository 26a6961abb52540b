"""A customer asks for other ways, writes a card number where nobody knows them, and goes on by the link in a mail."""

from email import message_from_bytes
from email.policy import default

from playwright.sync_api import expect

from ancora.conversations.chats.tests.rooms import open_account
from ancora.conversations.models import Message, Outgoing
from ancora.platform.accounts.models import Organisation
from ancora.platform.accounts.queries import forget_organisation
from ancora.platform.files.store import read
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.steps import DESKTOP, PHONE

CARD = "4111 1111 1111 1111"


def test_best_way_first_and_nothing_secret_where_nobody_is_known(cast, open_page, site, mailbox, look):
    Organisation.objects.update(public_address=site)
    forget_organisation()
    account = open_account(mailbox, hue=150, phone="+39 02 123 4567", sign_in="https://shop.example/in")
    page = open_page(viewport=DESKTOP)
    page.goto(f"{site}/chat/{account.token}/")
    text, door = page.locator("#text"), page.get_by_role("button", name="Other ways to reach us")
    door.press("Enter")
    ways = page.locator("#ways-here .ways > li")
    expect(ways).to_have_count(3)
    expect(ways.first).to_contain_text("Here in the chat")
    assert door.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.get_by_label("It is about personal data").press(" ")
    expect(ways.first).to_contain_text("By phone")
    expect(ways.first).to_contain_text("On the phone we can make sure who you are.")
    expect(ways.first.get_by_role("link")).to_have_attribute("href", "tel:+39021234567")
    expect(page.get_by_role("status").filter(has_text="Fits best: By phone")).to_have_count(1)
    found = check(page, "ways", look)
    # It is a choice: the chat is there, and gone on with.
    page.get_by_role("button", name="Go on here").click()
    expect(text).to_be_focused()
    expect(ways).to_have_count(0)

    text.press_sequentially(f"Charge {CARD}")
    text.press("Enter")
    hidden = page.locator("#hidden-here")
    calm = "We hid a card number. This chat does not know who you are."
    expect(hidden.get_by_role("status").first).to_have_text(calm)
    expect(page.locator("#lines .mine .text")).to_have_text("Charge •••• 1111")
    expect(hidden.get_by_role("link", name="Sign in on the website")).to_be_visible()
    hidden.get_by_label("Have a link sent").fill("carla@example.org")
    found += check(page, "hidden", look)
    hidden.get_by_role("button", name="Send me a link").click()
    expect(hidden).to_contain_text("The link is on its way to carla@example.org.")

    mail = message_from_bytes(read(Outgoing.objects.get().file), policy=default)
    html = mail.get_body(("html",)).get_content()
    phone = open_page(viewport=PHONE)
    phone.goto(html.partition('href="')[2].partition('"')[0].replace("&amp;", "&"))
    phone.get_by_role("button", name="Yes, go on").click()
    expect(phone.locator("#lines .mine")).to_have_count(1)
    phone.locator("#text").fill(f"It is {CARD}")
    phone.locator("#text").press("Enter")
    expect(phone.locator("#lines .mine .text").last).to_have_text(f"It is {CARD}")
    expect(phone.locator("#lines .mine").last).to_contain_text("Sent")
    expect(phone.locator("#hidden-here")).to_have_count(0)
    assert Message.objects.filter(text=f"It is {CARD}").exists()

    assert not found, "\n\n".join(found)
