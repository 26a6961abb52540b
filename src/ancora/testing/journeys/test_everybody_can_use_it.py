"""Readable and usable by everybody: every page in light, dark and on a telephone, and the desk by keyboard alone."""

import re

import pytest
from playwright.sync_api import expect

from ancora.desk.tests.conftest import letter, rich_letter
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.steps import DESKTOP, PHONE, count_of, open_case, write


@pytest.fixture
def shelf(cast, support, arrive):
    """A case with everything on it, and two others."""
    from ancora.cases import commands
    from ancora.cases.models import Case
    from ancora.conversations.commands.write import Upload
    from ancora.parties.models import Membership, Team
    from ancora.platform.events.actors import Actor
    from ancora.platform.events.dispatcher import drain

    Membership.objects.create(team=Team.objects.create(name="Repairs"), user=cast.stan)
    for number, name in enumerate(("Dario Conti", "Elsa Weiss"), 1):
        mail = letter(f"{name} <{number}@example.org>", f"Invoice {number}", "Twice.", message_id=f"<{number}@x>")
        arrive(mail, support)
    arrive(rich_letter(subject="The grinder leaks", text="It leaks.\n\nOn Monday, Shop wrote:\n> Does it?\n"), support)
    case, stan = Case.objects.get(subject="The grinder leaks"), Actor.human(cast.stan)
    commands.assign_case(case, owner=cast.stan, actor=stan)
    commands.set_priority(case, priority=4, actor=stan)
    commands.add_tag(case, tag=commands.create_tag("leak", actor=stan), actor=stan)
    commands.add_note(case, html="<p>Spare part?</p>", author=cast.stan, files=[Upload("x.txt", "text/plain", b"x")])
    drain()
    return case


DESK = [
    ("queue", "/queues/open/"),
    ("empty queue", "/queues/waiting/"),
    ("case", "/cases/{case}/"),
    ("search", "/search/?q=grinder"),
    ("search by conditions", "/search/?q=is:open is:blue"),
    ("new list", "/lists/new/?q=is:open"),
    ("search for nothing", "/search/?q=zzz"),
    ("new mail", "/new/"),
    ("new case", "/new/?kind=hand"),
    ("customer", "/customers/{customer}/"),
    ("move of a message", "/messages/{message}/move/"),
    ("what a move does", "/messages/{message}/move/?where=case&reference={other}"),
    ("move to no case", "/messages/{message}/move/?where=case&reference=999999"),
    ("customers for a case", "/cases/{case}/customer/?q=e"),
    ("new customer for a case", "/cases/{case}/customer/?name=Zoe&handle=zoe@example.net"),
    ("not found", "/cases/999999/"),
]
SETTINGS = [
    ("person", "/settings/people/{person}/"),
    ("team", "/settings/teams/{team}/"),
    ("mailboxes", "/settings/mailboxes/"),
    ("mailbox", "/settings/mailboxes/{mailbox}/"),
    ("settings of a mailbox", "/settings/mailboxes/{mailbox}/settings/"),
    ("mail providers", "/settings/mail-providers/"),
    ("choice of a provider", "/settings/mail-providers/new/"),
    ("new provider", "/settings/mail-providers/new/mailgun/"),
    ("provider", "/settings/mail-providers/{hook}/"),
    ("chats", "/settings/chats/"),
    ("new chat", "/settings/chats/new/"),
    ("chat", "/settings/chats/{chat}/"),
    ("outcome", "/settings/outcomes/{outcome}/"),
    ("tag", "/settings/tags/{tag}/"),
    ("demo mail", "/demo/mail/"),
    ("website of the demo", "/demo/website/"),
    ("examples offered", "/setup/examples/"),
    ("examples in the settings", "/settings/examples/"),
    ("password", "/accounts/password/change/"),
]


