"""An administrator writes a rule, tries it on the past, and it helps a colleague who has the case open."""

import re

from playwright.sync_api import expect

from ancora.cases.commands import create_tag
from ancora.cases.rules.commands import create_rule
from ancora.cases.rules.tests.conftest import CONTENT
from ancora.desk.tests.conftest import shop
from ancora.platform.events.actors import Actor
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.steps import DESKTOP, choose

__all__ = ["shop"]


def test_rule_is_tried_written_and_helps_a_colleague(cast, shop, site, open_page, look):
    create_tag("leak", actor=Actor.human(cast.anna))
    anna = open_page(cast.anna, viewport=DESKTOP)
    anna.set_default_navigation_timeout(60_000)
    anna.goto("/settings/rules/")
    anna.get_by_role("link", name="New rule").first.click()
    anna.get_by_label("Name").fill("Leaks wait for parts")
    expect(anna.get_by_label("How much time")).to_be_hidden()
    anna.get_by_label("Words in the message").fill("leaks")
    anna.get_by_role("button", name="Try").click()
    expect(anna.locator("#tried")).to_contain_text("Choose at least one change")
    anna.get_by_label("Status").select_option("waiting-third_party")
    anna.get_by_role("group", name="Tags it adds").get_by_label("leak").check()
    anna.get_by_role("button", name="Try").click()
    expect(anna.locator("#tried")).to_contain_text("2 cases would have been touched.")
    expect(anna.locator("#tried")).to_contain_text(f"#{shop.case.reference}")
    found = check(anna, "rule is tried", look)
    anna.get_by_label("Words in the message").fill("")
    anna.get_by_label("What happens").select_option("priority")
    expect(anna.get_by_label("Words in the message")).to_be_hidden()
    anna.get_by_label("Conditions").fill("priority:urgent")
    anna.get_by_role("button", name="Save").click()
    expect(anna.get_by_role("heading", level=1)).to_have_text("Leaks wait for parts")

    lena = open_page(cast.lena, viewport=DESKTOP)
    lena.set_default_navigation_timeout(60_000)
    lena.goto(f"/cases/{shop.case.reference}/")
    choose(lena, "priority", "urgent")
    waits = lena.locator("#timeline .change", has_text="Waiting on: third party")
    expect(waits).to_contain_text("Rule “Leaks wait for parts”")
    expect(lena.locator("#timeline .change", has_text="Tag added: leak")).to_be_visible()
    anna.reload()
    expect(anna.locator("tbody tr")).to_contain_text("The grinder leaks")
    found += check(anna, "log", look)
    assert not found, "\n\n".join(found)


def test_version_is_brought_back_and_the_order_is_changed_by_keys(cast, shop, site, open_page, look):
    create_rule({**CONTENT, "name": "Leaks"}, author=cast.anna)
    closes = {"trigger": "since_resolved", "hours": 168, "changes": ["closed-yes"]}
    create_rule({**CONTENT, **closes, "name": "Close"}, author=cast.anna)
    anna = open_page(cast.anna, viewport=DESKTOP)
    anna.set_default_navigation_timeout(60_000)
    anna.goto("/settings/rules/")
    names = anna.locator("tbody tr .name")
    expect(names).to_have_text(["Leaks", "Close"])
    up = anna.get_by_role("button", name=re.compile("^Up.*Close"))
    up.focus()
    anna.keyboard.press("Enter")
    expect(names).to_have_text(["Close", "Leaks"])
    expect(up).to_be_focused()
    found = check(anna, "rules", look)
    anna.get_by_role("link", name="Close").click()
    expect(anna.locator(".rule-card")).to_contain_text("7 days after it was resolved")
    anna.get_by_role("button", name="Switch off").click()
    anna.get_by_role("link", name="Version 2").click()
    expect(anna.locator(".versions li").first).to_contain_text("in use → switched off")
    found += check(anna, "versions", look)
    anna.get_by_role("button", name="Bring version 1 back").click()
    expect(anna.get_by_role("link", name="Version 3")).to_be_visible()
    assert not found, "\n\n".join(found)
