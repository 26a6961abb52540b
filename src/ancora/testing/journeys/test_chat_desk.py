"""A visitor and an agent talk, each with a browser; a lead reads along."""

import pytest
from playwright.sync_api import expect

from ancora.cases.models import Case
from ancora.conversations.channels.email.tests.living import until
from ancora.conversations.chats.tests.rooms import open_account
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.steps import DESKTOP, LIVE_MS


@pytest.fixture
def account(site, mailbox):
    return open_account(mailbox, name="Shop")


def begin(page, site, account, text: str = "It leaks again"):
    page.goto(f"{site}/chat/{account.token}/")
    page.get_by_label("Your name").fill("Carla")
    page.get_by_label("Your message").fill(text)
    page.get_by_role("button", name="Send").click()


def test_they_talk_as_if_they_sat_side_by_side(site, cast, account, open_page, look):
    visitor = open_page(viewport=DESKTOP)
    begin(visitor, site, account)
    until(Case.objects.exists)
    stan = open_page(cast.stan, viewport=DESKTOP, locale="en")
    stan.goto(f"/cases/{Case.objects.get().reference}/")
    lines, theirs = stan.locator(".message .body"), visitor.get_by_role("log").get_by_role("listitem")
    field = stan.locator("#composer textarea[name=text]")
    expect(lines).to_have_text(["It leaks again"])

    field.press_sequentially("Which model?")
    expect(visitor.get_by_text("Stan Meyer is typing")).to_be_visible(timeout=LIVE_MS)
    field.press("Shift+Enter")
    field.press_sequentially("The red one?")
    field.press("Enter")
    expect(field).to_have_value("")
    expect(theirs.nth(1)).to_contain_text("The red one?", timeout=LIVE_MS)
    expect(stan.locator(".message.ours .sending")).to_have_text("read", timeout=LIVE_MS)

    visitor.get_by_label("Your message").press_sequentially("Yes, ")
    expect(stan.get_by_text("Carla is typing")).to_be_visible(timeout=LIVE_MS)
    visitor.get_by_label("Your message").press_sequentially("the red one")
    visitor.get_by_role("button", name="Send").click()
    expect(lines.last).to_have_text("Yes, the red one", timeout=LIVE_MS)
    for text in ("One", "Two", "Three"):
        field.fill(text)
        field.press("Enter")
    expect(lines).to_have_text(
        ["It leaks again", "Which model?The red one?", "Yes, the red one", "One", "Two", "Three"], timeout=LIVE_MS
    )
    expect(stan.locator("[data-pending]")).to_have_count(0, timeout=LIVE_MS)
    expect(theirs).to_have_count(6)
    assert check(stan, "chat at the desk", look) == []
