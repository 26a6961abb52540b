"""What an administrator does: lets a colleague in, closes a mailbox to strangers, looks after mail that was too big."""

import base64
import hmac
import re
import struct
import time

from playwright.sync_api import expect

from ancora.conversations.channels.email.tests.living import until
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.mail_program import MailProgram, text_of
from ancora.testing.journeys.steps import DESKTOP, LIVE_MS

SECRET = "three green parrots"


def code_for(secret: str) -> str:
    """RFC 6238 as authenticator apps do it."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def sign_in(page, address: str) -> None:
    page.goto("/")
    page.get_by_label("Email").fill(address)
    page.get_by_label("Password").fill(SECRET)
    page.get_by_role("button", name="Sign in").click()


def enrol(page) -> str:
    """Sets an authenticator app up; gives its secret."""
    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="Set it up").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Two-step sign-in")
    if page.get_by_label("Password").count():
        page.get_by_label("Password").fill(SECRET)
        page.locator("main button[type=submit]").first.click()
    page.get_by_text("Type the secret instead").click()
    secret = page.locator("#authenticator_secret").inner_text()
    page.locator("input[name=code]").fill(code_for(secret))
    page.get_by_role("button", name="Switch on").click()
    expect(page.locator("main")).to_contain_text("recovery codes", ignore_case=True)
    return secret


def test_invited_colleague_comes_in_and_uses_a_second_step(
    cast, open_page, watched, leaves_for_real, dovecot, postfix, look
):
    anna = open_page(cast.anna, viewport=DESKTOP)
    bruno = MailProgram(dovecot, postfix, name="Bruno Sala", nick="bruno")
    anna.goto("/settings/people/")
    anna.get_by_role("link", name="Invite somebody").click()
    anna.get_by_label("Name").fill("Bruno Sala")
    anna.get_by_label("E-mail address").fill(bruno.address)
    anna.locator("[name=role]").select_option("agent")
    anna.get_by_role("button", name="Invite").click()
    expect(anna.locator("tr", has_text="Bruno Sala")).to_contain_text("invited, no password yet")
    look(anna, "invited")

    [mail] = bruno.received(1)
    assert "Test & Co" in text_of(mail)
    link = re.search(r"http://\S+", text_of(mail))[0]
    page = open_page(viewport=DESKTOP)
    page.goto(link)
    page.locator("input[type=password]").first.fill(SECRET)
    page.locator("input[type=password]").last.fill(SECRET)
    found = check(page, "set password", look)
    assert not found, "\n\n".join(found)
    page.get_by_role("button", name="Save the password").click()
    page.goto("/")
    expect(page.locator(".topbar")).to_contain_text("Bruno Sala")
    secret = enrol(page)
    look(page, "enrolled")

    again = open_page(viewport=DESKTOP)
    sign_in(again, bruno.address)
    expect(again.get_by_role("heading", level=1)).to_have_text("Second step")
    found = check(again, "second step", look)
    assert not found, "\n\n".join(found)
    again.locator("input[name=code]").fill(code_for(secret))
    again.get_by_role("button", name="Sign in").click()
    expect(again.locator(".topbar")).to_contain_text("Bruno Sala")
    anna.reload()
    expect(anna.locator("tr", has_text="Bruno Sala")).to_contain_text("two-step sign-in")
    page.goto(link)
    expect(page.locator("main")).to_contain_text("does not work any more")


def test_mailbox_closed_to_strangers_closes_its_cases(cast, open_page, watched, carla, look):
    from ancora.cases.models import Case
    from ancora.parties.models import Membership, Team

    Membership.objects.create(team=Team.objects.create(name="Repairs"), user=cast.marco)
    carla.write(to=watched.address, subject="The grinder leaks", text="It leaks again.")
    case = until(Case.objects.first)
    stan = open_page(cast.stan, viewport=DESKTOP)
    stan.goto(f"/cases/{case.reference}/")
    expect(stan.locator("#subject")).to_have_text("The grinder leaks")

    anna = open_page(cast.anna, viewport=DESKTOP)
    anna.goto("/settings/mailboxes/")
    anna.get_by_role("link", name=re.compile("Shop")).first.click()
    anna.get_by_role("link", name="Settings", exact=True).last.click()
    anna.get_by_role("checkbox", name="Repairs").check()
    look(anna, "mailbox")
    anna.get_by_role("button", name="Save").first.click()
    expect(anna.locator("main")).to_contain_text("Shop")

    assert stan.goto(f"/cases/{case.reference}/").status == 404
    expect(stan.get_by_role("heading", level=1)).to_have_text("There is nothing here for you")
    look(stan, "stranger")
    stan.goto("/queues/open/")
    expect(stan.locator("#rows")).to_have_count(0)
    stan.goto("/search/?q=grinder")
    expect(stan.get_by_role("heading", level=1)).to_contain_text("Nothing for")
    marco = open_page(cast.marco, viewport=DESKTOP)
    marco.goto(f"/cases/{case.reference}/")
    expect(marco.locator("#subject")).to_have_text("The grinder leaks")
    look(marco, "insider-italian")


def test_mail_that_is_too_big_waits_with_its_reason_and_can_be_tried_again(cast, open_page, watched, dovecot, look):
    huge = b"From: Carla <carla@customer.example>\r\nTo: x@shop.example\r\nSubject: Video of the leak\r\n\r\n"
    dovecot.put(watched.address, huge + (b"x" * 998 + b"\r\n") * 51_000)
    page = open_page(cast.anna, viewport=DESKTOP)

    def listed():
        page.goto("/settings/quarantine/")
        return page.locator("tbody tr").count()

    until(listed)
    expect(page.locator("tbody tr")).to_contain_text("More than 50 MB is left on the server")
    found = check(page, "quarantine", look)
    page.locator("tbody tr a").click()
    expect(page.locator("pre")).to_contain_text("Video of the leak")
    found += check(page, "arrival", look)
    assert not found, "\n\n".join(found)
    with page.expect_download() as download:
        page.get_by_role("link", name="Save the original").click()
    assert b"Subject: Video of the leak" in download.value.path().read_bytes()
    page.get_by_role("button", name="Retry").click()
    expect(page.locator("main")).to_contain_text("Every mail was read")
    page.goto("/queues/unassigned/")
    expect(page.locator("#rows .row")).to_contain_text("Video of the leak", timeout=LIVE_MS)
