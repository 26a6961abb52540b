"""A program answers who chats: the line goes the way of every channel, and the case tells how it came and ended."""

from playwright.sync_api import expect

from ancora.cases.models import Case
from ancora.conversations.channels.email.tests.living import until
from ancora.conversations.chats.tests.rooms import open_account
from ancora.conversations.models import Outgoing
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.steps import DESKTOP, LIVE_MS


def test_program_answers_in_the_chat_and_the_case_tells(cast, open_page, site, mailbox, program_of, tmp_path, look):
    browser, agent = open_page(viewport=DESKTOP), open_page(cast.stan, viewport=DESKTOP, locale="en")
    browser.goto(f"{site}/chat/{open_account(mailbox).token}/")
    browser.get_by_role("textbox", name="Your message").fill("Where is my lamp?")
    browser.get_by_role("button", name="Send").click()
    lines = browser.locator("#lines > li")
    expect(lines).to_have_count(1)
    (large := tmp_path / "film.mp4").write_bytes(bytes(10_000_001))
    browser.locator("#files").set_input_files(large)
    expect(browser.locator("#told")).to_have_text("“film.mp4” is larger than 10 MB. Send a smaller one.")

    until(Case.objects.exists)
    case = Case.objects.get()
    agent.goto(f"/cases/{case.reference}/")
    timeline = agent.locator("#timeline")
    expect(timeline).to_contain_text("Where is my lamp?")
    said = {"text": "It left this morning.", "files": [{"filename": "way.txt", "content": "QQ=="}]}
    answer = program_of(cast.marco).post(f"/cases/{case.reference}/replies", said)
    assert answer.status_code == 201, answer.content
    expect(lines.nth(1)).to_contain_text("It left this morning.", timeout=LIVE_MS)
    expect(lines.nth(1)).to_contain_text("Marco Reale")
    expect(lines.nth(1).get_by_role("link", name="way.txt")).to_be_visible()
    expect(timeline).to_contain_text("It left this morning.", timeout=LIVE_MS)
    until(lambda: Outgoing.objects.get().state == "accepted")

    browser.get_by_role("button", name="More").click()
    browser.get_by_role("button", name="End the chat").click()
    expect(timeline).to_contain_text("answered by Marco Reale, ended by the customer", timeout=LIVE_MS)
    assert check(agent, "chat-case", look) == []
