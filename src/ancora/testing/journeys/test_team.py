"""A lead looks at the team's load and gives cases to others, by keys and by dragging, while a colleague works."""

import re

import pytest
from playwright.sync_api import expect

from ancora.cases.bulk.tests.conftest import cases
from ancora.cases.commands import assign_case
from ancora.cases.models import Case
from ancora.desk.tests.conftest import shop
from ancora.platform.events.actors import Actor
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.steps import DESKTOP, choose

__all__ = ["cases", "shop"]
CASES, ON_US = 1, 2


def cell(page, person, number: int):
    """One number of a person; None is nobody."""
    return page.locator(f"#person-{person.pk if person else 'nobody'} td").nth(number)


def listening(page) -> None:
    expect(page.locator("body")).to_have_attribute("data-live-state", "on")


@pytest.fixture
def load(cast, cases, site, open_page):
    """Stan has four cases, nobody two; Lena before the load of everybody."""
    six = cases(6)
    for case in six[:4]:
        assign_case(case, owner=cast.stan, actor=Actor.human(cast.anna))
    page = open_page(cast.lena, viewport=DESKTOP)
    page.goto("/team/", timeout=60_000)
    listening(page)
    return page, six


def test_given_by_keys_and_by_dragging_and_taken_back(load, cast, open_page, look):
    lena, _six = load
    expect(cell(lena, cast.stan, CASES)).to_have_text("4")
    lena.get_by_role("link", name="Stan Meyer", exact=True).press("Enter")
    expect(lena.locator("#hand-title")).to_be_focused()
    rows = lena.locator("#held .row")
    expect(rows).to_have_count(4)
    rows.nth(0).focus()
    lena.keyboard.press("x")
    rows.nth(1).focus()
    lena.keyboard.press("x")
    found = check(lena, "hand", look)
    lena.set_viewport_size(DESKTOP)
    rows.nth(1).focus()
    lena.keyboard.press("m")
    expect(lena.locator("#give-to")).to_be_focused()
    found += check(lena, "give", look, within="#give")
    lena.set_viewport_size(DESKTOP)
    lena.keyboard.type("Marco")
    lena.keyboard.press("Enter")
    told = lena.locator("#toasts")
    expect(told).to_contain_text("2 cases were given to Marco Reale.")
    expect(cell(lena, cast.marco, CASES)).to_have_text("2")
    expect(cell(lena, cast.stan, CASES)).to_have_text("2")
    expect(rows).to_have_count(2)

    given = lena.locator("#held .deal").nth(0)
    given.drag_to(lena.locator("#person-nobody"))
    expect(told).to_contain_text("1 case is unassigned now.")
    expect(cell(lena, None, CASES)).to_have_text("3")
    lena.keyboard.press("Control+z")
    expect(told).to_contain_text("1 case is back where it was.")
    expect(cell(lena, cast.stan, CASES)).to_have_text("2")

    # A colleague takes one while Lena decides.
    reference = lena.locator("#held .deal").nth(0).get_attribute("data-reference")
    lena.locator("#held .row").nth(0).focus()
    lena.keyboard.press("m")
    expect(lena.locator("#give-to")).to_be_focused()
    anna = open_page(cast.anna, viewport=DESKTOP)
    anna.goto(f"/cases/{reference}/")
    choose(anna, "owner", "Me")
    expect(cell(lena, cast.anna, CASES)).to_have_text("1")
    lena.keyboard.type("Marco")
    lena.keyboard.press("Enter")
    expect(told).to_contain_text(f"#{reference}: Anna Ferri has it now.")
    assert Case.objects.get(reference=reference).owner == cast.anna
    assert not found, "\n\n".join(found)


def test_queue_is_spread_and_the_list_stays_under_the_pointer(load, cast, open_page, look):
    lena, six = load
    waits = lena.locator("#waits .deal")
    expect(waits).to_have_count(6)
    expect(lena.locator("#queue-size")).to_have_text("2")
    found = check(lena, "board", look)
    lena.set_viewport_size(DESKTOP)
    waits.nth(5).hover()
    anna = open_page(cast.anna, viewport=DESKTOP)
    anna.goto(f"/cases/{six[1].reference}/")
    choose(anna, "status", "customer")
    gone = lena.locator(f"#waits-{six[1].pk}")
    expect(gone).to_have_class(re.compile("gone"))
    expect(cell(lena, cast.stan, ON_US)).to_have_text("3")
    lena.mouse.move(5, 5)
    expect(waits).to_have_count(5)

    lena.get_by_role("button", name="Spread evenly").click()
    spread = lena.locator("#spread")
    spread.get_by_label("Anna Ferri").check()
    spread.get_by_label("Marco Reale").check()
    give = spread.get_by_role("button", name="Give 2 cases")
    expect(spread.locator(".shares li")).to_have_count(2)
    found += check(lena, "spread", look, within="#spread")
    lena.set_viewport_size(DESKTOP)
    give.click()
    expect(lena.locator("#toasts")).to_contain_text("2 cases were given out.")
    expect(spread).to_be_hidden()
    expect(lena.locator("#queue-size")).to_have_text("0")
    expect(cell(lena, cast.marco, CASES)).to_have_text("1")
    assert not found, "\n\n".join(found)
