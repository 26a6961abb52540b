"""Two agents at two screens: what one does, the other sees, and what the other types stays."""

import re

import pytest
from playwright.sync_api import expect

from ancora.conversations.channels.email.tests.living import until
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.mail_program import text_of
from ancora.testing.journeys.steps import DESKTOP, LIVE_MS, choose, count_of, open_case, send, write


@pytest.fixture
def matter(watched, carla, dario):
    """Two cases, from two customers."""
    from ancora.cases.models import Case

    carla.write(to=watched.address, subject="The grinder leaks", text="It leaks again.")
    dario.write(to=watched.address, subject="Invoice twice", text="I paid twice.")
    return until(lambda: (found := list(Case.objects.all())) and len(found) == 2 and found)


def test_what_one_does_the_other_sees_by_itself(cast, open_page, matter, carla, look):
    lena, stan = (open_page(person, viewport=DESKTOP) for person in (cast.lena, cast.stan))
    for page in (lena, stan):
        page.goto("/queues/unassigned/")
        open_case(page, "The grinder leaks")
        expect(page.locator("body")).to_have_attribute("data-live-state", "on")
    write(stan, "Half a sentence about")
    head = stan.locator("#case-head")
    typed = stan.locator("#composer .ProseMirror")

    choose(lena, "owner", "Me")
    expect(head).to_contain_text("Lena Vogt", timeout=LIVE_MS)
    expect(count_of(stan, "Unassigned")).to_have_text("1", timeout=LIVE_MS)
    expect(count_of(lena, "Mine")).to_have_text("1", timeout=LIVE_MS)
    expect(stan.locator("#rows .gone")).to_contain_text("The grinder leaks", timeout=LIVE_MS)

    lena.locator("[popovertarget=menu-tags]").click()
    lena.get_by_label("New tag").fill("leak")
    lena.keyboard.press("Enter")
    expect(head.locator(".tag", has_text="leak")).to_be_visible(timeout=LIVE_MS)

    choose(lena, "status", "customer")
    expect(head.locator(".status")).to_contain_text("Waits: customer", timeout=LIVE_MS, ignore_case=True)
    expect(count_of(stan, "Waiting")).to_have_text("1", timeout=LIVE_MS)

    write(lena, "The spare part is in stock.", kind="n")
    send(lena)
    expect(stan.locator("#timeline .note")).to_contain_text("The spare part is in stock.", timeout=LIVE_MS)
    look(stan, "beside-lena")

    expect(typed).to_have_text("Half a sentence about")
    expect(typed).to_be_focused()
    stan.keyboard.type(" seals.")
    stan.keyboard.press("Control+Enter")
    stopped = stan.locator("#complaint")
    expect(stopped).to_contain_text("Lena Vogt left a note while you were writing. Nothing was sent")
    expect(stopped).to_contain_text("The spare part is in stock.")
    stopped.get_by_role("button", name="Send anyway").click()
    expect(lena.locator("#timeline .message.ours")).to_contain_text("Half a sentence about seals.", timeout=LIVE_MS)
    [answer] = carla.received(1)
    assert "spare part" not in answer.as_string()
    look(lena, "answered-by-stan")


def test_list_of_another_agent_changes_where_it_stands(cast, open_page, matter, look):
    lena, stan = (open_page(person, viewport=DESKTOP) for person in (cast.lena, cast.stan))
    stan.goto("/queues/open/")
    row = stan.locator("#rows .row", has_text="Invoice twice")
    expect(row).to_be_visible()
    expect(stan.locator("body")).to_have_attribute("data-live-state", "on")
    before = stan.locator("#rows .subject").all_text_contents()
    lena.goto("/queues/open/")
    open_case(lena, "Invoice twice")
    choose(lena, "owner", "Me")
    choose(lena, "priority", "urgent")
    expect(row.locator(".avatar")).to_have_text("LV", timeout=LIVE_MS)
    expect(row.locator(".tag.bad")).to_have_text("urgent", timeout=LIVE_MS)
    assert stan.locator("#rows .subject").all_text_contents() == before
    look(stan, "list")


