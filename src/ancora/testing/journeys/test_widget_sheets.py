"""What comes between the lines and the field of the chat for a while: one sheet at a time, and the head stays."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from ancora.cases.commands.blocking import block_visitor_of, unblock_visitor_of
from ancora.cases.commands.chats import park_chat
from ancora.cases.commands.saying import say_in_case
from ancora.cases.models import Case
from ancora.conversations.chats.tests.rooms import signed
from ancora.conversations.models import ChatVisitor
from ancora.platform import clock
from ancora.testing.journeys.steps import DESKTOP, PHONE
from ancora.testing.journeys.test_widget import chat_of, open_chat, shop, write

__all__ = ["shop"]
CARD, IBAN = "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00"
TOP = "() => [document.querySelector('h1').getBoundingClientRect().top > 0, scrollY, document.body.scrollTop]"


def begin(page: Page, shop, text: str):
    page.goto(shop.address)
    chat = open_chat(page)
    write(chat, text)
    expect(chat.locator("#lines .mine [data-became]")).to_be_visible()
    return chat


def menu(chat, name: str) -> None:
    chat.locator("[popovertarget=menu]").click()
    chat.get_by_role("button", name=name).click()


def is_calm(page: Page, chat) -> None:
    """Whatever has the focus is seen, the head stays, and some of the conversation is left."""
    for _step in range(14):
        page.keyboard.press("Tab")
        assert page.frames[-1].evaluate(TOP) == [True, 0, 0]
    assert chat.locator("#log").bounding_box()["height"] >= 80
    chat.locator("#text").click()
    assert page.frames[-1].evaluate(TOP) == [True, 0, 0]


@pytest.mark.parametrize("size", [{"width": 1280, "height": 800}, {"width": 390, "height": 844}])
def test_one_sheet_at_a_time_and_the_head_stays(cast, open_page, shop, look, size):
    shop.language = "it"
    page = open_page(viewport=size, locale="it-IT")
    chat = begin(page, shop, "Perde ancora")
    address, ways, link = chat.locator("#address"), chat.locator("#ways-here"), chat.locator("form.sheet img")
    expect(address).to_be_visible()
    is_calm(page, chat)
    door = chat.get_by_role("button", name="Altri modi")
    door.click()
    expect(ways).to_be_visible()
    expect(address).to_be_hidden()
    look(page, f"ways-{size['width']}")
    is_calm(page, chat)
    menu(chat, "altro dispositivo")
    expect(link).to_be_visible()
    expect(ways).to_have_count(0)
    expect(door).to_have_attribute("aria-expanded", "false")
    expect(address).to_be_hidden()
    look(page, f"device-{size['width']}")
    is_calm(page, chat)
    menu(chat, "Risposte")
    expect(link).to_have_count(0)
    expect(chat.locator("#address-email")).to_be_focused()
    door.click()
    expect(ways).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(ways).to_have_count(0)
    expect(door).to_be_focused()
    expect(address).to_be_visible()


def test_what_was_hidden_is_said_in_half_of_the_frame(cast, open_page, shop, look):
    page = open_page(viewport=DESKTOP)
    chat = begin(page, shop, f"Charge {CARD}")
    hidden = chat.locator("#hidden-here")
    expect(hidden).to_contain_text("We hid a card number.")
    write(chat, f"Or {IBAN}")
    expect(hidden).to_contain_text("We hid a card number. We hid the number of a bank account.")
    look(page, "hidden")
    frame = page.frames[-1].evaluate("innerHeight")
    assert hidden.bounding_box()["height"] <= frame / 2
    assert chat.locator("#log").bounding_box()["height"] >= 120
    close, box = hidden.get_by_role("button", name="Close"), hidden.bounding_box()
    inside = close.bounding_box()
    assert box["y"] <= inside["y"]
    assert inside["y"] + inside["height"] <= box["y"] + box["height"]
    is_calm(page, chat)
    close.click()
    expect(hidden).to_have_count(0)
    write(chat, f"Again {IBAN}")
    expect(hidden).to_contain_text("We hid the number of a bank account.")
    expect(hidden).not_to_contain_text("card number")


def test_parked_chat_has_ended_and_who_is_known_is_not_asked(cast, open_page, shop, look):
    shop.identity = signed(
        sub="7", name="Carla", email="carla@example.org", email_verified=True, exp=clock.now().timestamp() + 600
    )
    page = open_page(viewport=DESKTOP)
    chat = begin(page, shop, "Where is my parcel?")
    expect(chat.locator("#wait")).to_contain_text("Waiting for an answer.")
    expect(chat.locator("#address")).to_be_hidden()
    case = Case.objects.get()
    say_in_case(case, text="I look for it.", author=cast.marco, form_key=uuid4())
    expect(chat.locator("#wait")).to_contain_text("answers you")
    park_chat(case, author=cast.marco, email="carla@example.org", form_key=uuid4())
    expect(chat.locator("#lines .theirs").last).to_contain_text("We answer you by e-mail")
    expect(chat.locator("#wait")).to_have_text("The chat has ended. Write to begin again.")


def test_notices_go_and_a_blocked_visitor_is_offered_no_chat(cast, open_page, shop, look):
    page = open_page(viewport=DESKTOP)
    page.clock.install()
    chat = begin(page, shop, "Blue cups!")
    expect(chat.locator("#wait")).to_contain_text("You are next.")
    chat.locator("#address-email").fill("carla@example.org")
    chat.get_by_role("button", name="Keep").click()
    told = chat.locator("#told")
    expect(told).to_contain_text("We can answer to carla@example.org as well.")
    page.clock.run_for(20_000)
    expect(told).to_be_empty()

    case, visitor = Case.objects.get(), ChatVisitor.objects.get()
    block_visitor_of(case, author=cast.lena)
    expect(told).to_contain_text("This chat was closed.")
    chat.get_by_role("button", name="Other ways").click()
    ways = chat.locator("#ways-here .ways > li")
    expect(ways).to_have_count(1)
    expect(ways).to_contain_text("By e-mail")
    chat.locator("[popovertarget=menu]").click()
    expect(chat.locator("#save")).to_be_visible()
    expect(chat.locator("#device")).to_be_hidden()
    page.keyboard.press("Escape")

    page.reload()
    page.get_by_role("button", name="Chat").click()
    chat = chat_of(page)
    expect(chat.locator("#told")).to_contain_text("This chat was closed.")
    unblock_visitor_of(case, visitor.conversation_id, author=cast.lena)
    # Whoever opens it again finds at once that it is open to them.
    page.get_by_role("button", name="Close the chat").click()
    page.get_by_role("button", name="Chat").click()
    expect(chat.locator("#write")).to_be_visible()
    expect(chat.locator("#told")).to_be_empty()


@pytest.mark.parametrize(("locale", "shape"), [("en-GB", r"\d\d:\d\d"), ("it-IT", r"\d?\d:\d\d [AP]M")])
def test_times_are_those_of_the_reader_where_they_speak_the_language(cast, open_page, shop, look, locale, shape):
    page = open_page(viewport=PHONE, locale=locale)
    chat = begin(page, shop, "Blue cups!")
    assert re.fullmatch(shape, chat.locator("#lines time").inner_text().replace("\u202f", " "))
