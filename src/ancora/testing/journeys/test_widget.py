"""The chat on a website that is strict: a customer and an agent, reloads and tabs, and when nobody is here."""

from pathlib import Path
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from ancora.cases.commands.saying import say_in_case
from ancora.cases.models import Case
from ancora.cases.presence.desks import at_their_desks
from ancora.conversations.channels.email.tests.living import until
from ancora.conversations.chats.commands.seen import note_read, show_typing
from ancora.conversations.chats.tests.rooms import open_account, signed
from ancora.conversations.chats.words import topic_of
from ancora.conversations.models import ChatLine, Conversation, Message
from ancora.platform import clock
from ancora.platform.live.lines import tell
from ancora.selfservice.tests.website import website
from ancora.testing.journeys.looks import RULES
from ancora.testing.journeys.steps import DESKTOP, PHONE

PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\10\6\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\x7f\x96\xa1\x1e"
    b"\0\7\x9a\2\x7f=\xc8\xe0/\0\0\0\0IEND\xaeB`\x82"
)

PASTE = """field => {
  const clipboardData = new DataTransfer()
  clipboardData.items.add(new File(["x"], "note.txt", { type: "text/plain" }))
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }))
}"""

# What a screen reader hears of the log: what is added to it, but where it is told to be silent.
HEARD = """() => {
  window.heard = 0
  const isLoud = one => one.nodeType === 1 && !one.closest("[aria-live=off]")
  new MutationObserver(changes => { for (const one of changes) heard += [...one.addedNodes].filter(isLoud).length })
    .observe(document.getElementById("log"), { childList: true, subtree: true })
}"""


@pytest.fixture
def shop(site, mailbox):
    """A website with our chat on it."""
    account = open_account(mailbox, hue=150)
    with website() as shop:
        shop.account, shop.chat = account, f"{site}/chat/{account.token}/"
        account.settings["sites"] = [shop.address]
        account.save()
        yield shop


def chat_of(page: Page):
    return page.frame_locator("iframe")


def open_chat(page: Page):
    """By keyboard, from the website."""
    page.get_by_role("button", name="Chat").press("Enter")
    chat = chat_of(page)
    expect(chat.locator("#text")).to_be_focused()
    return chat


def write(chat, text: str) -> None:
    chat.locator("#text").press_sequentially(text)
    chat.locator("#text").press("Enter")


