"""One draft, two agents: it is shared, read live, written in turn, and nothing that was typed is lost."""

import re
from datetime import timedelta

from playwright.sync_api import expect

from ancora.cases.models import Draft
from ancora.conversations.models import Message
from ancora.desk.tests.conftest import shop
from ancora.platform import clock
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.steps import DESKTOP, write

__all__ = ["shop"]
TYPED = "#composer textarea[name=text]"
SAVED = "#composer [data-saved]"


def begin(page, shop) -> None:
    # The first page of a fresh server is slow where the machine is.
    page.goto(f"/cases/{shop.case.reference}/", timeout=30_000)
    expect(page.locator("body")).to_have_attribute("data-live-state", "on")


def share_with(page, name: str) -> None:
    # The menu fetches itself afresh each time it is opened.
    with page.expect_response(re.compile("/draft/share/")):
        page.locator("#composer [data-shares]").click()
    page.locator("#menu-share").get_by_label(name).check()
    page.locator("#menu-share").get_by_role("button", name="Share the draft").click()


def test_draft_is_written_by_two_in_turn_and_sent_by_the_second(shop, cast, open_page, look):
    anna, stan = (open_page(person, viewport=DESKTOP) for person in (cast.anna, cast.stan))
    for page in (anna, stan):
        begin(page, shop)
    write(anna, "Dear Carla, the seal")
    expect(anna.locator(SAVED)).to_contain_text("Draft saved")
    anna.locator("#composer [data-shares]").click()
    expect(anna.locator("#menu-share").get_by_label("Stan Meyer")).to_be_visible()
    found = check(anna, "menu", look)
    anna.keyboard.press("Escape")
    share_with(anna, "Stan Meyer")
    expect(anna.locator("#pen")).to_contain_text("You have the pen")

    line = stan.locator("#case-head .shared-drafts")
    expect(line).to_contain_text("Anna Ferri shares a draft with you")
    expect(stan.locator(".bell-button .badge")).to_have_text("1", timeout=30_000)
    line.get_by_role("link", name="Open the draft").click()
    text = stan.locator("#composer .typed")
    expect(text).to_have_text("Dear Carla, the seal")
    expect(stan.locator("#pen")).to_contain_text("Anna Ferri has the pen")
    expect(stan.locator("#take-pen")).to_have_count(0)
    found += check(stan, "read", look)
    anna.locator("#composer .ProseMirror").click()
    anna.keyboard.press("Control+End")
    anna.keyboard.type(" is on its way.")
    expect(text).to_have_text("Dear Carla, the seal is on its way.")
    found += check(anna, "written", look)

    anna.locator("#lay-pen").click()
    expect(anna.locator("#composer .typed")).to_have_text("Dear Carla, the seal is on its way.")
    stan.locator("#take-pen").click()
    expect(stan.locator(TYPED)).to_have_value(re.compile("on its way"))
    expect(anna.locator("#pen")).to_contain_text("Stan Meyer has the pen")
    stan.locator("#composer .ProseMirror").click()
    stan.keyboard.press("Control+End")
    # The connection breaks in the middle of the answer to a save: it is tried again.
    stan.route(re.compile(r"/draft/$"), lambda route: route.fulfill(content_type="application/json", body="{"), times=1)
    stan.keyboard.type(" Yours, Stan")
    expect(anna.locator("#composer .typed")).to_contain_text("Yours, Stan")
    # The server has this save, and its answer is still on the way: what is sent waits for it.
    held = []
    stan.route(re.compile(r"/draft/$"), lambda route: held.append((route, route.fetch())))
    with stan.expect_request(re.compile(r"/draft/$")):
        stan.keyboard.type("!")
    expect(anna.locator("#composer .typed")).to_contain_text("Yours, Stan!")
    stan.keyboard.press("Control+Enter")
    [(route, response)] = held
    route.fulfill(response=response)
    stan.unroute(re.compile(r"/draft/$"))
    expect(anna.locator("#timeline .message.ours")).to_contain_text("Yours, Stan")
    expect(stan.locator("#pen")).to_have_count(0)
    expect(anna.locator(TYPED)).to_have_value("")
    expect(line).to_have_count(0)
    assert Message.objects.get(direction="out").author == cast.stan
    assert not found, "\n\n".join(found)


def test_what_comes_too_late_stays_on_the_screen_and_shows_what_differs(shop, cast, open_page, look):
    anna, stan = (open_page(person, viewport=DESKTOP) for person in (cast.anna, cast.stan))
    begin(anna, shop)
    write(anna, "It comes on Monday.")
    expect(anna.locator(SAVED)).to_contain_text("Draft saved")
    share_with(anna, "Stan Meyer")
    expect(anna.locator("#pen")).to_be_visible()
    # Long ago, for the server; and Anna's machine is in a tunnel.
    anna.context.set_offline(True)
    long_ago = clock.now() - timedelta(minutes=1)
    Draft.objects.update(saved_at=long_ago, writer_since=long_ago)
    stan.goto(f"/cases/{shop.case.reference}/?shared={Draft.objects.get().pk}")
    stan.locator("#take-pen").click()
    stan.locator("#composer .ProseMirror").click()
    stan.keyboard.press("Control+A")
    stan.keyboard.type("It comes on Friday.")
    expect(stan.locator(SAVED)).to_contain_text("Draft saved")
    anna.locator("#composer .ProseMirror").click()
    anna.keyboard.press("Control+A")
    anna.keyboard.type("It comes on Tuesday.")
    expect(anna.locator(SAVED)).to_contain_text("no connection")
    anna.context.set_offline(False)
    conflict = anna.locator("#complaint .conflict")
    expect(conflict).to_contain_text("Stan Meyer has the pen")
    expect(conflict.locator("ins").last).to_have_text("Tuesday.")
    expect(anna.locator(TYPED)).to_have_value(re.compile("Tuesday"))
    expect(conflict.locator("[data-over]")).to_have_count(0)
    found = check(anna, "late", look)

    # Stan gives it back: Anna's text goes over his, which she has seen.
    stan.locator("#lay-pen").click()
    conflict.locator("[data-over]").click()
    expect(stan.locator("#pen")).to_contain_text("Anna Ferri has the pen")
    expect(stan.locator("#composer .typed")).to_have_text("It comes on Tuesday.")
    expect(conflict).to_have_count(0)
    expect(anna.locator("#pen")).to_contain_text("You have the pen")
    expect(anna.locator(TYPED)).to_have_value(re.compile("Tuesday"))
    assert not Message.objects.filter(direction="out").exists()
    assert not found, "\n\n".join(found)
