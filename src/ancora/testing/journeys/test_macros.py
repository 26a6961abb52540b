"""A macro is written by a lead, chosen by an agent while answering, and what it changes a colleague sees."""

import re

import pytest
from playwright.sync_api import Page, expect

from ancora.cases.macros.commands import Draft, create_macro
from ancora.cases.macros.models import MacroUses
from ancora.cases.models import Case, Outcome, Task
from ancora.conversations.models import Message
from ancora.desk.tests.conftest import shop
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.steps import DESKTOP, PHONE

__all__ = ["shop"]
TEXT = {"en": "<p>Dear {first name|customer},</p><p>the seal leaves <strong>today</strong>.</p>"}


@pytest.fixture
def written(cast, shop):
    """Three macros: a text with changes, one line, and one that only changes."""
    solved = Outcome.objects.first()
    drafts = [
        Draft(name="Seal is on its way", texts=TEXT, outcome=solved, priority=3),
        Draft(name="Thanks", texts={"en": "<p>Thank you, {agent first name}.</p>"}),
        Draft(name="Mine and urgent", texts={}, owning="me", priority=4),
    ]
    return [create_macro(draft, author=cast.lena) for draft in drafts]


def answering(page: Page, shop) -> None:
    page.goto(f"/cases/{shop.case.reference}/")
    page.keyboard.press("r")
    expect(page.locator("#composer .ProseMirror")).to_be_focused()


def english(page: Page):
    """The rich field of the English text, once it is there."""
    return page.locator(".ProseMirror").and_(page.get_by_role("textbox", name="English"))


def options(page: Page) -> list[str]:
    return page.locator("#macros [role=option]:visible b").all_inner_texts()


def test_lead_writes_one_and_agent_answers_with_it(shop, cast, open_page, look):
    lena = open_page(cast.lena, viewport=DESKTOP)
    lena.goto("/settings/macros/")
    found = check(lena, "no macros", look)
    lena.get_by_role("link", name="New macro").first.click()
    lena.get_by_label("Name").fill("Seal")
    english(lena).click()
    lena.keyboard.type("Dear ")
    lena.get_by_text("Placeholders", exact=True).click()
    lena.get_by_role("button", name="{first name}").click()
    lena.keyboard.type(", {frist name}")
    lena.get_by_label("Status").select_option("waiting-customer")
    lena.get_by_label("What is to be done").fill("Look for the parcel of {first name}")
    lena.get_by_label("For whom").select_option(label="Insiders")
    lena.get_by_label("Due after").fill("2")
    lena.get_by_label("Unit").select_option("days")
    found += check(lena, "new macro", look)
    lena.get_by_role("button", name="Save").click()
    expect(lena.locator(".notice.bad")).to_contain_text("{frist name} is no placeholder")
    found += check(lena, "refused macro", look)
    english(lena).click()
    lena.keyboard.press("Control+a")
    lena.keyboard.type("Dear {first name}, your parcel?")
    lena.get_by_role("button", name="Save").click()
    task = "Task for Insiders, due in 2 working days: Look for the parcel of"
    expect(lena.locator(".table")).to_contain_text(f"{task} {{first name}}, Wait on: customer")

    stan, anna = (open_page(person, viewport=DESKTOP) for person in (cast.stan, cast.anna))
    anna.goto(f"/cases/{shop.case.reference}/")
    answering(stan, shop)
    stan.keyboard.type("/seal")
    expect(stan.get_by_role("option", name="Seal")).to_have_attribute("aria-selected", "true")
    stan.keyboard.press("Enter")
    expect(stan.locator("#macros .body")).to_have_text("Dear Carla, your parcel?")
    stan.keyboard.press("Enter")
    expect(stan.locator(".ProseMirror")).to_have_text("Dear Carla, your parcel?")
    expect(stan.locator("[data-will-change] li")).to_have_text([f"{task} Carla×", "Wait on: customer×"])
    look(stan, "task and status")
    assert Case.objects.get(pk=shop.case.pk).status == "open"
    stan.keyboard.press("Control+Enter")
    expect(anna.locator(".message.ours .body")).to_have_text("Dear Carla, your parcel?")
    expect(anna.locator("#case-head .status")).to_contain_text("customer")
    expect(
        anna.locator("#timeline .change", has_text="Task for Insiders: Look for the parcel of Carla")
    ).to_be_visible()
    assert Task.objects.get().author == cast.stan
    expect(stan.locator("[data-will-change]")).to_be_hidden()
    lena.reload()
    expect(lena.locator(".table .num")).to_contain_text("1")
    found += check(lena, "list of macros", look)
    assert not found, "\n\n".join(found)


