"""What changes all the time is fetched seldom, and what changes once at once."""

from playwright.sync_api import expect

from ancora.cases import commands
from ancora.platform.events.actors import Actor
from ancora.platform.live.hints import hint
from ancora.testing.journeys.steps import count_of


def test_a_busy_house_is_asked_seldom_and_a_calm_one_at_once(shop, cast, open_page):
    page = open_page(cast.anna, viewport={"width": 1280, "height": 800})
    page.goto("/queues/open/")
    expect(page.locator("body")).to_have_attribute("data-live-state", "on")
    page.wait_for_timeout(3_000)
    asked = []
    page.on("request", lambda request: asked.append(request) if "/news/" in request.url else None)
    with page.expect_response("**/news/**", timeout=1_000) as told:
        hint([f"case-{shop.case.pk}"])
    # Nothing that is shown has changed.
    assert told.value.status == 204
    commands.set_priority(shop.case, priority=3, actor=Actor.human(cast.lena))
    expect(page.locator(f"#case-{shop.case.pk}")).to_contain_text("high")
    commands.move_to_trash(shop.case, actor=Actor.human(cast.lena))
    expect(page.locator(f"#case-{shop.case.pk}.gone")).to_be_attached()
    expect(count_of(page, "Trash")).to_have_text("1")
    page.wait_for_timeout(2_500)
    asked.clear()
    for _tenth in range(45):
        hint([f"case-{shop.case.pk}"])
        page.wait_for_timeout(100)
    assert 1 <= len(asked) <= 3
