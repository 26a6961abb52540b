"""What an administrator does with mailboxes: watches an import, pauses and resumes, connects one with a permission."""

import asyncio
import time
from datetime import timedelta
from threading import Event

import pytest
from playwright.sync_api import expect

from ancora.conversations.channels.email.fetching import importing
from ancora.conversations.channels.email.tests import mail_servers
from ancora.conversations.channels.email.tests.living import fetch_of, until
from ancora.conversations.channels.email.tests.oauth_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    SCOPE,
    OAuthDovecot,
    OAuthProvider,
)
from ancora.conversations.channels.email.tests.old_mail import lay_old_mail
from ancora.conversations.channels.email.tests.smtp_peer import smtp_peer
from ancora.conversations.models import Arrival, Fetch, Grant, Mailbox, Message
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.steps import DESKTOP, open_case, send, write

# The page asks every ten seconds, and hears of most changes at once.
ASKED_MS = 15_000


@pytest.fixture
def oauth():
    """(a provider, a dovecot that takes its tokens)"""
    mail_servers.require(mail_servers.DOVECOT)
    provider = OAuthProvider()
    with mail_servers.private_folder() as folder:
        dovecot = OAuthDovecot(folder, provider)
        dovecot.start()
        yield provider, dovecot
        dovecot.stop()
    provider.close()


def test_import_is_watched_paused_and_resumed(cast, open_page, support, dovecot, look, monkeypatch):
    windows, is_watched = importing.next_window, Event()
    is_watched.set()

    async def slowly(*arguments):
        """Slow enough for people to watch."""
        if is_watched.is_set():
            await asyncio.sleep(1)
        return await windows(*arguments)

    monkeypatch.setattr(importing, "WINDOW", 10)
    monkeypatch.setattr(importing, "next_window", slowly)
    lay_old_mail(dovecot, support.address, 400)
    Mailbox.objects.update(is_active=False)
    anna = open_page(cast.anna, viewport=DESKTOP)
    anna.goto(f"/settings/mailboxes/{support.pk}/")
    expect(anna.locator("#mailbox-now")).to_contain_text("This mailbox is not in use.")
    time.sleep(6)  # until the worker has let go of it
    Fetch.objects.all().delete()
    Mailbox.objects.update(is_active=True, old_mail="import")
    now = anna.locator("#mailbox-now")
    expect(now).to_contain_text("of about 400 mails", timeout=40_000)
    found = check(anna, "importing", look)
    anna.get_by_role("button", name="Pause fetching").click()
    expect(now).to_contain_text("Paused by Anna Ferri")
    expect(anna.get_by_role("button", name="Resume fetching")).to_be_focused()
    found += check(anna, "paused", look)
    until(lambda: _is_still(support), 30)
    assert fetch_of(support).is_importing
    is_watched.clear()
    anna.get_by_role("button", name="Resume fetching").click()
    expect(anna.get_by_role("button", name="Pause fetching")).to_be_focused()
    until(lambda: Message.objects.count() == 400, 120)
    expect(now).not_to_contain_text("Old mail is being imported", timeout=60_000)
    expect(anna.get_by_role("region", name="Came in last")).to_contain_text("Matter")
    found += check(anna, "imported", look)
    assert not found, "\n\n".join(found)
    anna.get_by_role("region", name="Came in last").get_by_role("link").first.click()
    expect(anna.locator("#subject")).to_contain_text("Matter")


def _is_still(box: Mailbox) -> bool:
    before = fetch_of(box).old_done
    time.sleep(1.5)
    return fetch_of(box).old_done == before


def test_answers_wait_while_sending_is_paused_and_say_so(cast, open_page, watched, carla, look):
    carla.write(to=watched.address, subject="The grinder leaks", text="It leaks again.")
    stan = open_page(cast.stan, viewport=DESKTOP)
    anna = open_page(cast.anna, viewport=DESKTOP)
    anna.goto(f"/settings/mailboxes/{watched.pk}/")
    expect(anna.get_by_role("region", name="Came in last")).to_contain_text("The grinder leaks", timeout=ASKED_MS)
    anna.get_by_role("button", name="Pause sending").click()
    expect(anna.locator("#mailbox-now")).to_contain_text("Answers are kept and leave when it is resumed.")
    open_case(stan, "The grinder leaks")
    write(stan, "A new seal is on its way.")
    send(stan)
    expect(stan.locator("#timeline")).to_contain_text("Sending is paused for this mailbox.")
    found = check(stan, "case of a paused mailbox", look, within="#timeline")
    expect(anna.get_by_role("region", name="Waiting to leave")).to_contain_text("Sending is paused.", timeout=ASKED_MS)
    found += check(anna, "outbox", look)
    assert not found, "\n\n".join(found)
    assert carla.inbox() == []
    anna.get_by_role("button", name="Resume sending").click()
    [mail] = carla.received(1)
    assert "seal" in mail.get_body(("plain",)).get_content()
    expect(anna.get_by_role("region", name="Left last")).to_contain_text("sent", timeout=ASKED_MS)
    look(anna, "sent")