def check(page: Page, name: str, look) -> list[str]:
    """What axe finds in the website with the chat open on it: light, and dark on a phone."""
    found = []
    for scheme, size in (("light", DESKTOP), ("dark", PHONE)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size(size)
        page.evaluate("scheme => document.documentElement.style.colorScheme = scheme", scheme)
        page.evaluate("AncoraChat.identify('')")
        expect(chat_of(page).locator("html")).to_have_attribute("data-theme", scheme)
        for part in page.frames:
            answer = Axe().run(part, options={"resultTypes": ["violations"], "rules": RULES, "iframes": False})
            if answer.violations_count:
                found.append(f"{name}, {scheme}, {size['width']} px\n{answer.generate_report()}")
        look(page, f"{name}-{scheme}-{size['width']}")
    page.set_viewport_size(DESKTOP)
    return found


def close_and_come_back(page, meanwhile):
    """What is unread is counted on the button; the conversation is kept as a file, ended and begun again."""
    page.keyboard.press("Escape")
    button = page.get_by_role("button", name="Chat")
    expect(button).to_be_focused()
    meanwhile()
    expect(button).to_contain_text("1 unread")
    newest = ChatLine.objects.latest("number")
    tell(topic_of(newest.conversation_id), {"kind": "mailed", "from": newest.number, "up_to": newest.number})
    chat = open_chat(page)
    expect(chat.locator("#lines .kept")).to_contain_text(["also by e-mail"])
    expect(button).not_to_contain_text("unread")
    chat.get_by_role("button", name="More").click()
    with page.expect_download() as saved:
        chat.get_by_role("button", name="Save the conversation").click()
    kept = Path(saved.value.path()).read_text()
    assert "Marco Reale: Tomorrow it is there." in kept
    assert kept.count(f", {clock.now().year}, ") == len(ChatLine.objects.all())
    chat.get_by_role("button", name="More").click()
    chat.get_by_role("button", name="End the chat").click()
    expect(chat.locator("#wait")).to_have_text("The chat has ended. Write to begin again.")
    write(chat, "One thing more")
    # Who answered before still has the case open.
    expect(chat.locator("#wait")).to_have_text("Marco Reale is here and reads what you wrote.")


def move_up(page, head):
    """The place in the queue is told; where it cannot be said how long, the page asks what holds now."""
    topic = topic_of(Conversation.objects.get().pk)
    # Told again until the stream is open.
    place = {"kind": "wait", "ahead": 2, "minutes": 4}
    until(lambda: tell(topic, place) or "Before you: 2." in head.inner_text())
    expect(head).to_have_text("Waiting for an answer. Before you: 2. Nine of ten are answered within 4 min.")
    with page.expect_response("**/now/?lang=en"):
        tell(topic, {"kind": "wait", "ahead": 1, "minutes": None})
    expect(head).to_contain_text("Before you: 1. We do not know just now")


def test_customer_and_agent_write_to_each_other(cast, open_page, shop, look):
    agent = open_page(cast.marco, viewport=DESKTOP)
    agent.goto("/queues/open/")
    until(lambda: at_their_desks([cast.marco.pk]))
    page = open_page(viewport=DESKTOP)
    page.goto(shop.address)
    chat = open_chat(page)
    head = chat.locator("#wait")
    expect(head).to_have_text("We do not know just now how long it will take.")
    found = check(page, "empty", look)
    page.frames[-1].evaluate(HEARD)
    write(chat, "It leaks. See https://lume.example/cups_(red), <b>third</b> time")
    expect(chat.locator("#lines .mine")).to_contain_text("Sent")
    assert chat.locator("#lines a").get_attribute("href") == "https://lume.example/cups_(red)"
    expect(head).to_contain_text("Waiting for an answer.")
    move_up(page, head)
    chat.get_by_label("Where may we answer").fill("carla@example.org")
    chat.get_by_role("button", name="Keep").click()
    expect(chat.locator("#told")).to_contain_text("carla@example.org")

    case, conversation = Case.objects.get(), Conversation.objects.get()
    agent.goto(f"/cases/{case.reference}/")
    expect(agent.locator("#timeline")).to_contain_text("It leaks.")
    show_typing(conversation.pk, name="Marco Reale")
    expect(chat.locator("#typing")).to_have_text("Marco Reale is typing")
    note_read(conversation.pk, 1, by_visitor=False)
    expect(chat.locator("#lines .mine")).to_contain_text("Read")
    say_in_case(case, text="The seal leaves today.", author=cast.marco, form_key=uuid4())
    expect(chat.locator("#lines .theirs")).to_contain_text("The seal leaves today.")
    # However often it was moved on from under way to read: a screen reader says each line once.
    assert page.frames[-1].evaluate("heard") == 2
    expect(chat.locator("#name")).to_have_text("Marco Reale")
    expect(chat.locator("#typing")).to_be_empty()

    chat.locator("#files").set_input_files({"name": "leak.png", "mimeType": "image/png", "buffer": PNG})
    expect(chat.locator("#chosen img")).to_be_visible()
    chat.locator("#text").evaluate(PASTE)
    chat.get_by_role("button", name="Remove note.txt").click()
    expect(chat.locator("#chosen li")).to_have_count(1)
    before = page.frames[-1].evaluate("heard")
    write(chat, "A picture of it")
    expect(chat.locator("#lines .mine img")).to_have_js_property("naturalWidth", 1)
    assert page.frames[-1].evaluate("heard") == before + 1
    # What a proxy refuses in its own words holds nothing else up.
    page.context.route("**/lines/", lambda route: route.fulfill(status=413, body="<h1>Too large</h1>"))
    write(chat, "Too much")
    expect(chat.locator("#lines .mine").last).to_contain_text("Not sent. 413")
    page.context.unroute("**/lines/")
    chat.get_by_role("button", name="Remove", exact=True).click()
    chat.locator("#text").fill("")
    found += check(page, "written", look)

    close_and_come_back(
        page, lambda: say_in_case(case, text="Tomorrow it is there.", author=cast.marco, form_key=uuid4())
    )
    assert Message.objects.filter(text__contains="<b>third</b>").exists()
    assert not found, "\n\n".join(found)


def come_late_and_leave(phone):
    """The lines come when the network does; whoever is at the same page next finds nothing of them."""
    phone.context.route("**/lines/*", lambda route: route.abort())
    carried = open_chat(phone)
    expect(carried.locator("#told")).to_contain_text("We cannot be reached")
    phone.context.unroute("**/lines/*")
    expect(carried.locator("#lines .mine")).to_have_count(2)
    expect(carried.locator("#told")).to_be_empty()
    carried.locator("#address-email").fill("carla@example.org")
    carried.locator("#files").set_input_files({"name": "leak.png", "mimeType": "image/png", "buffer": PNG})
    carried.get_by_role("button", name="More").click()
    carried.get_by_role("button", name="Go on at another device").click()
    expect(carried.get_by_label("Link for the other device")).to_be_visible()
    phone.evaluate("AncoraChat.identify('')")
    expect(carried.locator("#lines li, #chosen li")).to_have_count(0)
    expect(carried.get_by_label("Link for the other device")).to_have_count(0)
    expect(carried.locator("#address-email")).to_have_value("")
    expect(carried.locator("#wait")).not_to_contain_text("Waiting")


def test_thread_is_there_after_a_reload_in_a_second_tab_and_for_who_signed_in(cast, open_page, shop, look):
    page = open_page(viewport=DESKTOP)
    page.goto(shop.address)
    chat = open_chat(page)
    assert page.frames[-1].evaluate("localStorage.length") == 0
    # The first line arrives, but no answer comes back, until the page is loaded again: it stands there once.
    arrived = []

    def lose(route):
        if not arrived:
            arrived.append(route.fetch())
        route.abort()

    page.context.route("**/begin/", lose)
    write(chat, "Where is my parcel?")
    expect(chat.locator("#lines .mine")).to_contain_text("Waits for the connection")
    page.context.unroute("**/begin/")
    page.reload()
    expect(chat.locator("#lines .mine")).to_contain_text("Sent")
    assert Message.objects.count() == 1
    open_chat(page)
    chat.locator("#text").fill("Half a thought")
    page.reload()
    expect(page.locator("[role=dialog][data-open]")).to_have_count(1)
    expect(chat.locator("#text")).to_have_value("Half a thought")
    expect(chat.locator("#lines .mine")).to_have_text(
        "YouWhere is my parcel?" + chat.locator("#lines .note").inner_text()
    )
    other = page.context.new_page()
    other.goto(f"{shop.address}/cups")
    second = open_chat(other)
    expect(second.locator("#text")).to_have_value("")
    expect(second.locator("#lines .mine")).to_have_count(1)
    write(second, "Number 8831")
    expect(chat.locator("#lines .mine")).to_have_count(2)
    assert not page.context.cookies()

    # Nobody else in this browser sees it; the person who signs in takes it along, to every browser.
    shop.identity = signed(sub="7", name="Carla", exp=clock.now().timestamp() + 600)
    page.reload()
    expect(chat.locator("#lines .mine")).to_have_count(2)
    expect(chat.locator("#text")).to_have_value("Half a thought")
    shop.identity = ""
    page.reload()
    chat = open_chat(page)
    expect(chat.locator("#lines li")).to_have_count(0)
    expect(chat.locator("#text")).to_have_value("")
    shop.identity = signed(sub="7", name="Carla", exp=clock.now().timestamp() + 600)
    phone = open_page(viewport=PHONE)
    phone.goto(shop.address)
    come_late_and_leave(phone)


def test_closed_asks_for_an_address_and_becomes_a_case(cast, open_page, shop, look):
    from ancora.parties.calendar_commands import create_calendar
    from ancora.parties.schedule import Schedule
    from ancora.platform.events.actors import SYSTEM

    closed = Schedule("Europe/Rome", ((),) * 7)
    create_calendar(name="Never", schedule=closed, actor=SYSTEM)
    shop.language = "it"
    page = open_page(viewport=PHONE, locale="it-IT")
    page.goto(shop.address)
    page.get_by_role("button", name="Chat").click()
    chat = chat_of(page)
    expect(chat.locator("#offline")).to_be_visible()
    found = check(page, "closed", look)
    chat.locator("#offline-name").fill("Carla Bianchi")
    send = chat.locator("#offline button")
    # No empty message and no half an address becomes a line that can never leave.
    chat.locator("#offline-email").fill("carla@example.org")
    chat.locator("#offline-text").fill("   ")
    send.click()
    expect(chat.locator("#offline-text")).to_be_focused()
    chat.locator("#offline-email").fill("carla@example")
    chat.locator("#offline-text").fill("Perde ancora")
    send.click()
    expect(chat.locator("#offline-email")).to_be_focused()
    chat.locator("#offline-email").fill("carla@example.org")
    # It opens meanwhile: who has begun keeps the form.
    shop.account.settings["is_always_open"] = True
    shop.account.save()
    page.frames[-1].evaluate("() => { const now = Date.now; Date.now = () => now() + 61000 }")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Chat").click()
    expect(chat.locator("#hours")).to_be_empty()
    page.frames[-1].evaluate("() => new Promise(requestAnimationFrame)")
    expect(chat.locator("#write")).to_be_hidden()
    send.click()
    expect(chat.locator("#told")).to_contain_text("carla@example.org")
    case = Case.objects.get()
    assert (case.customer.name, case.language, case.subject) == ("Carla Bianchi", "it", "Perde ancora")
    expect(chat.locator("#lines .mine")).to_contain_text("Perde ancora")
    found += check(page, "left", look)
    assert not found, "\n\n".join(found)
