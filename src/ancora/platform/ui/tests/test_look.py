"""The plain pages and the settings in a real browser: light, dark and narrow, with axe finding nothing."""

import pytest
from playwright.sync_api import expect

from ancora.cases.commands import create_default_outcomes
from ancora.parties.models import Team
from ancora.testing.journeys.conftest import look
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.steps import DESKTOP

__all__ = ["look"]

STRANGERS_PAGES = ["/accounts/login/", "/accounts/password/reset/", "/accounts/signup/"]
PAGES = [
    "/components/",
    "/settings/organisation/",
    "/settings/people/",
    "/settings/people/invite/",
    "/settings/teams/",
    "/settings/mailboxes/",
    "/settings/mailboxes/new/",
    "/settings/outcomes/",
    "/settings/tags/",
    "/settings/quarantine/",
    "/settings/mine/",
    "/settings/mine/tokens/",
    "/accounts/2fa/",
    "/nothing/here/",
]


@pytest.mark.journey
def test_pages_are_readable_for_everybody(cast, open_page, look):
    create_default_outcomes()
    Team.objects.create(name="Repairs").members.add(cast.marco)
    found = []
    for user, addresses in ((None, STRANGERS_PAGES), (cast.anna, PAGES)):
        page = open_page(user, viewport=DESKTOP)
        for address in addresses:
            page.goto(address)
            found += check(page, address, look)
    assert not found, "\n\n".join(found)


@pytest.mark.journey
def test_theme_is_kept(cast, open_page):
    page = open_page(cast.anna, color_scheme="light")
    page.goto("/settings/mine/")
    page.get_by_role("button", name="Menu of Anna Ferri").click()
    page.get_by_role("button", name="Dark").click()
    page.goto("/settings/people/")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


@pytest.mark.journey
def test_menu_is_walked_with_the_keyboard(cast, open_page):
    page = open_page(cast.anna)
    page.goto("/settings/mine/")
    page.get_by_role("button", name="Menu of Anna Ferri").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#person-menu").get_by_role("link", name="My profile")).to_be_focused()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Settings"
    page.keyboard.press("Escape")
    assert not page.locator("#person-menu").is_visible()


@pytest.mark.journey
def test_what_was_done_is_said_and_leaves_by_itself_or_by_hand(cast, open_page):
    page = open_page(cast.anna)
    page.goto("/settings/tags/")
    page.get_by_label("Label").fill("warranty")
    page.get_by_role("button", name="Add").click()
    toast = page.locator("#toasts .toast")
    toast.wait_for()
    assert "warranty" in toast.inner_text()
    toast.get_by_role("button", name="Dismiss").click()
    assert toast.count() == 0
