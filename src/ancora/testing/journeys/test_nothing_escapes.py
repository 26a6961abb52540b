"""What concerns somebody reaches them, and what was decided stays decided when a colleague was quicker."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from ancora.conversations.channels.email.tests.living import until
from ancora.platform import clock
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.steps import DESKTOP, LIVE_MS, open_case, send, write


@pytest.fixture
def matter(watched, carla):
    from ancora.cases.models import Case

    carla.write(to=watched.address, subject="The grinder leaks", text="It leaks again.")
    return until(lambda: Case.objects.first())


def test_task_rings_at_who_gets_it_and_its_news_at_who_gave_it(cast, open_page, matter, look):
    lena, stan = (open_page(person, viewport=DESKTOP) for person in (cast.lena, cast.stan))
    # The first page of a server that has just begun, on a busy machine.
    lena.goto("/queues/mine/", timeout=30_000)
    expect(lena.locator("body")).to_have_attribute("data-live-state", "on")
    stan.goto(f"/cases/{matter.reference}/tasks/new/")
    stan.get_by_label("What is to be done").fill("Weigh the grinder")
    stan.get_by_label("For whom").select_option(label="Lena Vogt")
    stan.get_by_role("button", name="Give the task").click()

    expect(lena.locator("#bell .badge")).to_have_text("1", timeout=LIVE_MS)
    lena.keyboard.press("b")
    lena.locator("#menu-bell .told a", has_text="Stan Meyer gave you a task: Weigh the grinder").click()
    expect(lena.get_by_role("heading", name="Weigh the grinder")).to_be_visible()
    expect(lena.locator("#bell .badge")).to_have_count(0)
    lena.get_by_text("Say when it is due").click()
    lena.get_by_label("Due").fill((clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT09:00"))
    found = check(lena, "task", look)
    assert not found, "\n\n".join(found)
    lena.get_by_role("button", name="Save").click()
    expect(lena.locator("#task-state")).to_contain_text("due")

    stan.goto("/tasks/")
    expect(stan.locator("#bell .badge")).to_have_text("1", timeout=LIVE_MS)
    stan.keyboard.press("b")
    stan.locator("#menu-bell .told a", has_text="Lena Vogt changed when the task is due").click()
    expect(stan.locator("body")).to_have_attribute("data-live-state", "on")
    lena.get_by_label("Comment for colleagues").fill("On which scales?")
    lena.keyboard.press("Control+Enter")
    expect(stan.locator("#comments")).to_contain_text("On which scales?", timeout=LIVE_MS)


def test_what_is_to_be_sent_later_stays_so_after_a_colleague_was_quicker(cast, open_page, matter, look):
    lena, stan = (open_page(person, viewport=DESKTOP) for person in (cast.lena, cast.stan))
    for page in (lena, stan):
        page.goto("/queues/open/", timeout=30_000)
        open_case(page, "The grinder leaks")
    write(lena, "Did it help?")
    write(stan, "Carla rang.", kind="n")
    send(stan)
    lena.locator("[popovertarget=menu-then]").click()
    lena.locator("#menu-then").get_by_role("button", name="tomorrow morning").click()
    again = lena.locator("#complaint [data-anyway]")
    expect(again).to_contain_text(re.compile(r"Send anyway .*09:00"))
    found = check(lena, "stopped", look, within="#composer")
    assert not found, "\n\n".join(found)
    again.click()
    expect(lena.locator("#timeline .message.ours .later")).to_contain_text("09:00")


def test_new_mail_outlives_the_browser_in_which_it_was_begun(cast, open_page, matter, carla, look):
    page = open_page(cast.stan, viewport=DESKTOP)
    page.goto("/new/", timeout=30_000)
    page.get_by_label("To", exact=True).fill(carla.address)
    page.get_by_label("Subject").fill("Your grinder")
    page.locator("textarea[name=text]").focus()
    expect(page.locator(".ProseMirror")).to_be_focused()
    page.keyboard.type("Dear Carla, it is on its way.")
    expect(page.locator("[data-saved]")).to_contain_text("Draft saved")
    found = check(page, "new mail", look)
    assert not found, "\n\n".join(found)
    page.close()

    page = open_page(cast.stan, viewport=DESKTOP)
    page.goto("/new/")
    page.get_by_role("link", name="Your grinder").click()
    expect(page.locator(".ProseMirror")).to_have_text("Dear Carla, it is on its way.")
    page.locator(".ProseMirror").click()
    page.keyboard.type("Soon: ")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#timeline .message.ours")).to_contain_text("it is on its way.")
    page.goto("/new/")
    page.locator("textarea[name=text]").focus()
    expect(page.locator(".ProseMirror")).to_be_focused()
    page.keyboard.type("No, that is not it.")
    page.get_by_role("button", name="Discard").click()
    expect(page.locator("#toasts")).to_contain_text("Draft discarded.")
    page.goto("/drafts/")
    expect(page.get_by_role("heading", name="No drafts")).to_be_visible()
