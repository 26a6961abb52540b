"""A colleague is called by a notification of the browser, and led to the case.

No push service can be reached from here: the test stands for it, and for the part of the browser that talks to it. What
the product sends, it really sends, sealed and signed; the browser's own service worker is given what was opened.
"""

import json
import re
import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

from ancora.cases.notifications.push.models import PushBrowser
from ancora.cases.notifications.push.tests.push_service import Receiver, push_service
from ancora.conversations.channels.email.tests.living import until
from ancora.desk.tests.conftest import shop
from ancora.testing.browser import FLAGS
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.steps import DESKTOP, send, write

__all__ = ["shop"]
ON = "Turn on in this browser"
# A browser that has subscribed, with the keys of the test; it forgets them when it is told to.
SUBSCRIBED = """
const given = %s
const made = { ...given, toJSON: () => given, unsubscribe: async () => !localStorage.removeItem("subscribed") }
PushManager.prototype.subscribe = async () => { localStorage.setItem("subscribed", "yes"); return made }
PushManager.prototype.getSubscription = async () => localStorage.getItem("subscribed") ? made : null
"""
SHOWN = "async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(one => one.title)"
CLICKED = """async () => {
  const opened = [], [notification] = await registration.getNotifications()
  clients.openWindow = async path => { opened.push(path) }
  const click = new NotificationEvent("notificationclick", { notification })
  dispatchEvent(click)
  while (!opened.length) await new Promise(done => setTimeout(done, 20))
  return opened
}"""


@pytest.fixture(scope="module")
def browser():
    """A whole Chromium: its headless shell knows no notifications."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no whole Chromium on PATH: install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, channel="chromium", args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def service():
    with push_service() as running:
        yield running


def permit(page, answer: str) -> None:
    """What the person answered, or answers, when the browser asks."""
    session = page.context.new_cdp_session(page)
    context = session.send("Target.getTargetInfo")["targetInfo"]["browserContextId"]
    permission = {"permission": {"name": "notifications"}, "setting": answer, "browserContextId": context}
    session.send("Browser.setPermission", permission)


def deliver(page, site, content: dict) -> None:
    """What a push service would give to this browser."""
    known, session = [], page.context.new_cdp_session(page)
    session.on("ServiceWorker.workerRegistrationUpdated", lambda event: known.extend(event["registrations"]))
    session.send("ServiceWorker.enable")
    until(lambda: page.evaluate("0") or known)
    message = {"origin": site, "registrationId": known[0]["registrationId"], "data": json.dumps(content)}
    session.send("ServiceWorker.deliverPushMessage", message)


def test_mentioned_colleague_is_called_and_led_to_the_case(cast, shop, service, site, open_page, look):
    receiver = Receiver()
    given = receiver.subscription(f"{service.place}/lena")
    lena, stan = (open_page(person, viewport=DESKTOP) for person in (cast.lena, cast.stan))
    keys = {"endpoint": given.endpoint, "keys": {"p256dh": given.p256dh, "auth": given.auth}}
    lena.add_init_script(SUBSCRIBED % json.dumps(keys))
    permit(lena, "granted")
    lena.goto("/settings/notifications/", timeout=60_000)
    lena.get_by_role("button", name=ON).click()
    row = lena.locator("[data-browser]")
    expect(row).to_contain_text("Chrome · Linux this one")
    expect(lena.get_by_text("This browser shows notifications.")).to_be_visible()
    found = check(lena, "on", look)
    row.scroll_into_view_if_needed()
    look(lena, "row")
    assert not found, "\n\n".join(found)

    stan.goto(f"/cases/{shop.case.reference}/")
    write(stan, "@vog", kind="n")
    expect(stan.locator("#mention-list [role=option]")).to_have_text(["Lena Vogt"])
    stan.keyboard.press("Enter")
    send(stan)
    until(lambda: service.pushes)
    [told] = service.told(receiver)
    title = f"New mention on case #{shop.case.reference}"
    assert told["title"] == title

    deliver(lena, site, told)
    assert until(lambda: lena.evaluate(SHOWN)) == [title]
    assert lena.context.service_workers[0].evaluate(CLICKED) == [f"/cases/{shop.case.reference}/"]
    assert lena.evaluate(SHOWN) == []
    # What is read in the desk does not stay on the screen of the system.
    # It comes again: the first reading, where the desk hears of it late, takes it away.
    until(lambda: deliver(lena, site, told) or lena.evaluate(SHOWN))
    lena.goto("/queues/mine/")
    expect(lena).to_have_title(re.compile(r"^\(1\) "))
    expect(lena.locator("link[rel=icon]")).to_have_attribute("href", re.compile("^data:"))
    lena.goto(told["path"])
    expect(lena).to_have_title(re.compile(r"^[^(]"))
    expect(lena.locator("link[rel=icon]")).to_have_attribute("href", re.compile("favicon"))
    until(lambda: lena.evaluate(SHOWN) == [])

    lena.locator("[popovertarget=person-menu]").click()
    lena.get_by_role("button", name="Sign out").click()
    expect(lena).to_have_url(re.compile("/accounts/login/"))
    assert not PushBrowser.objects.exists()
    until(lambda: lena.evaluate("localStorage.getItem('ancora-push')") is None)


def test_browser_that_cannot_is_told_why(cast, site, open_page, look):
    page = open_page(cast.stan, viewport=DESKTOP)
    permit(page, "denied")
    page.goto("/settings/notifications/", timeout=60_000)
    turn_on = page.get_by_role("button", name=ON)
    expect(page.get_by_text("This browser was told to show no notifications of this address.")).to_be_visible()
    expect(turn_on).to_be_hidden()
    found = check(page, "denied", look)
    permit(page, "granted")
    page.reload()
    # Nothing stands for the push service here: the browser's own refuses.
    turn_on.click()
    expect(page.get_by_text("The push service of this browser could not be reached.")).to_be_visible()
    expect(turn_on).to_be_enabled()
    assert not found, "\n\n".join(found)
    assert not PushBrowser.objects.exists()
