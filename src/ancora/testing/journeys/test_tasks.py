"""A case needs a repairer: he is asked by mail beside the customer, answers, and the case is back."""

import re
from email.utils import parseaddr

from playwright.sync_api import expect

from ancora.cases.models import Case
from ancora.conversations.channels.email.tests.living import until
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.mail_program import MailProgram, text_of
from ancora.testing.journeys.steps import DESKTOP, choose, open_case, send, write


def test_a_third_party_helps_and_the_customer_never_sees_it(
    cast, support, site, open_page, watched, carla, dovecot, postfix, look
):
    otto = MailProgram(dovecot, postfix, name="Otto Schmidt", nick="otto")
    page = open_page(cast.stan, viewport=DESKTOP)
    carla.write(to=support.address, subject="The grinder leaks", text="It leaks again.")
    until(Case.objects.exists)
    open_case(page, "The grinder leaks")
    case = re.search(r"/cases/\d+/", page.url)[0]

    page.keyboard.press("d")
    expect(page.get_by_role("heading", name="New task")).to_be_visible()
    page.get_by_label("What is to be done").fill("What does a new seal cost?")
    page.get_by_label("More about it").fill("It is the small grinder.")
    page.get_by_label("For whom").select_option("new")
    page.get_by_label("Name of the firm").fill("Otto Repairs")
    page.get_by_label("Its e-mail address").fill(otto.address)
    page.get_by_label("The case waits for it").check()
    faults = check(page, "new task", look)
    page.get_by_role("button", name="Give the task").click()
    status = page.locator("#case-head .status")
    expect(status).to_contain_text("third party", ignore_case=True)
    expect(page.locator(".open-tasks")).to_contain_text("What does a new seal cost?")

    [asked] = otto.received(1)
    assert "It is the small grinder." in text_of(asked)
    assert "It leaks again." not in text_of(asked)
    otto.answer(asked, "Forty euros, cheap work.")
    beside = page.locator("#timeline .message.beside:not(.ours)")
    expect(beside).to_contain_text("Forty euros, cheap work.")
    expect(status).to_contain_text("open", ignore_case=True)
    expect(page.locator(".open-tasks")).to_contain_text("answered")
    faults += check(page, "case with a task", look)

    # The answer to Carla is an answer to Carla, whatever was said beside.
    page.goto(case)
    write(page, "A new seal is on its way.")
    send(page)
    [answer] = carla.received(1)
    assert "Forty euros" not in answer.as_string()
    assert parseaddr(answer["To"])[1] == carla.address
    expect(page.locator("#timeline .message.ours:not(.beside) .sending")).to_have_text(re.compile("sent"))

    page.locator(".open-tasks a").click()
    expect(page.get_by_role("heading", name="With Otto Repairs")).to_be_visible()
    page.get_by_label("Write to Otto Repairs only").fill("Send it, then.")
    page.get_by_role("button", name="Send to the third party").click()
    [_first, again] = otto.received(2)
    assert asked["Message-ID"] in again["References"]
    expect(page.locator("#thread .message.ours")).to_have_count(2)
    faults += check(page, "task", look)

    page.goto(case)
    choose(page, "status", "Solved with an answer")
    expect(page.locator(".unfinished")).to_contain_text("What does a new seal cost?")
    faults += check(page, "unfinished", look, within="#case-head")
    page.get_by_role("button", name="Resolve it all the same").click()
    expect(status).to_contain_text("resolved", ignore_case=True)
    assert len(carla.inbox()) == 1
    assert not faults, "\n".join(faults)


def test_a_task_for_a_colleague_wakes_the_case_on_the_others_screen(
    cast, support, site, open_page, watched, carla, look
):
    carla.write(to=support.address, subject="The invoice", text="It is wrong.")
    giver, doer = open_page(cast.stan, viewport=DESKTOP), open_page(cast.lena, viewport=DESKTOP)
    until(Case.objects.exists)
    open_case(giver, "The invoice")
    giver.locator("[popovertarget=menu-more]").click()
    giver.get_by_role("link", name="New task").click()
    giver.get_by_label("What is to be done").fill("Check the invoice")
    giver.get_by_label("For whom").select_option(label="Lena Vogt")
    giver.get_by_label("The case waits for it").check()
    giver.get_by_role("button", name="Give the task").click()
    expect(giver.locator("#case-head .status")).to_contain_text("us", ignore_case=True)

    doer.goto("/tasks/")
    faults = check(doer, "my tasks", look)
    doer.get_by_role("link", name="Check the invoice").click()
    doer.get_by_label("Result").fill("Forty euros too much")
    doer.get_by_role("button", name="Done", exact=True).click()
    expect(giver.locator("#case-head .status")).to_contain_text("open", ignore_case=True)
    expect(giver.locator("#timeline")).to_contain_text("Task done: Check the invoice")
    expect(giver.locator(".open-tasks")).to_have_count(0)
    assert not faults, "\n".join(faults)
