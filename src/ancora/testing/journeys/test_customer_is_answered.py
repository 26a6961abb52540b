"""A customer's mail becomes a case, is answered, and her mail program shows one thread."""

import hashlib
import re

from playwright.sync_api import expect

from ancora.testing.journeys.mail_program import text_of, thread_of
from ancora.testing.journeys.steps import DESKTOP, LIVE_MS, choose, count_of, reference_in, send, write

MANUAL = bytes(range(256)) * 300


def test_customer_writes_and_is_answered_in_one_thread(cast, support, site, open_page, watched, carla, look):
    page = open_page(cast.stan, viewport=DESKTOP)
    page.goto("/queues/unassigned/")
    expect(page.locator("#list")).to_contain_text("Every open case has an owner")
    first = carla.write(to=support.address, subject="The grinder leaks", text="It leaks again.\n\nCarla")

    # Nobody touches the screen: the list says that there is something new, and the count beside the queue grows.
    page.get_by_role("link", name="1 new").click()
    row = page.locator("#rows .row")
    expect(row).to_contain_text("The grinder leaks")
    expect(count_of(page, "Unassigned")).to_have_text("1")
    look(page, "arrived")
    row.click()
    expect(page.locator("#timeline")).to_contain_text("It leaks again.")

    _write_with_an_attachment(page)
    look(page, "typed")
    send(page)
    ours = page.locator("#timeline .message.ours")
    expect(ours).to_contain_text("Is it the small grinder?")
    expect(ours.locator(".sending")).to_have_text(re.compile("sent"))
    look(page, "answered")

    [answer] = carla.received(1)
    reference = reference_in(page)
    _is_in_the_thread(answer, first)

    second = carla.answer(answer, "Yes, the small one.")
    theirs = page.locator("#timeline .message:not(.ours)")
    expect(theirs).to_have_count(2)
    expect(theirs.last).to_contain_text("Yes, the small one.")
    expect(theirs.last.locator(".body")).not_to_contain_text("wrote:")
    look(page, "answered-back")

    write(page, "A new seal is on its way.")
    send(page)
    [_, last] = carla.received(2)
    assert thread_of(last) == [*thread_of(answer), second["Message-ID"], last["Message-ID"]]
    assert last["Subject"] == "Re: The grinder leaks"

    choose(page, "status", "Solved with an answer")
    expect(page.locator("#case-head .status")).to_contain_text("resolved: Solved", ignore_case=True)
    look(page, "resolved")
    carla.answer(last, "It leaks still.")
    expect(theirs).to_have_count(3)
    expect(page.locator("#case-head .status")).to_contain_text("open", ignore_case=True, timeout=LIVE_MS)
    assert reference_in(page) == reference
    look(page, "reopened")


def _write_with_an_attachment(page):
    page.keyboard.press("r")
    expect(page.locator("#composer .ProseMirror")).to_be_focused()
    page.keyboard.type("Is it the ")
    page.keyboard.press("Control+b")
    page.keyboard.type("small")
    page.keyboard.press("Control+b")
    page.keyboard.type(" grinder? Here is its manual.")
    manual = {"name": "manual à la carte.bin", "mimeType": "application/octet-stream", "buffer": MANUAL}
    page.get_by_label("Attach files").set_input_files([manual])


def _is_in_the_thread(answer, first):
    assert answer["In-Reply-To"] == first["Message-ID"]
    assert thread_of(answer) == [first["Message-ID"], answer["Message-ID"]]
    assert answer["Subject"] == "Re: The grinder leaks"
    assert "Is it the small grinder? Here is its manual." in text_of(answer)
    assert "<strong>small</strong>" in answer.get_body(("html",)).get_content()
    [file] = answer.iter_attachments()
    assert file.get_filename() == "manual à la carte.bin"
    assert hashlib.sha256(file.get_content()).digest() == hashlib.sha256(MANUAL).digest()
    assert re.fullmatch(r"help\d+\+[^@]+@shop\.example", answer["Reply-To"].addresses[0].addr_spec)
