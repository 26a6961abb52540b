"""A page as everybody meets it: light, dark, on a telephone, and read aloud."""

import re

from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe, AxeResults
from playwright.sync_api import Page

from ancora.testing.journeys.steps import DESKTOP, PHONE

RULES = {"target-size": {"enabled": True}}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"


def check(page: Page, name: str, look, *, within: str | None = None) -> list[str]:
    """What axe finds wrong in the page, or in a part of it, as it stands: light, dark (its colours) and narrow."""
    found = []
    for scheme, size, rules in (
        ("light", DESKTOP, {"rules": RULES}),
        ("dark", DESKTOP, COLOURS),
        ("light", PHONE, {"rules": RULES}),
    ):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size(size)
        # What follows a change of size by a script has its turn.
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        where = f"{name}, {scheme}, {size['width']} px"
        answer = judged(page, within, rules)
        if answer.violations_count:
            found.append(f"{where}\n{answer.generate_report()}")
        if page.evaluate(TOO_WIDE):
            found.append(f"{where}: wider than the screen")
        look(page, re.sub(r"\W+", "-", f"{name}-{scheme}-{size['width']}"))
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESKTOP)
    return found


def judged(page: Page, within: str | None, options: dict) -> AxeResults:
    """What axe says. A page that stands is given it once: to read its script costs half as much as to look."""
    script = "" if page.evaluate("'axe' in window") else AXE_SCRIPT
    return Axe(script).run(page, context=within, options={"resultTypes": ["violations"], **options})