def test_reply_posted_twice_goes_out_once(cast, open_page, matter, carla, look):
    from ancora.conversations.models import Message

    page = open_page(cast.stan, viewport=DESKTOP)
    page.goto("/queues/open/")
    open_case(page, "The grinder leaks")
    write(page, "Once is enough.")
    form = page.evaluate(
        "[...new FormData(document.querySelector('#composer form')).entries()].filter(([, v]) => !v.name)"
    )
    # Two clicks before anything was answered, and the same form once more, as a browser sends it after "back".
    page.evaluate("for (const _ of [1, 2]) document.querySelector('#composer .primary[data-sends]').click()")
    expect(page.locator("#timeline .message.ours")).to_have_count(1)
    again = page.evaluate(
        """async ([action, entries]) =>
             (await fetch(action, {method: "POST", body: new URLSearchParams(entries)})).status""",
        [page.locator("#composer form").get_attribute("action"), form],
    )
    assert again == 200
    carla.received(1)
    page.reload()
    expect(page.locator("#timeline .message.ours")).to_have_count(1)
    assert Message.objects.filter(direction="out").count() == 1
    assert [text_of(mail).count("Once is enough.") for mail in carla.inbox()] == [1]


def test_form_of_an_old_session_says_what_is_safe(cast, open_page, matter, look):
    page = open_page(cast.stan, viewport=DESKTOP)
    page.goto("/new/?kind=hand")
    page.get_by_label("Customer's name").fill("Elsa")
    page.get_by_label("Subject").fill("She rang")
    page.context.clear_cookies(name="ancora_csrf")
    page.get_by_role("button", name="Open the case").click()
    expect(page.get_by_role("heading")).to_have_text("This form is out of date")
    expect(page.locator("main")).to_contain_text("Nothing was changed")
    found = check(page, "stale", look)
    assert not found, "\n\n".join(found)
    page.go_back()
    expect(page.get_by_label("Subject")).to_have_value("She rang")


def test_reply_with_an_old_session_keeps_what_was_typed(cast, open_page, matter, look):
    page = open_page(cast.stan, viewport=DESKTOP)
    page.goto("/queues/open/")
    open_case(page, "The grinder leaks")
    write(page, "A long answer.")
    page.context.clear_cookies(name="ancora_csrf")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts .toast.error")).to_be_visible()
    look(page, "stale-reply")
    page.reload()
    expect(page.locator("#composer textarea[name=text]")).to_have_value(re.compile("A long answer."))
    page.locator("#composer [data-sends].primary").click()
    expect(page.locator("#timeline .message.ours")).to_contain_text("A long answer.")


def test_observer_reads_and_notes_but_cannot_reply(cast, open_page, matter, carla, look):
    page = open_page(cast.olga, viewport=DESKTOP)
    page.goto("/queues/open/")
    open_case(page, "The grinder leaks")
    expect(page.locator("#composer").get_by_text("Note", exact=True)).to_be_visible()
    expect(page.locator("#composer").get_by_text("Reply", exact=True)).to_have_count(0)
    expect(page.locator("#composer").get_by_role("button", name="Send")).to_have_count(0)
    expect(page.locator("[popovertarget=menu-owner]")).to_have_count(0)
    page.locator("#composer .ProseMirror, #composer textarea").first.click()
    page.keyboard.type("Seen by the board.")
    send(page)
    expect(page.locator("#timeline .note")).to_contain_text("Seen by the board.")
    look(page, "observer")
    status = page.evaluate(
        """async () => {
          const form = new FormData(document.querySelector("#composer form"))
          form.set("kind", "reply"); form.set("text", "Sneaked."); form.set("to", "x@customer.example")
          return (await fetch(location.pathname + "reply/", {method: "POST", body: form})).status
        }"""
    )
    assert status == 403
    assert carla.inbox() == []
