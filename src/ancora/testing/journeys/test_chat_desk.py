"""A visitor and an agent talk, each with a browser; a lead sees the day."""

import base64
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from ancora.cases.commands import merge_cases
from ancora.cases.commands.saying import say_in_case
from ancora.cases.models import Case
from ancora.conversations.channels.email.tests.living import until
from ancora.conversations.chats.commands.blocking import block_visitors
from ancora.conversations.chats.commands.end import end_chat
from ancora.conversations.chats.models import Ending
from ancora.conversations.chats.tests.rooms import Browser, open_account
from ancora.conversations.models import ChatLine, Conversation
from ancora.platform.events.actors import SYSTEM
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.steps import DESKTOP, LIVE_MS

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
# What the server draws anew when nobody has said anything for a while.
RESTED_MS = LIVE_MS + 8_000


@pytest.fixture
def account(site, mailbox):
    return open_account(mailbox, name="Shop")


def begin(page, site, account, text: str = "It leaks again"):
    page.goto(f"{site}/chat/{account.token}/")
    page.locator("#text").fill(text)
    page.get_by_role("button", name="Send").click()
    page.locator("#address-email").fill("carla@example.org")
    page.locator("#address [name=name]").fill("Carla")
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("#address")).to_be_hidden()


def test_they_talk_as_if_they_sat_side_by_side(site, cast, account, open_page, look):
    visitor = open_page(viewport=DESKTOP)
    begin(visitor, site, account)
    until(Case.objects.exists)
    stan = open_page(cast.stan, viewport=DESKTOP, locale="en")
    stan.goto(f"/cases/{Case.objects.get().reference}/")
    lines, theirs = stan.locator(".message .body"), visitor.get_by_role("log").get_by_role("listitem")
    field = stan.locator("#composer textarea[name=text]")
    expect(lines).to_have_text(["It leaks again"])
    # Its scripts are there.
    expect(stan.get_by_role("button", name="Macros")).to_be_visible()
    field.press_sequentially("Which model?")
    expect(visitor.get_by_text("Stan Meyer is typing")).to_be_visible(timeout=LIVE_MS)
    field.press("Shift+Enter")
    field.press_sequentially("The red one?")
    field.press("Enter")
    expect(field).to_have_value("")
    expect(theirs.nth(1)).to_contain_text("The red one?", timeout=LIVE_MS)
    expect(stan.locator(".message.ours .sending")).to_have_text("read", timeout=LIVE_MS)
    visitor.locator("#text").press_sequentially("Yes, ")
    expect(stan.get_by_text("Carla is typing")).to_be_visible(timeout=LIVE_MS)
    visitor.locator("#text").press_sequentially("the red one")
    visitor.get_by_role("button", name="Send").click()
    expect(lines.last).to_have_text("Yes, the red one", timeout=LIVE_MS)
    for text in ("One", "Two", "Three"):
        field.fill(text)
        field.press("Enter")
    expect(lines).to_have_text(
        ["It leaks again", "Which model?The red one?", "Yes, the red one", "One", "Two", "Three"], timeout=LIVE_MS
    )
    # Whoever turns to a line has it as the server draws it.
    lines.last.hover()
    expect(stan.locator("[data-pending]")).to_have_count(0, timeout=LIVE_MS)
    expect(theirs).to_have_count(6)
    # Who reads further up is not pulled to the end.
    stan.set_viewport_size({"width": 1280, "height": 480})
    stan.locator("#timeline").evaluate("one => { one.scrollTop = 0 }")
    visitor.locator("#text").fill("The big one")
    visitor.get_by_role("button", name="Send").click()
    expect(lines).to_have_count(7, timeout=LIVE_MS)
    expect(stan.locator("[data-pending]")).to_have_count(0, timeout=RESTED_MS)
    assert stan.locator("#timeline").evaluate("one => one.scrollTop") == 0
    stan.set_viewport_size(DESKTOP)
    stan.context.set_offline(True)
    visitor.get_by_role("button", name="More").click()
    visitor.get_by_role("button", name="End the chat").click()
    expect(visitor.locator("#wait")).to_contain_text("has ended")
    for text in ("Into the tunnel", "Out of the tunnel"):
        field.fill(text)
        field.press("Control+Enter")
    stan.get_by_role("button", name="Try again").wait_for()
    stan.context.set_offline(False)
    expect(theirs.nth(8)).to_contain_text("Out of the tunnel", timeout=LIVE_MS)
    expect(theirs.nth(7)).to_contain_text("Into the tunnel")
    expect(lines).to_have_count(9, timeout=LIVE_MS)
    # What was said meanwhile is asked.
    expect(stan.locator("#chat-state")).to_contain_text("has ended", timeout=LIVE_MS)
    expect(stan.get_by_role("button", name="Try again")).to_have_count(0)
    expect(stan.locator("[data-pending]")).to_have_count(0, timeout=LIVE_MS)
    assert check(stan, "chat at the desk", look) == []