def test_mailbox_is_connected_with_a_permission_and_again_when_it_is_gone(cast, open_page, oauth, look):
    provider, dovecot = oauth
    provider.account = "help@shop.example"
    with smtp_peer() as peer:
        page = open_page(cast.anna, viewport=DESKTOP)
        page.goto("/settings/mailboxes/new/")
        page.get_by_label("Name", exact=True).fill("Shop")
        page.get_by_label("Address", exact=True).fill(provider.account)
        expect(page.get_by_label("IMAP password")).to_be_visible()
        page.get_by_role("radio", name="Google").check()
        expect(page.get_by_label("IMAP password")).to_be_hidden()
        look(page, "google")
        page.get_by_role("radio", name="another provider with OAuth").check()
        found = check(page, "form of another provider", look)
        page.get_by_label("Address where the permission is given").fill(f"{provider.address}/authorize")
        page.get_by_label("Address where tokens are given").fill(f"{provider.address}/token")
        page.get_by_label("Scopes").fill(SCOPE)
        page.locator("[name=other-client_id]").fill(CLIENT_ID)
        page.locator("[name=other-client_secret]").fill(CLIENT_SECRET)
        assert page.locator("#redirect-uri").inner_text().endswith("/settings/mailboxes/oauth/")
        for kind, port in (("imap", dovecot.port), ("smtp", peer.port)):
            page.locator(f"[name={kind}_host]").fill("127.0.0.1")
            page.locator(f"[name={kind}_port]").fill(str(port))
            page.locator(f"[name={kind}_security]").select_option("none")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#mailbox-now")).to_contain_text("Nobody has given the permission")
        found += check(page, "not connected", look)

        page.get_by_role("button", name="Connect with the provider").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Read and send your mail?")
        page.get_by_role("link", name="Deny").click()
        expect(page.locator("#toasts")).to_contain_text("It was not allowed at the provider.")
        page.get_by_role("button", name="Connect with the provider").click()
        page.get_by_role("link", name="Allow").click()
        expect(page.locator("#toasts")).to_contain_text("Shop is connected as help@shop.example.")
        expect(page.get_by_role("region", name="Fetching")).to_contain_text("works", timeout=ASKED_MS)
        expect(page.locator("#mailbox-now")).to_contain_text("help@shop.example")

        provider.revoke()
        Grant.objects.update(expires_at=Fetch.objects.get().succeeded_at)
        dovecot.stop()
        dovecot.start()
        expect(page.locator("#mailbox-now")).to_contain_text("permission gone", timeout=40_000)
        found += check(page, "permission gone", look)
        page.get_by_role("button", name="Connect with the provider").click()
        page.get_by_role("link", name="Allow").click()
        dovecot.put(provider.account, b"From: c@x.example\r\nSubject: At last\r\n\r\nHello\r\n")
        until(lambda: Arrival.objects.filter(outcome="opened").exists(), 30)
        expect(page.locator("#mailbox-now")).to_contain_text("At last", timeout=ASKED_MS)
    assert not found, "\n\n".join(found)


def test_banner_tells_administrators_and_is_put_away(cast, open_page, support, look):
    from ancora.conversations.models import Alert
    from ancora.platform import clock

    Mailbox.objects.update(imap_port=mail_servers.free_port())
    page = open_page(cast.anna, viewport=DESKTOP)
    page.goto("/queues/open/")
    expect(page.locator("#banner")).to_be_hidden()
    until(lambda: Fetch.objects.exclude(error="").exists(), 40)
    now = clock.now()
    Fetch.objects.update(stopped_at=now - timedelta(hours=1))
    seen = {"noticed_at": now, "seen_at": now, "opened_at": now}
    Alert.objects.update_or_create(kind="fetching", mailbox=support, defaults=seen)
    page.goto("/settings/people/")
    until(lambda: page.reload() and page.locator("#banner").is_visible(), 15)
    found = check(page, "banner in the settings", look)
    page.goto("/queues/open/")
    expect(page.locator("#banner")).to_contain_text("Mail of “Shop” is not fetched.")
    found += check(page, "banner on the desk", look)
    assert not found, "\n\n".join(found)
    page.get_by_role("button", name="Put away").click()
    expect(page.locator("#banner")).to_be_hidden()
    page.goto("/settings/people/")
    expect(page.locator("#banner")).to_be_hidden()
