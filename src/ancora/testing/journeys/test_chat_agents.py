"""Two of us and a visitor: who waits, who is here, a whisper, and a visitor who is blocked and let in again."""

import re

import pytest
from playwright.sync_api import expect

from ancora.cases.commands import create_default_outcomes
from ancora.conversations.chats.tests.rooms import open_account
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.steps import DESKTOP, LIVE_MS


@pytest.fixture
def account(site, mailbox):
    create_default_outcomes()
    return open_account(mailbox, name="Shop")


def test_agent_and_lead_with_one_visitor(site, cast, account, open_page, look):
    stan, lena = (open_page(one, viewport=DESKTOP, locale="en") for one in (cast.stan, cast.lena))
    stan.goto("/queues/open/")
    expect(stan.locator("[data-live-state=on]")).to_be_attached(timeout=LIVE_MS)
    visitor = open_page(viewport=DESKTOP)
    visitor.goto(f"{site}/chat/{account.token}/")
    visitor.locator("#text").fill("It leaks again")
    visitor.get_by_role("button", name="Send").click()

    # Who waits stands beside one's chats, as it comes, and leads there.
    expect(stan.locator(".chat-load")).to_contain_text("0 chats")
    stan.locator(".chat-queue").filter(has_text="1 waits").click(timeout=LIVE_MS)
    expect(stan.locator("#subject")).to_have_text("It leaks again")
    lena.goto(stan.url)
    expect(lena.get_by_text("only colleagues see it")).to_be_hidden()
    field, head = stan.locator("#composer textarea[name=text]"), visitor.locator("#wait")
    field.fill("Which model?")
    field.press("Enter")
    expect(head).to_have_text("answers you · is here", timeout=LIVE_MS)
    expect(stan.locator(".chat-load")).to_contain_text("1 chat", timeout=LIVE_MS)
    expect(stan.locator(".chat-queue")).to_be_hidden()
    # Whose chat it is waits no longer, whoever cannot see the clock hears that too.
    expect(stan.locator(".chat-tab")).to_have_accessible_name(re.compile(r"^Visitor \w+$"))
    expect(visitor.get_by_role("log")).to_contain_text("Read", timeout=LIVE_MS)
    stan.goto("/queues/open/")
    expect(stan.locator(".chat-tab .badge")).to_be_hidden()
    # Lena still reads along, which is nobody's business.
    expect(head).to_have_text("answers you", timeout=LIVE_MS)
    lena.reload()
    lena.locator("#composer textarea[name=text]").fill("Offer ten percent")
    lena.get_by_role("button", name="Add note").click()
    stan.locator(".chat-tab").click()
    whisper = stan.locator("#timeline .note.whisper")
    expect(whisper).to_contain_text("whisper: the visitor does not see it")
    expect(head).to_have_text("answers you · is here", timeout=LIVE_MS)
    expect(visitor.get_by_text("ten percent")).to_have_count(0)

    stan.get_by_role("button", name="End, hand over").click()
    stan.locator("#menu-chat summary").filter(has_text="Block this visitor").click()
    stan.locator("#menu-chat").get_by_role("button", name="Block", exact=True).click()
    bars = [page.locator("#chat-blocked p") for page in (stan, lena)]
    for bar in bars:
        expect(bar).to_contain_text("Blocked by Stan Meyer", timeout=LIVE_MS)
    expect(visitor.locator("#told")).to_contain_text("This chat was closed", timeout=LIVE_MS)
    found = check(stan, "blocked", look)
    bars[1].get_by_role("button", name="Undo").click()
    for bar in bars:
        expect(bar).to_have_count(0, timeout=LIVE_MS)
    # Its stream was ended, and asks again in a minute, or when the page is loaded again.
    visitor.reload()
    other = _another_screen(open_page, cast.stan)
    visitor.locator("#text").fill("Sorry")
    visitor.get_by_role("button", name="Send").click()
    expect(stan.locator("#timeline .message").last).to_contain_text("Sorry", timeout=LIVE_MS)
    # What was read on one screen is not unread on the other.
    expect(other.locator(".chat-tab .waits")).to_contain_text("0:", timeout=LIVE_MS)
    expect(other.locator(".chat-tab .badge")).to_be_hidden(timeout=LIVE_MS)
    assert found + _offered(lena, look) == []


def _offered(lena, look) -> list[str]:
    lena.goto("/chats/today/")
    lena.locator(".figures a").first.click()
    expect(lena.get_by_role("heading", name="Offered")).to_be_visible()
    return check(lena, "offered", look)


def _another_screen(open_page, person):
    page = open_page(person, viewport=DESKTOP, locale="en")
    page.goto("/queues/open/")
    expect(page.locator("[data-live-state=on]")).to_be_attached(timeout=LIVE_MS)
    return page