def test_list_is_walked_by_keyboard_and_left_without_a_trace(shop, cast, written, open_page, look):
    page = open_page(cast.stan, viewport=DESKTOP)
    answering(page, shop)
    page.keyboard.type("1/2 and ")
    expect(page.locator("#macros")).to_be_hidden()
    page.keyboard.type("/")
    field = page.get_by_role("combobox", name="Find a macro")
    expect(field).to_be_focused()
    expect(page.get_by_role("option")).to_have_count(3)
    assert options(page) == ["Mine and urgent", "Seal is on its way", "Thanks"]
    found = check(page, "list", look, within="#macros")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", f"macro-{written[1].pk}")
    page.keyboard.type("leaves seal")
    assert options(page) == ["Seal is on its way"]
    page.keyboard.type("zz")
    expect(page.locator("#macros .none")).to_have_text("No macro has these words.")
    found += check(page, "nothing", look, within="#macros")
    page.keyboard.press("Escape")
    expect(page.locator(".ProseMirror")).to_be_focused()
    expect(page.locator(".ProseMirror")).to_have_text("1/2 and /leaves sealzz")

    page.keyboard.press("Enter")
    page.keyboard.type("/ stays, and ")
    expect(page.locator(".ProseMirror p").nth(1)).to_have_text("/ stays, and ")
    page.keyboard.type("/")
    page.keyboard.press("Backspace")
    page.keyboard.type("/")
    expect(page.locator("#macros [role=option]").first).to_be_visible()
    page.keyboard.type("thanks")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=re.compile("^Insert"))).to_be_focused()
    page.keyboard.press("Escape")
    expect(field).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=re.compile("^Insert"))).to_be_focused()
    found += check(page, "preview", look, within="#macros")
    page.keyboard.press("Enter")
    expect(page.locator(".ProseMirror p").nth(1)).to_have_text("/ stays, and Thank you, Stan.")
    page.keyboard.type("!")
    expect(page.locator(".ProseMirror p").nth(1)).to_have_text("/ stays, and Thank you, Stan.!")
    assert not Message.objects.filter(direction="out").exists()
    assert not found, "\n\n".join(found)


def test_changes_are_taken_away_one_by_one_and_outlast_a_reload(shop, cast, written, open_page, look):
    page = open_page(cast.stan, viewport=DESKTOP)
    answering(page, shop)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Macros").click()
    page.get_by_role("option", name="Seal is on its way").click()
    page.get_by_role("button", name=re.compile("^Insert")).click()
    expect(page.locator(".ProseMirror p")).to_have_text(["Dear Carla,", "the seal leaves today."])
    expect(page.locator(".ProseMirror strong")).to_have_text("today")
    chips = page.locator("[data-will-change] li span")
    expect(chips).to_have_text(["Priority: high", "Resolve: Solved with an answer"])
    found = check(page, "chips", look, within="#composer")
    expect(page.locator("#composer [data-saved]")).to_contain_text("Draft saved")
    page.reload()
    expect(chips).to_have_text(["Priority: high", "Resolve: Solved with an answer"])
    page.get_by_role("button", name="Leave out: Resolve").click()
    expect(chips).to_have_text(["Priority: high"])
    page.locator("[data-sends].primary").click()
    expect(page.locator(".message.ours .body")).to_contain_text("the seal leaves today.")
    case = Case.objects.get(pk=shop.case.pk)
    assert (case.status, case.priority) == ("open", 3)
    assert MacroUses.objects.get().macro == written[0]
    assert not found, "\n\n".join(found)


def test_changes_without_text_are_made_at_once_and_undone(shop, cast, written, open_page, look):
    page = open_page(cast.stan, viewport=DESKTOP)
    answering(page, shop)
    page.keyboard.type("half a thought ")
    page.keyboard.type("/urgent")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#macros .shown")).to_contain_text("at once")
    found = check(page, "at once", look, within="#macros")
    assert Case.objects.get(pk=shop.case.pk).priority == 2
    page.keyboard.press("Enter")
    expect(page.locator("#case-head")).to_contain_text("urgent")
    expect(page.locator("#case-head")).to_contain_text("Stan Meyer")
    expect(page.locator(".ProseMirror")).to_be_focused()
    expect(page.locator(".ProseMirror")).to_have_text("half a thought ")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#case-head")).not_to_contain_text("urgent")
    assert Case.objects.get(pk=shop.case.pk).owner is None
    assert not found, "\n\n".join(found)


def test_plain_field_works_without_the_rich_editor(shop, cast, written, open_page):
    page = open_page(cast.stan, viewport=DESKTOP)
    page.route("**/desk/editor*.js", lambda route: route.abort())
    page.goto(f"/cases/{shop.case.reference}/")
    page.locator("#text").click()
    page.keyboard.type("Hello\n/seal")
    expect(page.get_by_role("option", name="Seal")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=re.compile("^Insert"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_have_value("Hello\nDear Carla,\n\nthe seal leaves today.")
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.ours .body")).to_contain_text("the seal leaves today.")
    assert Case.objects.get(pk=shop.case.pk).status == "resolved"


def test_on_a_telephone_by_the_button(shop, cast, written, open_page, look):
    page = open_page(cast.marco, viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto(f"/cases/{shop.case.reference}/")
    page.get_by_role("button", name="Macro").tap()
    expect(page.locator("#macros [role=option]").first).to_be_visible()
    look(page, "list")
    page.get_by_role("option", name="Thanks").tap()
    expect(page.locator("#macros [data-inserts]")).to_be_visible()
    look(page, "preview")
    page.locator("#macros [data-inserts]").tap()
    expect(page.locator("#text")).to_have_value(re.compile("Thank you, Marco"))
    look(page, "inserted")