def hear(page, number: int, **more) -> None:
    """A line of the visitor comes with the stream."""
    said = {"kind": "line", "from": "visitor", "number": number, "text": f"Line {number}", "files": [], **more}
    page.evaluate(
        """said => document.dispatchEvent(new CustomEvent("live:line",
            { detail: { topic: document.getElementById("chat-state").dataset.liveTopic, said } }))""",
        said,
    )


def test_a_line_that_stands_there_is_drawn_by_the_server_when_there_is_time(site, cast, account, open_page):
    begin(open_page(viewport=DESKTOP), site, account)
    until(Case.objects.exists)
    stan = open_page(cast.stan, viewport=DESKTOP, locale="en")
    stan.goto(f"/cases/{Case.objects.get().reference}/")
    expect(stan.get_by_role("button", name="Macros")).to_be_visible()
    expect(stan.locator("[data-live-state=on]")).to_be_attached()
    # What the beginning of the chat told is over.
    stan.wait_for_timeout(3_000)
    drawn = []
    stan.on("request", lambda request: drawn.append(request) if request.url.endswith("/timeline/") else None)
    hear(stan, 98)
    hear(stan, 99)
    expect(stan.locator("#timeline .message .body").last).to_have_text("Line 99")
    stan.wait_for_timeout(2_000)
    assert drawn == []
    # Nobody turned to it, but the talk rests.
    with stan.expect_request("**/timeline/", timeout=RESTED_MS):
        pass
    stan.wait_for_timeout(1_500)
    assert len(drawn) == 1
    with stan.expect_request("**/timeline/", timeout=2_000):
        stan.locator("[data-pending]").last.hover()
    stan.wait_for_timeout(1_500)
    with stan.expect_request("**/timeline/", timeout=2_000):
        stan.locator("#timeline").focus()
    stan.wait_for_timeout(1_500)
    for more in ({"files": [{"name": "plan.txt"}]}, {"fetch": True}):
        with stan.expect_request("**/timeline/", timeout=2_000):
            hear(stan, 100 + len(drawn), **more)
        stan.wait_for_timeout(1_500)
    # Nothing that the server does not know of is lost, nor drawn twice.
    expect(stan.locator("#timeline [data-line$='-99']")).to_have_count(1)


def test_lines_are_of_their_own_chat_where_a_case_holds_two(site, cast, account, open_page):
    """An ended chat with lines of the same numbers was merged into the one that goes on."""
    before, visitor = Browser(account), open_page(viewport=DESKTOP)
    before.begin("Long ago")
    [old] = Case.objects.all()
    say_in_case(old, text="An old answer", author=cast.stan, form_key=uuid4())
    before.write("Old thanks")
    begin(visitor, site, account)
    case = Case.objects.latest("pk")
    end_chat(Conversation.objects.earliest("pk").pk, ending=Ending.AGENT, actor=SYSTEM)
    merge_cases(old, into=case, author=cast.stan)
    stan = open_page(cast.stan, viewport=DESKTOP, locale="en")
    stan.goto(f"/cases/{case.reference}/")
    expect(stan.get_by_role("button", name="Macros")).to_be_visible()
    field = stan.locator("#composer textarea[name=text]")
    field.fill("A new answer")
    field.press("Enter")
    expect(visitor.get_by_role("log")).to_contain_text("A new answer", timeout=LIVE_MS)
    expect(stan.locator("article.message", has_text="A new answer").locator(".sending")).to_have_text(
        "read", timeout=LIVE_MS
    )
    expect(stan.locator("article.message", has_text="An old answer").locator(".sending")).not_to_have_text("read")
    visitor.locator("#text").fill("New thanks")
    visitor.get_by_role("button", name="Send").click()
    expect(stan.locator("article.message", has_text="New thanks")).to_be_visible(timeout=LIVE_MS)
    assert len(before.lines()) == 3