def rows(cast, case) -> dict:
    from ancora.cases.models import Case, Outcome, Tag
    from ancora.conversations.commands.hooks import save_hook
    from ancora.conversations.models import InboundHook, Mailbox, Message
    from ancora.demo.website import open_chat
    from ancora.parties.models import Team
    from ancora.platform.events.actors import Actor

    kinds = {"team": Team, "mailbox": Mailbox, "outcome": Outcome, "tag": Tag}
    first = {name: kind.objects.order_by("id").first().pk for name, kind in kinds.items()}
    hook = InboundHook(provider="mailgun", name="Mailgun")
    first["hook"] = save_hook(hook, typed={}, actor=Actor.human(cast.anna)).pk
    first["chat"] = open_chat().pk
    first["message"] = Message.objects.get(subject=case.subject).pk
    first["other"] = Case.objects.exclude(pk=case.pk).first().reference
    return {"case": case.reference, "customer": case.customer_id, "person": cast.stan.pk, **first}


@pytest.mark.parametrize(("who", "pages"), [("stan", DESK), ("anna", SETTINGS)], ids=["desk", "settings"])
def test_every_page_is_readable(cast, shelf, open_page, look, who, pages):
    page, found, names = open_page(getattr(cast, who), viewport=DESKTOP), [], rows(cast, shelf)
    for name, address in pages:
        page.goto(address.format(**names))
        found += check(page, name, look)
    assert not found, "\n\n".join(found)


def test_examples_are_readable(cast, shelf, open_page, look):
    from ancora.desk.examples.putting_in import put_in_examples

    first = put_in_examples(person=cast.anna)[1]
    page, found = open_page(cast.anna, viewport=DESKTOP), []
    pages = ["/queues/open/", f"/cases/{first.reference}/", f"/customers/{first.customer_id}/", "/settings/examples/"]
    for number, address in enumerate(pages):
        page.goto(address)
        found += check(page, f"example {number}", look)
    assert not found, "\n\n".join(found)


def test_open_case_is_readable_with_everything_unfolded(cast, shelf, open_page, look):
    page = open_page(cast.stan, viewport=DESKTOP)
    page.goto(f"/cases/{shelf.reference}/")
    page.get_by_text("quoted text").first.click()
    page.get_by_text("show as designed").first.click()
    expect(page.frame_locator("iframe").locator("body")).to_contain_text("leaks")
    found = check(page, "unfolded", look)
    for menu in ("status", "snooze", "owner", "team", "priority", "tags", "then"):
        page.locator(f"[popovertarget=menu-{menu}]").click()
        expect(page.locator(f"#menu-{menu} button").first).to_be_visible()
        found += check(page, f"menu {menu}", look, within=f"#menu-{menu}")
        page.keyboard.press("Escape")
    page.locator(".dots").first.click()
    expect(page.get_by_role("link", name="Original mail")).to_be_visible()
    found += check(page, "menu of a message", look, within="#menu-message")
    page.keyboard.press("Escape")
    write(page, "A note with words.", kind="n")
    found += check(page, "note being written", look, within="#composer")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    found += check(page, "keys", look, within="#keys")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option", name="Write a reply")).to_be_visible()
    found += check(page, "command bar", look, within="#command")
    page.keyboard.type("zzzz")
    expect(page.get_by_text("Nothing fits.")).to_be_visible()
    found += check(page, "command bar without anything", look, within="#command")
    assert not found, "\n\n".join(found)


