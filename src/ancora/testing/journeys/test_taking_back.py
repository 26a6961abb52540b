"""What was done by mistake is taken back; what is looked for is found; a case also begins on our side."""

import pytest
from playwright.sync_api import expect

from ancora.conversations.channels.email.tests.living import until
from ancora.testing.journeys.mail_program import text_of
from ancora.testing.journeys.steps import DESKTOP, choose, count_of, open_case, reference_in, write


@pytest.fixture
def matter(watched, carla, dario):
    """Two cases, from two customers."""
    from ancora.cases.models import Case

    carla.write(to=watched.address, subject="The grinder leaks", text="A puddle under the Pavoni every morning.")
    dario.write(to=watched.address, subject="Invoice twice", text="I paid twice.")
    return until(lambda: (found := list(Case.objects.all())) and len(found) == 2 and found)


@pytest.mark.parametrize(("choice", "shelf"), [("Spam", "spam"), ("Trash", "trash")])
def test_removed_case_comes_back_by_the_toast(cast, open_page, matter, look, choice, shelf):
    page = open_page(cast.stan, viewport=DESKTOP)
    page.goto("/queues/open/")
    open_case(page, "The grinder leaks")
    choose(page, "status", choice)
    toast = page.locator("#toasts .toast", has_text=f"Moved to {shelf}")
    expect(toast).to_be_visible()
    expect(page.locator("#case")).to_contain_text(f"in {'the ' if shelf == 'trash' else ''}{shelf}")
    expect(count_of(page, "All open")).to_have_text("1")
    look(page, "removed")
    toast.get_by_role("button", name="Undo").click()
    expect(toast).to_have_count(0)
    expect(count_of(page, "All open")).to_have_text("2")
    expect(page.locator("#case-head .status")).to_contain_text("open", ignore_case=True)
    expect(page.locator("#case .removed")).to_have_count(0)
    look(page, "taken-back")


def test_removed_case_is_taken_back_from_its_list_much_later(cast, open_page, matter):
    page = open_page(cast.stan, viewport=DESKTOP)
    page.goto("/queues/open/")
    open_case(page, "Invoice twice")
    choose(page, "status", "Trash")
    expect(page.locator("#case .removed")).to_be_visible()
    page.goto("/queues/trash/")
    open_case(page, "Invoice twice")
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("#case .removed")).to_have_count(0)
    expect(count_of(page, "All open")).to_have_text("2")


def test_click_counts_while_the_screen_refreshes_itself(cast, open_page, matter):
    page = open_page(cast.stan, viewport=DESKTOP)
    page.goto("/queues/open/")
    open_case(page, "Invoice twice")
    choose(page, "status", "Trash")
    expect(page.locator("#case .removed")).to_be_visible()
    held, refresh = [], "htmx.trigger(document.body, 'case:changed')"
    # What was asked for before the case was removed has come.
    with page.expect_response("**/head/**"):
        page.evaluate(refresh)
    expect(page.locator("#case .removed")).to_be_visible()
    page.route("**/head/**", lambda route: route.continue_() if held else held.append(route))
    page.evaluate(refresh)
    until(lambda: page.evaluate("1") and held)
    page.get_by_role("button", name="Take it back").click()
    page.evaluate(refresh)
    held[0].continue_()
    expect(page.locator("#case .removed")).to_have_count(0)


def test_case_is_found_by_number_address_name_and_words(cast, open_page, matter, carla, look):
    page = open_page(cast.stan, viewport=DESKTOP)
    case = next(one for one in matter if one.subject == "The grinder leaks")
    page.goto("/")

    def search(words: str) -> None:
        page.keyboard.press("/")
        page.locator("#search").fill(words)
        page.keyboard.press("Enter")

    search(f"#{case.reference}")
    expect(page.locator("#subject")).to_have_text("The grinder leaks")
    for words in (str(case.reference), carla.address, "Bianchi", "puddle", "Pavoni puddles"):
        search(words)
        expect(page.get_by_role("heading", level=1)).to_have_text(f"1 case for “{words}”")
        expect(page.locator(".sheet .row")).to_contain_text("The grinder leaks")
    look(page, "found")


def test_new_mail_begins_a_case_that_the_answer_finds(cast, open_page, watched, dario, look):
    page = open_page(cast.stan, viewport=DESKTOP)
    page.goto("/queues/open/")
    page.get_by_title("New mail or case").click()
    page.get_by_label("To", exact=True).fill(f"Dario Conti <{dario.address}>")
    page.get_by_label("Subject").fill("Your subscription ends")
    page.get_by_label("Message", exact=True).click()
    page.locator(".ProseMirror").fill("Shall we renew it?")
    look(page, "new-mail")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#subject")).to_have_text("Your subscription ends")
    reference = reference_in(page)
    [mail] = dario.received(1)
    assert "Shall we renew it?" in text_of(mail)
    assert mail["In-Reply-To"] is None
    dario.answer(mail, "Yes, for a year.")
    expect(page.locator("#timeline .message:not(.ours)")).to_contain_text("Yes, for a year.")
    assert reference_in(page) == reference
    look(page, "answered")


def test_case_is_written_down_by_hand(cast, open_page, watched, look):
    page = open_page(cast.stan, viewport=DESKTOP)
    page.goto("/new/?kind=hand")
    page.get_by_label("Customer's name").fill("Elsa Weiss")
    page.get_by_label("Address or phone number").fill("+39 051 555 0101")
    page.get_by_label("Subject").fill("She rang about her order")
    page.get_by_label("What was said").fill("Her parcel was left in the rain.")
    page.get_by_role("button", name="Open the case").click()
    expect(page.locator("#subject")).to_have_text("She rang about her order")
    expect(page.locator("#timeline .note")).to_contain_text("left in the rain")
    write(page, "I ring her back tomorrow.", kind="n")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#timeline .note")).to_have_count(2)
    look(page, "by-hand")
    page.goto("/search/?q=0515550101")
    expect(page.locator(".sheet .row")).to_contain_text("She rang about her order")
