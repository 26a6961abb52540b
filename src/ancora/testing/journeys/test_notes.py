"""A colleague is needed: named in a note, told at once, led to it; and a letter that nearly became a note."""

import pytest
from playwright.sync_api import expect

from ancora.conversations.channels.email.tests.living import until
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.mail_program import text_of
from ancora.testing.journeys.steps import DESKTOP, PHONE, open_case, send, write


@pytest.fixture
def matter(watched, carla):
    from ancora.cases.models import Case

    carla.write(to=watched.address, subject="The grinder leaks", text="It leaks again.")
    return until(lambda: Case.objects.first())


def test_mentioned_colleague_hears_of_it_and_is_led_there(cast, open_page, matter, look):
    lena, stan = (open_page(person, viewport=DESKTOP) for person in (cast.lena, cast.stan))
    # The first page of a server that has just begun, on a busy machine.
    lena.goto("/queues/mine/", timeout=30_000)
    expect(lena.locator("body")).to_have_attribute("data-live-state", "on")
    stan.goto("/queues/open/")
    open_case(stan, "The grinder leaks")
    write(stan, "Ask ", kind="n")
    stan.keyboard.type("@")
    expect(stan.locator("#mention-list [role=option]")).to_have_count(4)
    stan.keyboard.type("vog")
    expect(stan.locator("#mention-list [role=option]")).to_have_text(["Lena Vogt"])
    look(stan, "mentioning")
    found = check(stan, "mentioning", look)
    assert not found, "\n\n".join(found)
    stan.keyboard.press("Enter")
    expect(stan.locator("#composer .ProseMirror [data-mention]")).to_have_text("@Lena Vogt")
    stan.keyboard.type("please.")
    send(stan)
    expect(stan.locator("#timeline .note [data-mention]")).to_have_text("@Lena Vogt")

    expect(lena.locator("#bell .badge")).to_have_text("1")
    lena.keyboard.press("b")
    told = lena.locator("#menu-bell .told a")
    expect(told).to_contain_text("Stan Meyer mentioned you in a note")
    found = check(lena, "bell", look)
    assert not found, "\n\n".join(found)
    told.click()
    expect(lena.locator("#timeline .note")).to_contain_text("Ask @Lena Vogt please.")
    expect(lena.locator("#bell .badge")).to_have_count(0)
    lena.keyboard.press("w")
    expect(lena.locator("#menu-follow .followers")).to_contain_text("Lena Vogt")
    lena.locator("#menu-follow").get_by_role("button", name="Follow no longer").click()
    expect(lena.locator("#menu-follow")).to_contain_text("Nobody follows it yet")


def test_letter_in_the_note_box_is_asked_about_and_can_be_switched(cast, open_page, matter, carla, look):
    page = open_page(cast.stan, viewport=DESKTOP)
    page.goto("/queues/open/")
    open_case(page, "The grinder leaks")
    write(page, "Hi Carla, the part is on its way.", kind="n")
    page.keyboard.press("Control+Enter")
    complaint = page.locator("#complaint")
    expect(complaint).to_contain_text("This reads like a letter to the customer")
    look(page, "asked")
    found = check(page, "asked", look)
    assert not found, "\n\n".join(found)
    complaint.get_by_role("button", name="Switch to reply").click()
    expect(complaint).to_have_text("")
    expect(page.locator("#composer .ProseMirror")).to_have_text("Hi Carla, the part is on its way.")
    send(page)
    expect(page.locator("#timeline .message.ours")).to_contain_text("the part is on its way")
    [answer] = carla.received(1)
    assert "the part is on its way" in text_of(answer)
    expect(page.locator("#timeline .note")).to_have_count(0)


def test_person_chooses_how_to_be_told(cast, open_page, look):
    page = open_page(cast.stan, viewport=PHONE)
    page.goto("/notifications/")
    expect(page.locator("main")).to_contain_text("it stands here")
    found = check(page, "page", look)
    page.get_by_role("link", name="How you are told").click()
    page.get_by_role("combobox", name="A colleague mentions me By mail").select_option("at_once")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("Saved.")
    found += check(page, "choices", look)
    assert not found, "\n\n".join(found)
