"""Nobody treads on anybody: who else is at a case is seen, and a send that was overtaken is stopped."""

import re

from playwright.sync_api import expect

from ancora.cases import commands
from ancora.cases.models import Presence
from ancora.conversations.models import Outgoing
from ancora.platform.events.actors import Actor
from ancora.testing.journeys.steps import LIVE_MS

DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
# A moment after the complaint stands there, however slow everything else is.
PRESS_AGAIN = """
document.addEventListener("htmx:afterSettle", event => {
  if (event.target.id !== "complaint") return
  const press = new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true, cancelable: true })
  setTimeout(() => { document.body.dataset.pressed = "again"; document.activeElement.dispatchEvent(press) }, 50)
})
"""


def begin(page, shop) -> None:
    page.goto(f"/cases/{shop.case.reference}/")
    expect(page.locator("body")).to_have_attribute("data-live-state", "on")


def write(page, text: str, key: str = "r") -> None:
    page.keyboard.press(key)
    page.locator(".ProseMirror").wait_for()
    page.keyboard.type(text)


def face(page, state: str, initials: str):
    return page.locator(f"#colleagues .face.{state}", has_text=initials)


def test_two_agents_see_each_other_and_the_second_send_is_stopped(shop, cast, open_page, flawless, look):
    anna, marco = open_page(cast.anna, **DESK), open_page(cast.marco, **DESK)
    begin(anna, shop)
    before = anna.locator("#subject").bounding_box()
    expect(anna.locator("#colleagues .faces")).to_be_hidden()
    begin(marco, shop)
    expect(face(anna, "viewing", "MR")).to_be_visible(timeout=LIVE_MS)
    expect(face(marco, "viewing", "AF")).to_be_visible(timeout=LIVE_MS)
    assert anna.locator("#subject").bounding_box() == before

    write(marco, "The seal is on its way.")
    expect(face(anna, "writing", "MR")).to_be_visible(timeout=LIVE_MS)
    expect(anna.locator("#colleagues [role=status]")).to_have_text("Marco Reale is writing")
    assert anna.locator("#subject").bounding_box() == before
    write(anna, "We send a new grinder.")
    expect(face(marco, "writing", "AF")).to_be_visible(timeout=LIVE_MS)
    flawless(anna)
    look(anna, "both-write")

    marco.keyboard.press("Control+Enter")
    expect(anna.locator(".message.ours .body")).to_have_text("The seal is on its way.")
    expect(face(anna, "viewing", "MR")).to_be_visible(timeout=10_000)
    expect(anna.locator(".ProseMirror")).to_have_text("We send a new grinder.")
    # A second press at once is none.
    anna.evaluate(PRESS_AGAIN)
    anna.keyboard.press("Control+Enter")
    complaint = anna.locator("#complaint")
    expect(complaint).to_contain_text("Marco Reale sent a message while you were writing. Yours was not sent")
    expect(anna.locator("body")).to_have_attribute("data-pressed", "again")
    expect(complaint.locator(".meanwhile")).to_contain_text("The seal is on its way.")
    expect(anna.locator(".ProseMirror")).to_have_text("We send a new grinder.")
    assert Outgoing.objects.count() == 1
    flawless(anna)
    look(anna, "stopped")
    complaint.get_by_role("button", name="Send anyway").click()
    expect(anna.locator(".message.ours .body").last).to_have_text("We send a new grinder.")
    expect(anna.locator("#text")).to_have_value("")
    assert Outgoing.objects.count() == 2


def test_who_goes_is_gone_at_once_and_who_comes_by_a_list_is_seen(shop, cast, open_page):
    anna, olga = open_page(cast.anna, **DESK), open_page(cast.olga, **DESK)
    begin(anna, shop)
    olga.goto("/queues/open/")
    olga.locator(".row", has_text="The grinder leaks").click()
    expect(face(anna, "viewing", "ON")).to_be_visible(timeout=LIVE_MS)
    anna.locator("#colleagues .faces").click()
    expect(anna.locator("#menu-colleagues")).to_have_text("Olga Nilsson is looking at it")
    olga.get_by_role("link", name="All open").click()
    expect(anna.locator("#colleagues .faces")).to_be_hidden(timeout=LIVE_MS)
    expect(anna.locator("#menu-colleagues")).to_be_hidden()
    olga.go_back()
    expect(face(anna, "viewing", "ON")).to_be_visible(timeout=LIVE_MS)
    olga.goto("/queues/mine/")
    expect(anna.locator("#colleagues .faces")).to_be_hidden(timeout=LIVE_MS)
    assert Presence.objects.get().user == cast.anna


