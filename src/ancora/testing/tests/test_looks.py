"""What the look at a page tells."""

from playwright.sync_api import expect

from ancora.testing.journeys.looks import check

PALE = "<html lang=en><title>Shop</title><main><h1>Shop</h1><p style='color: #aaa; background: #fff'>pale</main>"
WIDE = "<html lang=en><title>Shop</title><main><h1>Shop</h1><div style='width: 900px'>wide</div></main>"


def test_each_look_at_a_page_that_stands_tells_what_is_wrong(browser):
    page, seen = browser.new_page(), []
    page.set_content(PALE)
    found = check(page, "pale", lambda _page, name: seen.append(name))
    assert seen == ["pale-light-1280", "pale-dark-1280", "pale-light-390"]
    assert [(one.split("\n")[0], "color-contrast" in one) for one in found] == [
        ("pale, light, 1280 px", True),
        ("pale, dark, 1280 px", True),
        ("pale, light, 390 px", True),
    ]
    page.evaluate("document.querySelector('p').style.color = '#000'")
    expect(page.locator("p")).to_have_css("color", "rgb(0, 0, 0)")
    assert check(page, "dark", lambda *_: None) == []


def test_another_page_is_looked_at_too(browser):
    page = browser.new_page()
    for address in ("about:blank", "data:text/html,<p>"):
        page.goto(address)
        assert any("html-has-lang" in one for one in check(page, "bare", lambda *_: None))
    page.set_content(WIDE)
    assert check(page, "wide", lambda *_: None) == ["wide, light, 390 px: wider than the screen"]