def test_who_only_reads_along_sees_a_line_at_once(site, cast, account, open_page):
    visitor = open_page(viewport=DESKTOP)
    begin(visitor, site, account)
    until(Case.objects.exists)
    olga = open_page(cast.olga, viewport=DESKTOP, locale="en")
    olga.goto(f"/cases/{Case.objects.get().reference}/")
    expect(olga.locator("[data-live-state=on]")).to_be_attached()
    expect(olga.locator("#chat-state")).to_have_count(0)
    with olga.expect_request("**/timeline/", timeout=5_000):
        olga.evaluate(
            """() => {
                const topics = document.getElementById("case").dataset.liveTopic.split(" ")
                const detail = { topic: topics.find(one => one.startsWith("chat-")), said: { kind: "line" } }
                document.dispatchEvent(new CustomEvent("live:line", { detail }))
            }"""
        )
    visitor.locator("#text").fill("And again")
    visitor.get_by_role("button", name="Send").click()
    expect(olga.locator("#timeline .message .body").last).to_have_text("And again", timeout=LIVE_MS)


def test_times_are_said_as_the_server_says_them_and_grow_old(site, cast, account, open_page):
    visitor = open_page(viewport=DESKTOP)
    begin(visitor, site, account)
    until(Case.objects.exists)
    stan = open_page(cast.stan, viewport=DESKTOP, locale="en", timezone_id="Asia/Tokyo")
    stan.clock.install()
    stan.goto(f"/cases/{Case.objects.get().reference}/")
    expect(stan.get_by_role("button", name="Macros")).to_be_visible()
    stan.locator("#composer textarea[name=text]").fill("Which model?")
    stan.keyboard.press("Enter")
    times = stan.locator("#timeline .message time > span:first-child")
    expect(times.last).to_have_text("now")
    stan.clock.fast_forward("03:10")
    expect(times.last).to_have_text("3 min ago")
    expect(times.first).to_have_text("3 min ago")


def height(page, selector: str) -> int:
    return page.locator(selector).evaluate("one => one.offsetHeight")


def test_who_went_on_by_mail_is_found_in_the_chat_again_and_nothing_moves(site, cast, account, open_page):
    visitor = open_page(viewport=DESKTOP)
    begin(visitor, site, account)
    until(Case.objects.exists)
    stan = open_page(cast.stan, viewport={"width": 1280, "height": 800}, locale="en")
    stan.goto(f"/cases/{Case.objects.get().reference}/")
    expect(stan.get_by_role("button", name="Macros")).to_be_visible()
    before = height(stan, "#chat-state")
    for button in ("Attach", "Macros"):
        words = stan.locator("#composer .send .button", has_text=button)
        assert words.evaluate("one => one.offsetTop") <= stan.locator("[data-says]").evaluate(
            "one => one.offsetTop + 8"
        )
    field = stan.locator("#composer textarea[name=text]")
    field.fill("It is here")
    stan.get_by_role("link", name="Answer by e-mail").click()
    editor = stan.locator("#composer .ProseMirror")
    expect(editor).to_have_text("It is here")
    editor.press("End")
    stan.keyboard.press("Enter")
    stan.keyboard.type("on Monday")
    stan.get_by_role("link", name="Answer in the chat").click()
    expect(field).to_have_value("It is here\n\non Monday")
    expect(field).to_be_focused()
    visitor.get_by_role("button", name="More").click()
    visitor.get_by_role("button", name="End the chat").click()
    expect(stan.locator("#chat-state")).to_contain_text("has ended", timeout=LIVE_MS)
    assert height(stan, "#chat-state") == before


def test_what_was_looked_at_before_anybody_took_it_is_read_then_and_nothing_waits_for_who_is_blocked(
    site, cast, account, open_page
):
    visitor = open_page(viewport=DESKTOP)
    begin(visitor, site, account)
    until(Case.objects.exists)
    stan = open_page(cast.stan, viewport=DESKTOP, locale="en")
    with stan.expect_response("**/chat/seen/") as answer:
        stan.goto(f"/cases/{Case.objects.get().reference}/")
    assert answer.value.json() == {"counts": False}
    stan.get_by_role("button", name="Owner").click()
    stan.locator("#menu-owner").get_by_role("button", name="Me", exact=True).click()
    until(ChatLine.objects.filter(direction="in", read_at__isnull=False).exists)
    block_visitors(ChatLine.objects.get().conversation_id, author=cast.lena)
    expect(stan.locator(".chat-blocked")).to_be_visible(timeout=LIVE_MS)
    expect(stan.locator("[data-says]")).to_be_hidden()
    expect(stan.locator("#chat-state [data-now]")).to_be_hidden()


