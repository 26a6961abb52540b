"""An agent answers, another sees it, and nothing that was typed is lost."""

from playwright.sync_api import expect

from ancora.cases import commands
from ancora.cases.models import Case, Outcome
from ancora.conversations.models import Outgoing
from ancora.desk.tests.conftest import letter
from ancora.platform.events.actors import Actor

DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def test_agent_answers_by_keyboard_and_a_colleague_sees_it_live(shop, cast, open_page, flawless):
    anna, marco = open_page(cast.anna, **DESK), open_page(cast.marco, **DESK)
    marco.goto(f"/cases/{shop.case.reference}/")
    marco.keyboard.press("r")
    marco.locator(".ProseMirror").wait_for()
    marco.keyboard.type("half a thought")

    anna.goto("/queues/open/")
    anna.locator(".row", has_text="The grinder leaks").focus()
    anna.keyboard.press("Enter")
    expect(anna.locator("#subject")).to_have_text("The grinder leaks")
    expect(anna).to_have_title(f"#{shop.case.reference} The grinder leaks · Ancora")
    anna.keyboard.press("r")
    anna.locator(".ProseMirror").wait_for()
    anna.keyboard.type("The seal is on its way.")
    flawless(anna)
    anna.keyboard.press("Control+Enter")

    expect(marco.locator(".message.ours .body")).to_have_text("The seal is on its way.")
    expect(marco.locator(".ProseMirror")).to_have_text("half a thought")
    expect(marco.locator("#case-head")).to_contain_text("Anna Ferri")
    expect(anna.locator("#text")).to_have_value("")
    assert Outgoing.objects.count() == 1
    marco.reload()
    expect(marco.locator(".ProseMirror")).to_have_text("half a thought")


def test_note_cannot_be_taken_for_a_reply(shop, cast, open_page, flawless):
    page = open_page(cast.anna, **DESK)
    page.goto(f"/cases/{shop.case.reference}/")
    page.keyboard.press("n")
    page.locator(".ProseMirror").wait_for()
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_hidden()
    expect(page.locator("#to")).to_be_hidden()
    page.keyboard.type("Seal in stock")
    flawless(page)
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".note .body")).to_have_text("Seal in stock")
    assert not Outgoing.objects.exists()


def test_refusal_stands_beside_what_was_typed(shop, cast, open_page):
    page = open_page(cast.anna, **DESK)
    page.goto(f"/cases/{shop.case.reference}/")
    page.fill("#to", "nonsense")
    page.keyboard.press("Enter")
    page.locator("#text").focus()
    page.locator(".ProseMirror").wait_for()
    page.keyboard.type("Dear Carla")
    page.set_input_files("#composer [type=file]", files=[{"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"}])
    page.keyboard.press("Control+Enter")
    expect(page.locator("#complaint")).to_contain_text("“nonsense” is no mail address")
    expect(page.locator(".ProseMirror")).to_have_text("Dear Carla")
    expect(page.locator(".chosen li")).to_have_count(1)
    page.fill("#to", "carla@example.org")
    page.locator("[data-sends].primary").click()
    expect(page.locator(".message.ours .files")).to_contain_text("a.txt")
    assert Outgoing.objects.count() == 1


def test_send_and_resolve_from_the_menu(shop, cast, open_page):
    page = open_page(cast.anna, **DESK)
    page.goto(f"/cases/{shop.case.reference}/")
    page.locator("#text").focus()
    page.locator(".ProseMirror").wait_for()
    page.keyboard.type("Done")
    page.get_by_role("button", name="Send and").click()
    page.get_by_role("button", name=Outcome.objects.first().label).click()
    expect(page.locator("#case-head .status")).to_contain_text("Resolved")
    expect(page.locator(".message.ours")).to_have_count(1)


def test_menus_change_the_case_and_undo_takes_it_back(shop, cast, open_page, flawless):
    page = open_page(cast.anna, **DESK)
    page.goto(f"/cases/{shop.case.reference}/")
    page.keyboard.press("a")
    page.get_by_role("button", name="Lena Vogt").click()
    expect(page.locator("#case-head")).to_contain_text("Lena Vogt")
    page.locator("[popovertarget=menu-tags]").click()
    page.locator("#label").fill("warranty")
    page.keyboard.press("Enter")
    expect(page.locator("#case-head")).to_contain_text("warranty")
    page.keyboard.press("e")
    page.locator("#menu-status").get_by_role("button", name="Trash").wait_for()
    flawless(page)
    page.locator("#menu-status").get_by_role("button", name="Trash").click()
    expect(page.locator(".removed")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".removed")).to_have_count(0)
    assert Case.objects.get(pk=shop.case.pk).status == "open"


def test_new_cases_are_announced_and_rows_do_not_move(shop, cast, open_page, arrive):
    page = open_page(cast.anna, **DESK)
    page.goto("/queues/open/")
    expect(page.locator("body")).to_have_attribute("data-live-state", "on")
    subjects = page.locator("#rows .subject").all_text_contents()
    with page.expect_request(lambda request: request.headers.get("x-by-itself") == "1"):
        arrive(letter(subject="A third one", sender="new@example.org", message_id="<n@example.org>"), shop.mailbox)
    commands.set_priority(shop.case, priority=4, actor=Actor.human(cast.lena))
    expect(page.locator(".news")).to_have_text("1 new")
    expect(page.locator(f"#case-{shop.case.pk}")).to_contain_text("urgent")
    assert page.locator("#rows .subject").all_text_contents() == subjects
    expect(page.locator(".queues a[aria-current] .num")).to_have_text("3")
    with page.expect_request("**/queues/open/**") as asked:
        page.locator(".news").click()
    assert "x-by-itself" not in asked.value.headers
    expect(page.locator("#rows .row").first).to_contain_text("A third one")


def test_on_a_phone_one_pane_at_a_time(shop, cast, open_page, flawless):
    page = open_page(cast.anna, **PHONE)
    page.goto("/queues/open/")
    flawless(page)
    page.locator(".row", has_text="The grinder leaks").click()
    expect(page.locator("#subject")).to_be_visible()
    expect(page.locator("#list")).to_be_hidden()
    flawless(page)
    page.locator("[data-person]").click()
    expect(page.locator("#person")).to_be_visible()
    page.locator("[data-person]").click()
    page.get_by_role("link", name="All open").click()
    expect(page.locator("#list")).to_be_visible()
    expect(page.locator("#case")).to_have_count(0)


def test_designed_mail_is_shown_in_its_frame(shop, cast, open_page, flawless):
    page = open_page(cast.marco, **DESK)
    page.goto(f"/cases/{shop.hidden.reference}/")
    page.locator(".designed summary").click()
    frame = page.frame_locator(".designed iframe")
    expect(frame.locator("b")).to_have_text("leaks")
    expect(page.locator(".images")).to_be_visible()
    flawless(page)


def test_every_page_is_flawless_in_the_dark(shop, cast, open_page, flawless):
    page = open_page(cast.marco, color_scheme="dark", **DESK)
    pages = ["/queues/mine/", f"/cases/{shop.case.reference}/", "/search/?q=leaks", "/new/", "/new/?kind=hand"]
    for address in [*pages, f"/customers/{shop.case.customer_id}/", "/cases/999999/"]:
        page.goto(address)
        flawless(page)
