"""Mail is given to who is there and has room; who has time takes the next one; why, stands in the case."""

from playwright.sync_api import expect

from ancora.cases.models import Case
from ancora.conversations.channels.email.tests.living import until
from ancora.parties.models import Membership, Team
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.steps import DESKTOP, count_of, open_case


def test_mail_finds_who_is_there_and_the_next_one_is_one_key_away(
    cast, support, site, open_page, watched, carla, dario, look
):
    support.team = Team.objects.create(name="Service")
    support.save()
    for person in (cast.marco, cast.stan):
        Membership.objects.create(team=support.team, user=person)

    boss = open_page(cast.anna, viewport=DESKTOP)
    boss.goto("/settings/routing/skills/new/", timeout=30_000)
    boss.get_by_label("Name").fill("English")
    boss.get_by_label("It is a language").select_option("en")
    boss.get_by_role("button", name="Save").click()
    boss.get_by_role("link", name="Service", exact=True).click()
    boss.get_by_label("Give out cases that nobody owns").check()
    boss.get_by_label("Open cases for each person").fill("1")
    boss.get_by_role("button", name="Save").click()
    expect(boss.get_by_role("row", name="Service")).to_contain_text("gives out cases")
    faults = check(boss, "routing", look)

    away = open_page(cast.marco, viewport=DESKTOP, locale="it-IT")
    away.goto("/queues/mine/")
    away.locator("[popovertarget=person-menu]").click()
    away.locator(".availability a").click()
    expect(away.locator(".absences")).to_be_visible()
    faults += check(away, "availability", look)
    away.locator(".absences button").nth(1).click()
    away.locator("[popovertarget=person-menu]").click()
    expect(away.locator(".availability button")).to_be_visible()

    boss.goto("/settings/routing/limits/")
    expect(boss.get_by_role("row", name="Marco Reale")).to_contain_text("away until")

    # Nobody is there: the case waits until somebody opens the desk.
    words = "Hello, the grinder that you repaired last month leaks again. Can you please send somebody to look at it?"
    carla.write(to=support.address, subject="The grinder leaks", text=words)
    until(Case.objects.filter(owner=None).exists)
    page = open_page(cast.stan, viewport=DESKTOP)
    page.goto("/queues/mine/")
    until(Case.objects.filter(owner=cast.stan).exists)
    expect(count_of(page, "Mine")).to_have_text("1")
    page.goto("/queues/mine/")
    open_case(page, "The grinder leaks")
    told = page.locator("#timeline .change", has_text="Owner:")
    expect(told).to_contain_text("Owner: Stan Meyer (English; idle for longest, now with 1 of 1) · Routing")
    faults += check(page, "given out", look)
    faults += who_is_there(boss, look)

    # Nobody has room for Dario's, but whoever has time takes it.
    dario.write(to=support.address, subject="The invoice", text="Good morning, the invoice of last week is wrong.")
    until(lambda: Case.objects.filter(owner=None).exists())
    page.keyboard.press("q")
    expect(page.locator("#subject")).to_have_text("The invoice")
    expect(page.locator("#timeline")).to_contain_text("took the next one) · Stan Meyer")
    page.get_by_role("button", name="Next one").click()
    expect(page.locator(".toast")).to_contain_text("Nothing waits for you")

    away.locator(".availability button").click()
    expect(away.locator(".availability a")).to_be_visible()
    assert not faults, "\n".join(faults)


def who_is_there(lead, look) -> list[str]:
    lead.goto("/team/")
    for name, told in {"Stan Meyer": "1 of 1", "Marco Reale": "away until", "Lena Vogt": "not there"}.items():
        expect(lead.get_by_role("row", name=name)).to_contain_text(told)
    return check(lead, "who is there", look)
