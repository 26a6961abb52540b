"""A customer writes twice about one matter: two agents, one case, and two again."""

import pytest
from playwright.sync_api import expect

from ancora.conversations.channels.email.tests.living import until
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.steps import DESKTOP, LIVE_MS, count_of, open_case, send, write


@pytest.fixture
def twice(watched, carla):
    """Carla's two cases; gives their numbers, the older one first."""
    from ancora.cases.models import Case

    for number, (subject, text) in enumerate([("The grinder leaks", "It leaks."), ("Leaking", "It still leaks.")], 1):
        carla.write(to=watched.address, subject=subject, text=text)
        until(lambda number=number: Case.objects.count() == number)
    return list(Case.objects.order_by("reference").values_list("reference", flat=True))


def test_cases_are_merged_and_taken_apart_while_a_colleague_writes(cast, open_page, twice, carla, look):
    first, second = twice
    lena, stan = (open_page(person, viewport=DESKTOP) for person in (cast.lena, cast.stan))
    for page in (lena, stan):
        page.goto("/queues/open/")
        open_case(page, "Leaking")
        expect(page.locator("body")).to_have_attribute("data-live-state", "on")
    write(stan, "A seal is on its way")

    lena.keyboard.press("m")
    expect(lena.get_by_label("The other case")).to_be_focused()
    found = check(lena, "find", look)
    lena.get_by_role("link", name="The grinder leaks").focus()
    lena.keyboard.press("Enter")
    merge = lena.get_by_role("button", name=f"Merge #{second} into #{first}")
    expect(merge).to_be_focused()
    found += check(lena, "preview", look)
    lena.set_viewport_size(DESKTOP)
    lena.keyboard.press("Enter")
    expect(lena.locator("#timeline .message")).to_have_count(2)
    expect(lena.locator("#timeline")).to_contain_text(f"#{second} merged into this case · Lena Vogt")
    expect(count_of(lena, "All open")).to_have_text("1")
    expect(lena.locator("body")).to_have_attribute("data-live-state", "on")

    expect(stan.locator("#case-head")).to_contain_text(f"#{second} was merged into #{first}", timeout=LIVE_MS)
    expect(stan.locator("#composer .ProseMirror")).to_have_text("A seal is on its way")
    found += check(stan, "stale", look, within="#case")
    stan.set_viewport_size(DESKTOP)
    stan.locator("#composer .ProseMirror").focus()
    send(stan)
    expect(lena.locator("#timeline .message.ours")).to_contain_text("A seal is on its way", timeout=LIVE_MS)
    [sent] = carla.received(1)
    carla.answer(sent, "Thank you, I wait.")
    expect(lena.locator("#timeline")).to_contain_text("Thank you, I wait.")

    stan.goto(f"/cases/{second}/")
    expect(stan.locator("#subject")).to_have_text("The grinder leaks")
    expect(stan.locator("#case-head .came")).to_contain_text(f"#{second} was merged into #{first} by Lena Vogt")
    found += check(stan, "survivor", look)
    lena.locator("#timeline").get_by_role("link", name="Undo the merge").click()
    expect(lena.locator("#content")).to_contain_text("3 messages")
    found += check(lena, "undo", look)
    lena.set_viewport_size(DESKTOP)
    lena.keyboard.press("Enter")
    expect(lena.locator("#subject")).to_have_text("Leaking")
    expect(lena.locator("#timeline .message")).to_have_count(3)
    expect(lena.locator("#timeline")).to_contain_text("Thank you, I wait.")
    expect(stan.locator("#timeline .message")).to_have_count(1, timeout=LIVE_MS)
    assert not found, "\n\n".join(found)


def test_related_cases_are_named_from_the_menu_of_a_case(cast, open_page, twice, look):
    first, second = twice
    page = open_page(cast.stan, viewport=DESKTOP)
    page.goto(f"/cases/{first}/")
    page.get_by_role("button", name="More for this case").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Merge with another case")).to_be_focused()
    found = check(page, "menu", look, within="#menu-more")
    page.set_viewport_size(DESKTOP)
    page.locator("#menu-more").get_by_role("link", name="Related cases").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Case number")).to_be_focused()
    page.keyboard.type(f"#{second}")
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_contain_text("Leaking")
    found += check(page, "related", look)
    page.set_viewport_size(DESKTOP)
    page.goto(f"/cases/{second}/")
    expect(page.locator("#person")).to_contain_text("Related cases")
    found += check(page, "case", look)
    assert not found, "\n\n".join(found)
