"""Second thoughts: what was just sent is taken back, and what was begun is there again on every screen."""

import re

import pytest
from playwright.sync_api import expect

from ancora.conversations.channels.email.tests.living import until
from ancora.platform.accounts.models import User
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.mail_program import text_of
from ancora.testing.journeys.steps import DESKTOP, LIVE_MS, open_case, send, write

TYPED = "#composer textarea[name=text]"


@pytest.fixture
def matter(watched, carla):
    """A case of Carla's, and agents who have a while to undo what they send."""
    from ancora.cases.models import Case

    User.objects.update(undo_seconds=30)
    carla.write(to=watched.address, subject="The grinder leaks", text="It leaks again.")
    return until(lambda: Case.objects.first())


def test_message_is_taken_back_and_sent_better(cast, open_page, matter, carla, look):
    lena, stan = (open_page(person, viewport=DESKTOP) for person in (cast.lena, cast.stan))
    for page in (lena, stan):
        page.goto("/queues/open/")
        open_case(page, "The grinder leaks")
        expect(page.locator("body")).to_have_attribute("data-live-state", "on")
    write(lena, "Dear Dario, a seal is on its way.")
    send(lena)
    toast = lena.locator("#toasts .toast", has_text=re.compile(r"Sent in \d+ s"))
    expect(toast).to_be_visible()
    ours = lena.locator("#timeline .message.ours")
    expect(ours).to_contain_text(re.compile(r"Sent in \d+ s"))
    expect(stan.locator("#timeline .message.ours")).to_contain_text(re.compile(r"Sent in \d+ s"), timeout=LIVE_MS)
    expect(stan.locator("#timeline .undo")).to_have_count(0)
    first = toast.locator("[data-text]").inner_text()
    expect(toast.locator("[data-text]")).not_to_have_text(first)
    look(lena, "held")
    toast.get_by_role("button", name="Undo").click()
    expect(lena.locator(TYPED)).to_have_value(re.compile("Dear Dario"))
    expect(ours).to_have_count(0)
    expect(stan.locator("#timeline .message.ours")).to_have_count(0, timeout=LIVE_MS)
    expect(lena.locator("#toasts")).to_contain_text("Taken back. Nothing was sent.")
    look(lena, "taken-back")
    assert carla.inbox() == []

    User.objects.update(undo_seconds=5)
    lena.locator("#composer .ProseMirror").click()
    lena.keyboard.press("Control+A")
    lena.keyboard.type("Dear Carla, a seal is on its way.")
    send(lena)
    # The browser dies: it is sent all the same.
    lena.close()
    [mail] = carla.received(1)
    assert "Dear Carla" in text_of(mail)
    expect(stan.locator("#timeline .message.ours .sending")).to_contain_text("sent", timeout=LIVE_MS)


def test_draft_is_kept_while_typing_and_shown_on_another_machine(cast, open_page, matter, look):
    page = open_page(cast.lena, viewport=DESKTOP)
    page.goto("/queues/open/")
    open_case(page, "The grinder leaks")
    write(page, "Half a sentence")
    saved = page.locator("#composer [data-saved]")
    expect(saved).to_contain_text("Draft saved")
    expect(page.locator("#rows .tag.draft")).to_be_visible()
    found = check(page, "draft", look)
    assert not found, "\n\n".join(found)

    other = open_page(cast.lena, viewport=DESKTOP)
    other.goto("/queues/open/")
    expect(other.locator("#rows .tag.draft")).to_be_visible()
    open_case(other, "The grinder leaks")
    expect(other.locator(TYPED)).to_have_value(re.compile("Half a sentence"))
    stan = open_page(cast.stan, viewport=DESKTOP)
    stan.goto("/queues/open/")
    open_case(stan, "The grinder leaks")
    expect(stan.locator(TYPED)).to_have_value("")

    other.locator("#composer .ProseMirror").click()
    other.keyboard.type(" and a half")
    expect(other.locator("#composer [data-saved]")).to_contain_text("Draft saved")
    page.locator("#composer .ProseMirror").click()
    page.keyboard.type("!")
    expect(saved).to_contain_text("changed on another screen")

    other.on("dialog", lambda dialog: dialog.accept())
    other.get_by_role("button", name="Discard").click()
    expect(other.locator(TYPED)).to_have_value("")
    expect(other.locator("#rows .tag.draft")).to_have_count(0)


def test_draft_waits_for_the_connection_and_outlasts_the_page(cast, open_page, matter, look):
    from ancora.cases.models import Draft

    page = open_page(cast.lena, viewport=DESKTOP)
    page.goto("/queues/open/")
    open_case(page, "The grinder leaks")
    saved = page.locator("#composer [data-saved]")
    write(page, "Written in a ")
    expect(saved).to_contain_text("Draft saved")
    page.context.set_offline(True)
    page.keyboard.type("tunnel")
    expect(saved).to_contain_text("Not saved: no connection")
    look(page, "offline")
    page.context.set_offline(False)
    expect(saved).to_contain_text("Draft saved")
    assert "tunnel" in Draft.objects.get().written["text"]

    # The page is left with the last key.
    page.locator("#composer .ProseMirror").click()
    page.keyboard.type(" and gone")
    page.goto("/queues/mine/")
    page.goto("/queues/open/")
    open_case(page, "The grinder leaks")
    expect(page.locator(TYPED)).to_have_value(re.compile("tunnel and gone"))


def test_message_for_later_is_not_sent_when_an_answer_came_before(cast, open_page, watched, matter, carla, look):
    from ancora.conversations.commands.sending_queue import enqueue
    from ancora.conversations.models import Message, Outgoing
    from ancora.platform import clock

    page = open_page(cast.lena, viewport=DESKTOP)
    page.goto("/queues/open/")
    open_case(page, "The grinder leaks")
    write(page, "Did the new seal help?")
    page.get_by_role("button", name="Send and").click()
    menu = page.locator("#menu-then")
    expect(menu.get_by_role("button", name="tomorrow morning")).to_be_visible()
    found = check(page, "later-menu", look)
    assert not found, "\n\n".join(found)
    menu.get_by_label("only if no answer came before").check()
    menu.get_by_role("button", name="tomorrow morning").click()
    ours = page.locator("#timeline .message.ours")
    expect(ours).to_contain_text("unless an answer comes")
    found = check(page, "later", look)
    assert not found, "\n\n".join(found)

    first = Message.objects.get(direction="in")
    answer = {
        "In_Reply_To": f"<{first.message_id}>",
        "subject": "Re: The grinder leaks",
        "text": "It helped, thank you.",
    }
    carla.write(to=watched.address, **answer)
    expect(page.locator("#timeline")).to_contain_text("It helped, thank you.")
    Outgoing.objects.update(next_at=clock.now())
    enqueue(Outgoing.objects.get())
    expect(page.locator("#timeline")).to_contain_text("It is a draft of Lena Vogt again")
    expect(ours).to_have_count(0)
    page.reload()
    expect(page.locator("#complaint")).to_contain_text("because an answer came")
    expect(page.locator(TYPED)).to_have_value(re.compile("Did the new seal help"))
    look(page, "called-off")
    assert carla.inbox() == []
