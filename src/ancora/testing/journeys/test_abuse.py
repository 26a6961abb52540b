"""A visitor of a website under attack, and one of whom we want to hear no more."""

from playwright.sync_api import expect

from ancora.conversations.channels.email.tests.living import until
from ancora.conversations.chats.commands.blocking import block_visitors, unblock_visitors
from ancora.conversations.models import ChatVisitor, Message
from ancora.selfservice.proof import challenge
from ancora.testing.journeys.steps import DESKTOP
from ancora.testing.journeys.test_widget import chat_of, check, open_chat, shop, write

__all__ = ["shop"]
HEAR = """told => {
  window.heard = []
  new MutationObserver(() => window.heard.push(told.textContent)).observe(told, { childList: true })
}"""
CLOSED = "This chat was closed. Write to us by e-mail if that was a mistake."


def test_browser_does_its_sum_while_the_person_waits(shop, cast, open_page, monkeypatch):
    """In a worker of our own, under the strict policy of the page; told in words, and asked once."""
    monkeypatch.setattr(challenge, "MOST_NUMBER", 20_000)
    shop.account.settings["proof"] = "always"
    shop.account.save()
    page, said, workers = open_page(viewport=DESKTOP), [], []
    page.on("worker", lambda worker: workers.append(worker.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(shop.address)
    chat = open_chat(page)
    told = chat.locator("#told")
    told.evaluate(HEAR)
    write(chat, "Do you have blue cups?")
    expect(chat.locator("#lines .mine")).to_contain_text("Sent")
    expect(told).to_be_empty()
    heard = told.evaluate("() => window.heard")
    assert any("your browser does a small sum" in words for words in heard), heard
    assert ["sum" in url.rpartition("/")[2] for url in workers] == [True]
    write(chat, "And green ones?")
    expect(chat.locator("#lines .mine").last).to_contain_text("Sent")
    until(lambda: Message.objects.count() == 2)
    assert len(workers) == 1
    assert not [words for words in said if "Content Security Policy" in words]


def test_who_is_blocked_is_told_so_and_finds_no_place_to_write(shop, cast, open_page, look):
    page = open_page(viewport=DESKTOP)
    page.goto(shop.address)
    chat = open_chat(page)
    write(chat, "Blue cups!")
    expect(chat.locator("#lines .mine")).to_contain_text("Sent")
    # Which only the stream says: it is open.
    expect(chat.locator("#wait")).to_contain_text("You are next.")
    visitor = ChatVisitor.objects.get()
    block_visitors(visitor.conversation_id, author=cast.lena)
    expect(chat.locator("#told")).to_have_text(CLOSED)
    expect(chat.locator("#write")).to_be_hidden()
    expect(chat.locator("#address")).to_be_hidden()
    assert check(page, "blocked", look) == []
    page.reload()
    page.get_by_role("button", name="Chat").click()
    expect(chat_of(page).locator("#told")).to_have_text(CLOSED)
    expect(chat_of(page).locator("#write")).to_be_hidden()
    unblock_visitors(visitor.conversation_id, author=cast.lena)
    # Its stream asks again now and then, and when the network is back.
    frame = page.frames[-1]
    until(lambda: frame.evaluate("dispatchEvent(new Event('online'))") and frame.locator("#write").is_visible())
    expect(chat_of(page).locator("#told")).to_be_empty()
    write(chat_of(page), "Sorry")
    expect(chat_of(page).locator("#lines .mine").last).to_contain_text("Sent")
