"""What the desk and the chat on a website weigh: the bytes that travel, compressed, as a real browser counts them."""

from pathlib import Path

from django.db import connection, connections

from ancora.conversations.chats.commands.accounts import save_chat
from ancora.conversations.models import ChannelAccount, Mailbox
from ancora.platform.events.actors import Actor
from ancora.testing.browser import chromium, installed
from bench import filling
from bench.installation import serving
from bench.work import cookie_of

# So long nothing may travel for a page to be there; the live stream, which never ends, is not counted.
QUIET_MS = 1200


def measure(cases: int, home: Path) -> dict:
    """desk_first_load_kb: a case and the list beside it with nothing in the browser's cache · desk_navigation_kb: the
    heavier of two steps from there, to another case and to another queue · sign_in_kb: the page of the sign-in ·
    widget_kb: what a website with our chat loads besides: the script, and the page in the frame with all it needs."""
    if installed() is None:
        raise SystemExit("This needs Chromium on PATH: install chromium.")
    agent = filling.set_up()
    filling.fill(cases, agent)
    cookie = cookie_of(agent)
    chat = save_chat(ChannelAccount(name="Website", mailbox=Mailbox.objects.get()), actor=Actor.human(agent)).token
    connections.close_all()
    connection.close_pool()
    with serving(home) as (_process, port), chromium() as browser:
        address = f"http://localhost:{port}"
        long_case = f"{address}/cases/{1000 + cases + 1}/"
        sign_in = _Visit(browser, address)
        signed_in = _Visit(browser, address, cookie)
        website = _Visit(browser, address)
        weights = {
            "sign_in_kb": sign_in.kilobytes(lambda page: page.goto(f"{address}/accounts/login/")),
            "desk_first_load_kb": signed_in.kilobytes(lambda page: page.goto(long_case)),
            "desk_navigation_kb": max(
                signed_in.kilobytes(lambda page: page.locator("#rows .row").nth(3).click()),
                signed_in.kilobytes(lambda page: page.locator("#queues a").nth(4).click()),
            ),
            "widget_kb": round(
                website.kilobytes(lambda page: page.goto(f"{address}/chat/{chat}/widget.js"))
                + website.kilobytes(lambda page: page.goto(f"{address}/chat/{chat}/?lang=it")),
                1,
            ),
        }
        ok = sign_in.is_right and signed_in.is_right and website.is_right
    return {"work": "weight", "cases": cases, **weights, "ok": ok}


class _Visit:
    """One browser with an empty cache; `is_right` until something could not be loaded."""

    def __init__(self, browser, address: str, cookie: str = ""):
        context = browser.new_context()
        if cookie:
            name, _sign, value = cookie.partition("=")
            context.add_cookies([{"name": name, "value": value, "url": address}])
        self.page, self.is_right, self._bytes = context.new_page(), True, 0
        network = context.new_cdp_session(self.page)
        network.send("Network.enable")
        network.on("Network.loadingFinished", self._count)
        self.page.on("response", self._look)

    def kilobytes(self, step) -> float:
        """What travels while the page does `step` and becomes quiet, headers included."""
        self._bytes = 0
        step(self.page)
        before = -1
        while before != self._bytes:
            before = self._bytes
            self.page.wait_for_timeout(QUIET_MS)
        return round(self._bytes / 1000, 1)

    def _count(self, finished: dict) -> None:
        self._bytes += finished["encodedDataLength"]

    def _look(self, response) -> None:
        self.is_right = self.is_right and response.status < 400
