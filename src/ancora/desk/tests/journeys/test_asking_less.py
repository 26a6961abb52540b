"""What changes all the time is fetched seldom, and what changes once at once."""

from playwright.sync_api import expect

from ancora.platform.live.hints import hint


def test_a_busy_house_is_asked_seldom_and_a_calm_one_at_once(shop, cast, open_page):
    page = open_page(cast.anna, viewport={"width": 1280, "height": 800})
    page.goto("/queues/open/")
    expect(page.locator("body")).to_have_attribute("data-live-state", "on")
    page.wait_for_timeout(3_000)
    asked = []
    page.on("request", lambda request: asked.append(request) if "/news/" in request.url else None)
    with page.expect_request("**/news/**", timeout=1_000):
        hint([f"case-{shop.case.pk}"])
    page.wait_for_timeout(2_500)
    asked.clear()
    for _tenth in range(45):
        hint([f"case-{shop.case.pk}"])
        page.wait_for_timeout(100)
    assert 1 <= len(asked) <= 3
