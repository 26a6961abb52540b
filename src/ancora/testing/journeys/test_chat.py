"""A customer begins on the website, leaves, answers from the train, and comes back: one conversation, one case."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from ancora.conversations.channels.email.tests.living import until
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.mail_program import text_of
from ancora.testing.journeys.steps import DESKTOP, LIVE_MS


@pytest.fixture
def account(watched):
    from ancora.conversations.chats.tests.rooms import open_account

    # Who is away for a second is away.
    return open_account(watched, name="Shop", unread_seconds=1)


def _say(cast, text: str) -> None:
    """As an agent at the desk does."""
    from ancora.cases.commands.saying import say_in_case
    from ancora.cases.models import Case

    say_in_case(Case.objects.get(), text=text, author=cast.marco, form_key=uuid4())


def test_chat_goes_on_by_mail_and_comes_back(cast, open_page, site, account, carla, look):
    from ancora.cases.models import Case
    from ancora.conversations.chats.commands.mailing import mail_unread_lines
    from ancora.conversations.models import ChatLine

    browser = open_page(viewport=DESKTOP)
    address = f"{site}/chat/{account.token}/"
    browser.goto(address)
    write = browser.get_by_role("textbox", name="Your message")
    write.fill("It leaks again")
    browser.get_by_role("button", name="Send").click()
    lines = browser.locator("#lines > li")
    expect(lines).to_have_count(1)
    browser.get_by_label("Where may we answer").fill(carla.address)
    browser.locator("#address").get_by_label("Your name").fill("Carla")
    browser.get_by_role("button", name="Keep").click()
    expect(browser.get_by_label("Where may we answer")).to_be_hidden()

    _say(cast, "Which model?")
    expect(lines.nth(1)).to_contain_text("Marco Reale", timeout=LIVE_MS)
    expect(lines.nth(1)).to_contain_text("Which model?")
    until(lambda: ChatLine.objects.get(number=2).read_at)
    assert check(browser, "chat", look) == []

    browser.reload()
    expect(lines).to_have_count(2)
    tab = browser.context.new_page()
    tab.goto(address)
    expect(tab.locator("#lines > li")).to_have_count(2)
    tab.close()
    browser.goto("about:blank")

    _say(cast, "Spare part is on its way")
    until(mail_unread_lines)
    [mail] = carla.received(1)
    assert "Spare part is on its way" in text_of(mail)
    assert "Which model?" not in text_of(mail)
    carla.answer(mail, "The red one, thank you")
    until(lambda: ChatLine.objects.count() == 4)

    browser.goto(address)
    expect(lines).to_have_count(4)
    expect(lines.nth(3)).to_contain_text("The red one, thank you")
    write.fill("It came")
    browser.get_by_role("button", name="Send").click()
    expect(lines).to_have_count(5)
    case = Case.objects.get()
    assert (case.owner, case.customer.name) == (cast.marco, "Carla")
