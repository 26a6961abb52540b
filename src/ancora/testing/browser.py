"""A Chromium without a screen, as the journeys and the measurements use it."""

import contextlib
import shutil

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# The shell has no windows to draw and needs a fifth less.
NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]


def installed() -> str | None:
    """Where Chromium is; None when it is not."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextlib.contextmanager
def chromium():
    """A running one. While it is open an event loop stands in this thread."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=FLAGS)
        yield browser
        browser.close()