def test_desk_is_walked_by_keyboard(cast, shelf, open_page, look):
    page = open_page(cast.stan, viewport=DESKTOP)
    page.goto("/queues/open/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    look(page, "skip")
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()

    page.keyboard.press("j")
    row = page.locator("#rows .row")
    expect(row.nth(0)).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("j")
    expect(row.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(row.nth(0)).to_be_focused()
    look(page, "focus")
    page.keyboard.press("Enter")
    expect(page.locator("#subject")).to_have_text("The grinder leaks")

    page.keyboard.press("r")
    expect(page.locator("#composer .ProseMirror")).to_be_focused()
    page.keyboard.type("jkne?")
    expect(page.locator("#composer .ProseMirror")).to_have_text("jkne?")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.get_by_role("radio", name="Note")).to_be_checked()
    expect(page.locator("#composer .ProseMirror")).to_have_text("jkne?")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.locator("#menu-status button").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#menu-status button").nth(1)).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("z")
    expect(page.locator("#menu-snooze button").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#case-head .chip.status")).to_contain_text("Waits: us")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator("#case-head .chip.status")).to_contain_text("Open")


def test_help_search_and_queues_are_reached_by_keyboard(cast, shelf, open_page):
    page = open_page(cast.stan, viewport=DESKTOP)
    open_case(page, shelf.subject)
    page.wait_for_load_state()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("/")
    search = page.locator("#search")
    expect(search).to_be_focused()
    # What was found lately comes by itself: Escape closes that first, then leaves the field.
    expect(search).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(search).to_have_attribute("aria-expanded", "false")
    expect(search).to_be_focused()
    page.keyboard.press("Escape")
    expect(search).not_to_be_focused()
    for key, queue in {"u": "unassigned", "m": "mine", "w": "waiting", "o": "open", "t": "teams"}.items():
        page.keyboard.press("g")
        page.keyboard.press(key)
        page.wait_for_url(f"**/queues/{queue}/")


def test_command_bar_finds_and_does_everything(cast, shelf, open_page, look):
    page = open_page(cast.stan, viewport=DESKTOP)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/queues/open/")
    option, chosen = page.get_by_role("option"), page.locator("#command [aria-selected=true]")

    # A case by words of its subject, from anywhere, also while somebody types.
    page.keyboard.press("/")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Case, customer, page or action")).to_be_focused()
    page.keyboard.type("grinder")
    expect(chosen).to_contain_text("The grinder leaks")
    look(page, "found")
    page.keyboard.press("Enter")
    expect(page.locator("#subject")).to_have_text("The grinder leaks")
    page.wait_for_load_state()

    # What the keyboard does on a case.
    page.keyboard.press("Control+k")
    page.keyboard.type("prio")
    expect(option).to_have_text([re.compile("^Priority"), re.compile("^priority:")])
    page.keyboard.press("Enter")
    expect(page.locator("#menu-priority button").first).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press(".")
    expect(page.get_by_text(f"#{shelf.reference} was copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"#{shelf.reference}"

    # A customer, by arrows; Escape leaves everything as it was.
    page.keyboard.press("Control+k")
    page.keyboard.type("elsa")
    expect(option).to_have_count(3)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(chosen).to_contain_text("Elsa Weiss")
    page.keyboard.press("Escape")
    expect(page.locator("#command")).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.type("pri")
    expect(option.first).to_contain_text("Priority")
    option.filter(has_text="priority:").click()
    option.filter(has_text="priority:urgent").click()
    expect(chosen).to_contain_text("The grinder leaks")
    option.filter(has_text="All that fit").click()
    page.get_by_role("link", name="Keep as a list").click()
    page.get_by_label("Name").fill("Burning")
    page.get_by_role("button", name="Save").click()
    page.wait_for_load_state()
    expect(count_of(page, "Burning")).to_have_text("1")
    open_case(page, "The grinder leaks")
    expect(page.locator("#queues a[aria-current]")).to_contain_text("Burning")

    page.keyboard.press("Control+k")
    page.keyboard.type("profile")
    expect(chosen).to_contain_text("My profile")
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/mine/")


def test_telephone_shows_one_pane_at_a_time(cast, shelf, open_page, look):
    page = open_page(cast.stan, viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto("/queues/open/")
    panes = {name: page.locator(f"#{name}") for name in ("list", "case", "person")}

    def shown() -> list[str]:
        return [name for name, pane in panes.items() if pane.count() and pane.is_visible()]

    assert shown() == ["list"]
    look(page, "list")
    open_case(page, "The grinder leaks")
    expect(panes["list"]).to_be_hidden()
    assert shown() == ["case"]
    look(page, "case")
    page.locator("[data-person]").tap()
    expect(panes["person"]).to_be_visible()
    expect(page.locator("#timeline")).to_be_hidden()
    expect(page.locator("#composer")).to_be_hidden()
    look(page, "person")
    page.go_back()
    expect(panes["list"]).to_be_visible()
    assert shown() == ["list"]
    expect(count_of(page, "All open")).to_have_text("3")
