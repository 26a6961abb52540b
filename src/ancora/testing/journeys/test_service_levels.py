"""An administrator promises answers in time; agents see how much of it is left."""

import re

from playwright.sync_api import expect

from ancora.cases.models import CaseClocks
from ancora.desk.tests.conftest import shop
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.steps import DESKTOP, choose

__all__ = ["shop"]


def test_promise_is_written_and_its_clock_runs_stands_still_and_is_seen_by_a_colleague(
    cast, shop, site, open_page, look
):
    lena = open_page(cast.lena, viewport=DESKTOP)
    lena.set_default_navigation_timeout(60_000)
    lena.goto(f"/cases/{shop.case.reference}/")
    clock = lena.locator("#case-head .clock")
    expect(clock).to_have_count(0)

    anna = open_page(cast.anna, viewport=DESKTOP)
    anna.set_default_navigation_timeout(60_000)
    anna.goto("/settings/service-levels/")
    found = check(anna, "no policies", look)
    anna.get_by_role("link", name="New policy").first.click()
    expect(anna.locator("#preview")).to_be_visible()
    # What is typed is heard once the page's modules are there.
    anna.wait_for_load_state()
    anna.get_by_label("Name").fill("Usual")
    anna.get_by_label("normal: Resolution").fill("soon")
    expect(anna.locator("#preview")).to_contain_text("“soon” cannot be read")
    anna.get_by_label("normal: Resolution").fill("40 h")
    expect(anna.locator("#preview")).to_contain_text("Normal: solved within 40 working hours.")
    found += check(anna, "policy", look)
    anna.get_by_role("button", name="Save").click()
    expect(anna.locator("#clock-run")).to_contain_text(re.compile("up to date"))
    expect(anna.locator("tbody tr")).to_contain_text("solved within 40 working hours")
    found += check(anna, "policies", look)

    expect(clock).to_contain_text(re.compile(r"Resolution (due in|late by) "))
    expect(lena.locator(f"#row-{shop.case.reference} .clock")).to_be_visible()
    assert CaseClocks.objects.filter(case=shop.case).exists()
    found += check(lena, "running", look)
    choose(lena, "status", "customer")
    expect(clock).to_contain_text(re.compile(r"Resolution paused \d+ min, waiting for the customer"))
    found += check(lena, "paused", look, within="#case-head")
    assert not found, "\n\n".join(found)