def test_rows_of_a_list_show_at_which_cases_colleagues_are(shop, cast, open_page, flawless, look):
    anna, marco = open_page(cast.anna, **DESK), open_page(cast.marco, **DESK)
    anna.goto("/queues/open/")
    expect(anna.locator("body")).to_have_attribute("data-live-state", "on")
    row = anna.locator(".row", has_text="The grinder leaks")
    before = row.bounding_box()
    begin(marco, shop)
    expect(row.locator(".at.viewing")).to_have_text("Marco Reale is looking at it")
    write(marco, "Half a thought")
    expect(row.locator(".at.writing")).to_have_text("Marco Reale is writing")
    assert row.bounding_box() == before
    expect(anna.locator(".at")).to_have_count(1)
    flawless(anna)
    look(anna, "rows")
    commands.set_priority(shop.case, priority=4, actor=Actor.human(cast.lena))
    expect(row).to_contain_text("urgent")
    expect(row.locator(".at")).to_have_count(1)
    marco.goto("/queues/mine/")
    expect(row.locator(".at")).to_have_count(0)


def test_page_that_nobody_sees_is_away_and_ones_own_other_tab_is_no_colleague(shop, cast, open_page):
    anna, marco = open_page(cast.anna, **DESK), open_page(cast.marco, **DESK)
    begin(anna, shop)
    begin(marco, shop)
    expect(face(anna, "viewing", "MR")).to_be_visible(timeout=LIVE_MS)
    hidden = "Object.defineProperty(document, 'visibilityState', { value: '%s', configurable: true })"
    marco.evaluate(hidden % "hidden" + "; document.dispatchEvent(new Event('visibilitychange'))")
    expect(face(anna, "away", "MR")).to_be_visible(timeout=LIVE_MS)
    second = marco.context.new_page()
    begin(second, shop)
    expect(face(anna, "viewing", "MR")).to_be_visible(timeout=LIVE_MS)
    expect(face(second, "viewing", "AF")).to_be_visible(timeout=LIVE_MS)
    expect(second.locator("#colleagues .face")).to_have_count(1)


def test_what_came_before_one_began_to_write_stops_nobody(shop, cast, open_page):
    page = open_page(cast.anna, **DESK)
    begin(page, shop)
    commands.add_note(shop.case, text="The part is in stock.", author=cast.marco)
    expect(page.locator(".note .body")).to_have_text("The part is in stock.")
    write(page, "It is in stock.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.ours .body")).to_have_text("It is in stock.")


def test_draft_of_before_is_stopped_after_a_reload_too(shop, cast, open_page):
    page = open_page(cast.anna, **DESK)
    begin(page, shop)
    write(page, "It is in stock.")
    commands.add_note(shop.case, text="Sold out.", author=cast.marco)
    expect(page.locator(".note .body")).to_have_text("Sold out.")
    expect(page.locator("#composer [data-saved]")).to_contain_text("Draft saved")
    page.reload()
    expect(page.locator(".ProseMirror")).to_have_text("It is in stock.")
    page.locator("[data-sends].primary").click()
    expect(page.locator("#complaint .meanwhile")).to_contain_text("Sold out.")
    assert not Outgoing.objects.exists()


def test_on_a_phone_in_the_dark_with_a_long_subject(shop, cast, open_page, flawless, look):
    long = "The grinder that was repaired in spring leaks again and again, says the owner of the bar"
    type(shop.case).objects.filter(pk=shop.case.pk).update(subject=long)
    page = open_page(cast.anna, color_scheme="dark", **PHONE)
    others = [open_page(one, **DESK) for one in (cast.marco, cast.lena, cast.stan, cast.olga)]
    for other in others:
        begin(other, shop)
    begin(page, shop)
    expect(page.locator("#colleagues .face")).to_have_count(4)
    expect(page.locator("#colleagues .more")).to_have_text("+1")
    write(others[0], "Half a thought")
    expect(face(page, "writing", "MR")).to_be_visible(timeout=LIVE_MS)
    faces, subject = page.locator("#colleagues .faces").bounding_box(), page.locator("#subject").bounding_box()
    assert faces["y"] + faces["height"] <= subject["y"]
    assert page.locator(".case > .back").bounding_box()["y"] < subject["y"]
    flawless(page)
    look(page, "faces")
    page.locator("#colleagues .faces").click()
    expect(page.locator("#menu-colleagues li")).to_have_count(4)
    expect(page.locator("#menu-colleagues li.writing")).to_have_text(re.compile("Marco Reale is writing"))
    flawless(page)
    look(page, "names")
