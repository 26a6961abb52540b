"""Many cases are chosen by keyboard and mouse, changed as one, and taken back, while a colleague works on one."""

import pytest
from playwright.sync_api import expect

from ancora.cases.bulk.tests.conftest import cases
from ancora.cases.models import Case
from ancora.desk.tests.conftest import shop
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.steps import DESKTOP, LIVE_MS, choose

__all__ = ["cases", "shop"]


def listening(page) -> None:
    expect(page.locator("body")).to_have_attribute("data-live-state", "on")


def field(page, label: str):
    """Of the dialog in which the change is chosen."""
    return page.locator("#bulk-dialog").get_by_label(label)


@pytest.fixture
def lists(cast, cases, site, open_page):
    """Lena and Anna before the list of all open cases."""

    def opened(count: int) -> list:
        cases(count)
        pages = [open_page(person, viewport=DESKTOP) for person in (cast.lena, cast.anna)]
        for page in pages:
            # The first page of a fresh site takes its time on a machine with much to do.
            page.goto("/queues/open/", timeout=60_000)
            listening(page)
        return pages

    return opened


def test_chosen_by_keyboard_changed_and_taken_back(lists, look):
    lena, anna = lists(6)
    rows = lena.locator("#rows .row")
    lena.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    lena.keyboard.press("x")
    for _step in range(3):
        lena.keyboard.press("j")
    lena.keyboard.press("Shift+X")
    expect(lena.locator("#bulk-count")).to_have_text("4 chosen")
    lena.locator("#rows .pick input").nth(5).click()
    lena.locator("#rows .pick input").nth(4).click(modifiers=["Shift"])
    expect(lena.locator("#bulk-count")).to_have_text("6 chosen")
    lena.locator("#rows .pick input").nth(0).click()
    expect(lena.locator("#bulk-count")).to_have_text("5 chosen")
    found = check(lena, "chosen", look)
    lena.set_viewport_size(DESKTOP)
    lena.keyboard.press("p")
    expect(field(lena, "Priority")).to_be_focused()
    found += check(lena, "dialog", look, within="#bulk-dialog")
    field(lena, "Priority").select_option("urgent")
    lena.get_by_role("button", name="Change 5").click()
    expect(lena.locator(".standing")).to_contain_text("5 cases changed")
    expect(lena.locator("#bulk-bar")).to_be_hidden()
    expect(anna.locator("#rows .tag", has_text="urgent")).to_have_count(5, timeout=LIVE_MS * 2)
    found += check(lena, "changed", look)

    anna.set_viewport_size(DESKTOP)
    changed = Case.objects.filter(priority=4).order_by("pk").first()
    anna.goto(f"/cases/{changed.reference}/")
    choose(anna, "priority", "low")
    expect(anna.locator("#case-head")).to_contain_text("low")
    lena.set_viewport_size(DESKTOP)
    lena.get_by_role("button", name="Undo").click()
    expect(lena.locator(".standing")).to_contain_text("4 cases are as they were")
    expect(lena.locator(".standing")).to_contain_text(f"#{changed.reference} changed since: Priority")
    found += check(lena, "undone", look)
    assert not found, "\n\n".join(found)


def test_whole_list_is_the_workers_and_its_progress_is_seen(lists, look):
    lena, anna = lists(34)
    lena.locator("#pick-all").click()
    expect(lena.locator("#bulk-count")).to_have_text("30 chosen")
    lena.get_by_role("button", name="Choose all 34 cases of this list").click()
    expect(lena.locator("#bulk-count")).to_have_text("34 chosen")
    lena.keyboard.press("a")
    field(lena, "Owner").select_option("me")
    lena.get_by_role("button", name="Change 34").click()
    expect(lena.locator(".standing")).to_contain_text("34 cases changed", timeout=30_000)
    expect(anna.locator("#rows .avatar").first).to_have_attribute("title", "Lena Vogt", timeout=LIVE_MS * 2)
    lena.goto("/bulk/")
    found = check(lena, "list", look)
    lena.set_viewport_size(DESKTOP)
    lena.get_by_role("link", name="Owner: me").click()
    expect(lena.locator(".standing")).to_contain_text("34 cases changed")
    found += check(lena, "page", look)
    assert not found, "\n\n".join(found)