def test_picture_that_lies_here_already_is_said_without_a_complaint(site, cast, account, open_page):
    visitor = open_page(viewport=DESKTOP)
    begin(visitor, site, account)
    until(Case.objects.exists)
    stan = open_page(cast.stan, viewport=DESKTOP, locale="en")
    errors = []
    stan.on("pageerror", lambda error: errors.append(error.message))
    stan.goto(f"/cases/{Case.objects.get().reference}/")
    expect(stan.get_by_role("button", name="Macros")).to_be_visible()
    picture = {"name": "leak.png", "mimeType": "image/png", "buffer": PIXEL}
    stan.locator("#composer [type=file]").set_input_files(picture)
    expect(stan.locator("#composer .chosen li[data-key]")).to_be_visible()
    stan.locator("#composer textarea[name=text]").press("Enter")
    shown = stan.locator("#timeline .picture img[alt='leak.png']")
    expect(shown).to_be_visible(timeout=LIVE_MS)
    assert shown.evaluate("one => one.decode().then(() => one.naturalWidth)") == 1
    assert errors == []


def say_with_a_slow_file(stan, visitors):
    """The file is still on its way when the words are said and another chat is looked at."""
    held = []
    stan.route("**/drafts/files/", lambda route: held.append(route))
    plan = {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"A plan"}
    with stan.expect_request("**/drafts/files/"):
        stan.locator("#composer [type=file]").set_input_files(plan)
    stan.locator("#composer textarea[name=text]").fill("Look at the plan")
    stan.keyboard.press("Enter")
    stan.keyboard.press("Enter")
    stan.locator(".chat-tab").nth(1).click()
    expect(stan.locator("#subject")).to_have_text("Question 2")
    held[0].continue_()
    expect(visitors[0].get_by_role("log")).to_contain_text("Look at the plan", timeout=LIVE_MS)
    expect(visitors[0].get_by_role("link", name="plan.txt")).to_have_count(1)
    expect(visitors[1].get_by_role("log").get_by_role("listitem")).to_have_count(1)
    # Who was answered stands last.
    stan.locator(f".chat-tab[data-reference='{Case.objects.earliest('id').reference}']").click()
    expect(stan.locator("#subject")).to_have_text("Question 1")
    expect(stan.locator("#timeline .message.ours")).to_have_count(1, timeout=LIVE_MS)


def test_several_chats_at_once_and_an_end(site, cast, account, open_page, look):
    from ancora.cases.commands import create_default_outcomes
    from ancora.cases.commands.arrange import assign_case
    from ancora.platform.events.actors import SYSTEM

    create_default_outcomes()
    stan = open_page(cast.stan, viewport=DESKTOP, locale="en")
    stan.goto("/queues/open/")
    expect(stan.locator("[data-live-state=on]")).to_be_attached()
    visitors = [open_page(viewport=DESKTOP) for _time in range(2)]
    for number, visitor in enumerate(visitors, start=1):
        begin(visitor, site, account, f"Question {number}")
        until(lambda so_far=number: Case.objects.count() == so_far)
        assign_case(Case.objects.latest("id"), owner=cast.stan, actor=SYSTEM)
    tabs = stan.locator(".chat-tab")
    expect(tabs).to_have_count(2, timeout=LIVE_MS)
    expect(tabs.locator("[data-unread='1']")).to_have_count(2)
    stan.keyboard.press("c")
    expect(stan.locator("#subject")).to_have_text("Question 1")
    expect(stan.locator(".chat-tab[aria-current] .badge")).to_be_hidden(timeout=LIVE_MS)
    expect(stan.locator("#composer textarea[name=text]")).to_be_focused()

    say_with_a_slow_file(stan, visitors)

    lena = open_page(cast.lena, viewport=DESKTOP, locale="en")
    lena.goto("/chats/today/")
    expect(lena.locator(".running li")).to_have_count(2)
    found = check(lena, "chat today", look)

    visitors[1].locator("#text").fill("Anybody?")
    visitors[1].get_by_role("button", name="Send").click()
    expect(tabs.locator("[data-unread='1']")).to_be_visible(timeout=LIVE_MS)
    found += check(stan, "chats of mine", look)
    stan.get_by_role("button", name="End, hand over").click()
    stan.get_by_text("Hand over, or ask somebody in").click()
    expect(stan.get_by_role("button", name="Ask into the chat")).to_be_visible()
    found += check(stan, "what becomes of it", look)
    stan.locator("#menu-chat").get_by_role("button", name="Solved with an answer").click()
    expect(tabs).to_have_count(1, timeout=LIVE_MS)
    expect(stan.locator("#chat-state")).to_contain_text("has ended")
    assert found == []
