"""What people do again and again at the desk."""

import re

from playwright.sync_api import Page, expect

# For what comes to a screen by itself; how soon is measured elsewhere.
LIVE_MS = 10_000
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


def reference_in(page: Page) -> str:
    return re.search(r"/cases/(\d+)/", page.url)[1]


def open_case(page: Page, subject: str) -> None:
    """From the list beside, or the list of all open cases."""
    if not page.locator("#list").count():
        page.goto("/queues/open/")
    page.locator("#rows .row", has_text=subject).click()
    expect(page.locator("#subject")).to_have_text(subject)


def write(page: Page, text: str, *, kind: str = "r") -> None:
    """Types into the rich editor: a reply (`r`) or a note (`n`)."""
    # A page that was just opened hears keys once its modules are there.
    page.wait_for_load_state()
    page.keyboard.press("Escape")
    page.keyboard.press(kind)
    expect(page.locator("#composer .ProseMirror")).to_be_focused()
    page.keyboard.type(text)


def send(page: Page) -> None:
    """By keyboard, and waits until the composer is empty again."""
    page.keyboard.press("Control+Enter")
    expect(page.locator("#composer textarea[name=text]")).to_have_value("")


def choose(page: Page, menu: str, choice: str) -> None:
    """Opens one of the menus of a case and takes a choice."""
    page.locator(f"[popovertarget=menu-{menu}]").click()
    page.locator(f"#menu-{menu}").get_by_role("button", name=choice, exact=True).click()


def count_of(page: Page, queue: str):
    """The number beside a queue."""
    link = page.locator("#queues a", has=page.locator(".label", has_text=re.compile(f"^{queue}$")))
    return link.locator(".num")
