"""Two corrections in a real browser, by keyboard, while a colleague looks at both cases."""

import pytest
from playwright.sync_api import expect

from ancora.cases.models import Case
from ancora.conversations.models import Message
from ancora.desk.tests.conftest import letter

DESK = {"viewport": {"width": 1280, "height": 800}}


@pytest.fixture
def his(shop, arrive) -> Case:
    """Bruno's case; one more mail of his came into Carla's."""
    bruno = {"sender": "Bruno Neri <bruno@example.net>", "subject": "Invoice twice"}
    arrive(letter(**bruno, message_id="<2@example.net>"), shop.mailbox)
    mail = letter(**bruno, text="Still two of them.", message_id="<3@example.net>")
    mail["In-Reply-To"] = "<first@example.org>"
    arrive(mail, shop.mailbox)
    return Case.objects.get(subject="Invoice twice")


def test_message_is_moved_and_back_on_every_screen(cast, shop, his, open_page):
    wrong = Message.objects.get(text__startswith="Still").pk
    page, here, there = (open_page(who, **DESK) for who in (cast.anna, cast.lena, cast.lena))
    here.goto(f"/cases/{shop.case.reference}/")
    there.goto(f"/cases/{his.reference}/")
    page.goto(f"/cases/{shop.case.reference}/")
    page.locator(f"#m-{wrong} .dots").click()
    page.get_by_role("link", name="Move to another case").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Case number")).to_be_focused()
    page.keyboard.type(str(his.reference))
    page.keyboard.press("Enter")
    expect(page.get_by_text("The customers differ")).to_be_visible()
    expect(page.get_by_role("button", name=f"Move to #{his.reference}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(f"#m-{wrong}")).to_be_in_viewport()
    expect(here.locator(f"#m-{wrong}")).to_have_count(0)
    expect(here.locator("#timeline")).to_contain_text(f"Message moved to #{his.reference} · Anna Ferri")
    expect(there.locator(f"#m-{wrong}")).to_have_count(1)
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text(f"back in #{shop.case.reference}")
    expect(here.locator(f"#m-{wrong}")).to_have_count(1)
    expect(there.locator(f"#m-{wrong}")).to_have_count(0)


def test_customer_changes_and_back_on_every_screen(cast, shop, his, open_page):
    page, other = open_page(cast.anna, **DESK), open_page(cast.lena, **DESK)
    for one in (page, other):
        one.goto(f"/cases/{shop.case.reference}/")
    page.get_by_role("link", name="Change the customer").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Whose it really is")).to_be_focused()
    page.keyboard.type("neri")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Bruno Neri").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Carla Bianchi keeps carla@example.org.")).to_be_visible()
    page.keyboard.press("Enter")
    for one in (page, other):
        expect(one.locator("#person h2")).to_have_text("Bruno Neri")
        expect(one.locator("#timeline")).to_contain_text("Customer: Bruno Neri · Anna Ferri")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    for one in (page, other):
        expect(one.locator("#person h2")).to_have_text("Carla Bianchi")
