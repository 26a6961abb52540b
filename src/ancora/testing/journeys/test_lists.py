"""A list as its reader wants it, while a colleague works on it; and a search that is finished before it is typed."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from ancora.cases import commands
from ancora.cases.lists.tests.conftest import many
from ancora.cases.models import Case
from ancora.desk.tests.conftest import letter, shop
from ancora.platform.events.actors import Actor
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.steps import DESKTOP, LIVE_MS

__all__ = ["many", "shop"]


@pytest.fixture
def list_of(cast, shop, many, site, open_page):
    """Forty open cases, and Lena before them."""
    many(40)
    page = open_page(cast.lena, viewport=DESKTOP)
    page.goto("/queues/open/", timeout=60_000)
    expect(page.locator("body")).to_have_attribute("data-live-state", "on")
    return page


def subjects(page) -> list[str]:
    return page.locator("#rows .subject").all_text_contents()


def test_table_is_chosen_ordered_and_stays_still_while_a_colleague_works(list_of, cast, shop, arrive, look):
    page = list_of
    page.locator("#shape-opener").press("Enter")
    expect(page.get_by_role("radio", name="cards")).to_be_focused()
    page.keyboard.press("ArrowRight")
    table = page.get_by_role("table", name="All open")
    expect(table).to_be_visible()
    expect(page.get_by_role("radio", name="table")).to_be_focused()
    page.get_by_label("Groups by").select_option("owner")
    expect(table.get_by_role("rowheader", name="nobody")).to_be_visible()
    page.get_by_role("button", name="Owner: further left").press("Enter")
    expect(table.locator("thead th")).to_contain_text(["Owner", "Due"])
    expect(page.get_by_role("button", name="Owner: further left")).to_be_focused()
    expect(page.locator("#menu-shape")).to_be_in_viewport()
    look(page, "menu-open")
    faults = check(page, "menu", look, within="#menu-shape")
    page.get_by_label("Groups by").select_option("")
    expect(table.locator(".group")).to_have_count(0)
    page.keyboard.press("Escape")

    head = page.get_by_role("columnheader", name="Priority")
    head.get_by_role("button").press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(head.get_by_role("button")).to_be_focused()
    expect(page.locator("#rows .subject")).to_have_count(30)
    page.locator(".more a").click()
    expect(page.locator("#rows .subject")).to_have_count(41)
    faults += check(page, "table", look)

    before, shown = page.locator("#rows .row").nth(1).bounding_box(), subjects(page)
    least = Case.objects.order_by("priority", "last_message_at").first()
    commands.set_priority(least, priority=4, actor=Actor.human(cast.anna))
    changed = page.locator(f"#row-{least.reference}").locator("xpath=ancestor::tr")
    expect(changed.locator(".c-priority")).to_have_text("urgent", timeout=LIVE_MS * 2)
    assert subjects(page) == shown
    urgent = letter(subject="A new one", message_id=f"<{uuid4()}@x>", sender="n@example.org")
    arrive(urgent, shop.mailbox)
    commands.set_priority(Case.objects.get(subject="A new one"), priority=4, actor=Actor.human(cast.anna))
    expect(page.locator("#news .news")).to_have_text("1 new", timeout=LIVE_MS * 2)
    assert subjects(page) == shown
    assert page.locator("#rows .row").nth(1).bounding_box() == before
    faults += check(page, "news", look)

    page.locator("#rows .row").nth(2).click()
    expect(page.locator("#subject")).to_have_text(shown[2])
    expect(page.locator("#rows [aria-current]")).to_be_visible()
    faults += check(page, "beside a case", look)
    assert not faults, "\n".join(faults)


def test_search_is_finished_by_keyboard(list_of, cast, shop, look):
    commands.create_tag("repair kit", actor=Actor.human(cast.anna))
    page = list_of
    field = page.get_by_role("combobox", name="Search", exact=True)
    page.keyboard.press("/")
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press_sequentially("lea")
    expect(page.get_by_role("option", name="The grinder leaks")).to_be_visible()
    field.fill("")
    field.press_sequentially("bianc")
    expect(page.get_by_role("option", name="Carla Bianchi").first).to_be_visible()
    faults = check(page, "suggestions", look)
    field.focus()
    field.press("ArrowDown")
    expect(page.locator("#search-choices [aria-selected=true]")).to_have_count(1)
    field.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("bianc")
    field.press_sequentially("hi")
    page.get_by_role("option", name="Carla Bianchi").first.click()
    expect(field).to_have_value('from:"Carla Bianchi" ')
    field.press_sequentially("is:op")
    expect(page.get_by_role("option", name="is:open")).to_be_visible()
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value('from:"Carla Bianchi" is:open ')
    field.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("1 case for")

    field.fill("")
    expect(page.get_by_role("option", name='from:"Carla Bianchi" is:open')).to_be_visible()
    faults += check(page, "searched lately", look, within=".topbar")
    field.focus()
    held = []
    page.route("**/search/forget/", lambda route: held.append(route))
    with page.expect_request("**/search/forget/"):
        page.get_by_role("option", name="Forget these searches").click()
    expect(field).to_have_attribute("aria-expanded", "false")
    # Who asks before it is forgotten is not shown it once more.
    field.press("ArrowDown")
    held[0].continue_()
    expect(page.get_by_role("option", name="before:")).to_be_visible()
    expect(page.get_by_role("option", name='from:"Carla Bianchi" is:open')).to_have_count(0)
    assert not faults, "\n".join(faults)
