"""What the desk looks like: still while others work, in every direction of writing, and in high contrast."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from ancora.desk.tests.conftest import letter
from ancora.testing.journeys.steps import DESKTOP, choose, count_of, send, write

# Every shift the browser saw, with what moved.
WATCHES = """
window.shifts = []
new PerformanceObserver(list => {
  for (const one of list.getEntries())
    window.shifts.push([one.value, one.sources.map(source => source.node?.id || source.node?.className || "?")])
}).observe({type: "layout-shift"})
"""
# At one moment: a row may be drawn anew between two questions.
PLACES = """[...document.querySelectorAll("#rows .row")].map(row => {
    const { x, y, width, height } = row.getBoundingClientRect()
    return [x, y, width, height]
})"""
SHIFTS = "window.shifts.splice(0)"
# WCAG 2 AAA: 7:1, large letters 4.5:1.
ENHANCED = {"runOnly": {"type": "rule", "values": ["color-contrast-enhanced"]}}
OUTLINE = "getComputedStyle(document.querySelector('#queues a[aria-current]')).outlineStyle"


def test_nothing_moves_while_others_work(cast, open_page, support, arrive, look):
    from ancora.cases import commands
    from ancora.cases.models import Case
    from ancora.platform.events.actors import Actor
    from ancora.platform.events.dispatcher import drain

    leaks = letter(subject="The grinder leaks", message_id="<1@x>")
    arrive(leaks, support)
    arrive(
        letter("רונית כהן <ronit@example.org>", "מכונת הקפה GX-200", "שלום רב,\n\nThanks!", message_id="<2@x>"), support
    )
    case, lena = Case.objects.get(subject="The grinder leaks"), Actor.human(cast.lena)
    page = open_page(cast.stan, viewport=DESKTOP)
    page.add_init_script(WATCHES)
    page.goto(f"/cases/{case.reference}/?queue=open", timeout=30_000)
    expect(page.locator("#rows .row")).to_have_count(2)
    expect(page.locator("body")).to_have_attribute("data-live-state", "on")
    places = page.evaluate(PLACES)
    page.evaluate(SHIFTS)

    arrive(letter(subject="Invoice twice", sender="Dario <dario@example.org>", message_id="<3@x>"), support)
    expect(page.locator(".news")).to_have_text("1 new")
    expect(count_of(page, "All open")).to_have_text("3")
    again = letter(subject="Re: The grinder leaks", text="And it smokes.", message_id="<4@x>")
    again["In-Reply-To"] = "<1@x>"
    arrive(again, support)
    expect(page.locator("#timeline")).to_contain_text("And it smokes.")
    commands.assign_case(case, owner=cast.lena, actor=lena)
    commands.set_priority(case, priority=4, actor=lena)
    for label in ("leak", "warranty"):
        commands.add_tag(case, tag=commands.create_tag(label, actor=lena), actor=lena)
    drain()
    expect(page.locator("#case-head")).to_contain_text("warranty")
    expect(page.locator(f"#case-{case.pk} .facts")).to_contain_text("urgent")
    look(page, "after")
    assert page.evaluate(PLACES) == places
    moved = page.evaluate(SHIFTS)
    assert sum(value for value, _what in moved) < 0.001, moved

    # The other runs from right to left, but for what is English in it.
    page.locator("#rows .row", has_text="GX-200").click()
    expect(page.locator("#subject")).to_have_css("direction", "rtl")
    expect(page.locator("#timeline .body")).to_have_css("direction", "rtl")
    expect(page.locator("#timeline .body p", has_text="Thanks!")).to_have_css("unicode-bidi", "plaintext")
    look(page, "right-to-left")


def test_high_contrast_is_chosen_or_asked_for_by_the_system(cast, open_page, support, arrive, look):
    from ancora.cases import commands
    from ancora.cases.models import Case
    from ancora.platform.events.actors import Actor

    stan = Actor.human(cast.stan)
    for number, subject in enumerate(("The grinder leaks", "Invoice twice")):
        arrive(letter(subject=subject, message_id=f"<{number}@x>"), support)
    case = Case.objects.get(subject="The grinder leaks")
    commands.set_priority(case, priority=4, actor=stan)
    commands.add_tag(case, tag=commands.create_tag("leak", actor=stan), actor=stan)
    commands.add_note(case, html="<p>Spare part?</p>", author=cast.stan)

    page = open_page(cast.anna, viewport=DESKTOP, color_scheme="light")
    page.goto("/queues/open/", timeout=30_000)
    assert page.evaluate(OUTLINE) == "none"
    page.emulate_media(forced_colors="active")
    assert page.evaluate(OUTLINE) == "solid"
    page.emulate_media(forced_colors="none", contrast="more")
    assert page.evaluate(OUTLINE) == "solid"
    page.emulate_media(contrast="no-preference")
    page.get_by_role("button", name="Menu of Anna Ferri").click()
    page.get_by_role("button", name="High contrast").click()
    assert page.evaluate(OUTLINE) == "solid"
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "contrast")
    weak = []
    for name, address in (
        ("queue", "/queues/open/"),
        ("case", f"/cases/{case.reference}/"),
        ("tags", "/settings/tags/"),
    ):
        page.goto(address)
        for scheme in ("light", "dark"):
            # Colours that pass into each other are none of a theme.
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found = Axe().run(page, options=ENHANCED)
            if found.violations_count:
                weak.append(f"{name}, {scheme}\n{found.generate_report()}")
            look(page, f"{name}-{scheme}")
    assert not weak, "\n\n".join(weak)


def test_old_case_is_found_by_phone_handed_over_with_a_note_and_the_late_one_is_seen(
    cast, open_page, support, arrive, look
):
    from datetime import timedelta

    from ancora.cases.models import Case, ServicePolicy
    from ancora.cases.service_levels.policies import save_policy
    from ancora.customers.commands import add_handle
    from ancora.parties.models import Membership, Team
    from ancora.platform import clock
    from ancora.platform.events.actors import SYSTEM, Actor
    from ancora.platform.events.dispatcher import drain

    Membership.objects.create(team=Team.objects.create(name="Repairs"), user=cast.lena)
    save_policy(ServicePolicy(name="Usual", targets={"2": {"first_response": 60}}), actor=Actor.human(cast.anna))
    with clock.at(clock.now() - timedelta(hours=3)):
        arrive(letter(subject="The grinder leaks", message_id="<1@x>"), support)
    arrive(letter("Dario <dario@example.org>", "Invoice twice", message_id="<2@x>"), support)
    add_handle(Case.objects.get(subject="Invoice twice").customer, "phone", "+39 06 5550 2214", actor=SYSTEM)
    drain()
    page = open_page(cast.stan, viewport=DESKTOP)
    page.goto("/queues/mine/", timeout=30_000)

    def search(words: str) -> None:
        page.keyboard.press("Escape")
        page.keyboard.press("/")
        page.locator("#search").fill(words)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(f"1 case for “{words}”")

    search("(06) 5550-2214")
    page.locator(".sheet .row", has_text="Invoice twice").click()
    expect(page.locator("#subject")).to_have_text("Invoice twice")
    write(page, "Paid on the 3rd and on the 5th.", kind="n")
    send(page)
    choose(page, "team", "Repairs")
    choose(page, "owner", "Lena Vogt")
    head = page.locator("#case-head")
    expect(head).to_contain_text("Repairs")
    expect(head).to_contain_text("Lena Vogt")

    search("is:late")
    expect(page.locator(".sheet .row")).to_contain_text("2 h 0 min late")
    look(page, "late")
    page.get_by_role("link", name="Keep as a list").click()
    page.get_by_label("Name").fill("Late")
    page.get_by_role("button", name="Save").click()
    expect(count_of(page, "Late")).to_have_text("1")
