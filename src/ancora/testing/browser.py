"""A Chromium without a screen, as the journeys and the measurements use it."""

import asyncio
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


class KeptChromium:
    """One for test after test: to start it anew for each module costs more than most of their tests."""

    def __init__(self) -> None:
        self._held = contextlib.ExitStack()
        self._browser = None
        self._loop = None

    @contextlib.contextmanager
    def use(self):
        """Gives it, started when there is none; only meanwhile its event loop stands in this thread."""
        with self._standing():
            if self._browser is None or not self._browser.is_connected():
                self._held.close()
                self._browser = self._held.enter_context(chromium())
            yield self._browser
            for context in self._browser.contexts:
                context.close()

    def close(self) -> None:
        with self._standing():
            self._held.close()

    @contextlib.contextmanager
    def _standing(self):
        # As Playwright does it after each call: else `asyncio.run` of the tests in between would be refused.
        asyncio._set_running_loop(self._loop)
        try:
            yield
        finally:
            self._loop = asyncio._get_running_loop()
            asyncio._set_running_loop(None)
