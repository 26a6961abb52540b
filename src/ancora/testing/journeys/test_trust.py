"""Mail that lies, spam and dangerous files: an agent is told in time, on every screen, and can undo a decision."""

import pytest
from playwright.sync_api import expect

from ancora.conversations.tests.test_attached import EXE, zipped
from ancora.conversations.tests.test_trust import DOOR
from ancora.desk.tests.conftest import letter
from ancora.platform.http.outside import permitting
from ancora.platform.http.tests.strange_server import plain, strange_server
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.steps import DESKTOP, choose, open_case

# A red square of 40 pixels.
SQUARE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000028000000280802000000039c2f3a0000002f4944415478daedcd310d00000803b0"
    "29997f29c8c204094f93fecdb42f22168bc562b1582c168bc562b1582c16df5911ef595b3065353e0000000049454e44ae426082"
)
FAIL = f"Authentication-Results: mx.example.com; dmarc=fail header.from=customers.example\r\n{DOOR}"
PASS = FAIL.replace("fail", "pass")
WORDS = (
    '<p>Dear team, <a href="https://pay.evil.example/login?session=1">www.bank.example</a> wants you to sign in: '
    '<a href="https://xn--bnk-rla.example/">here</a>.</p><img src="{place}/pixel" alt="our offer">'
)


def arrived(arrive, box, top: str, mail):
    return arrive(top.encode() + mail.as_bytes(), box)


@pytest.fixture
def liars(cast, support, arrive):
    """Carla, whom we know; somebody in her name with dangerous files; spam; an answer to elsewhere."""
    support.authserv_ids, support.spam_header = ["mx.example.com"], "X-Spam-Flag: YES"
    support.save()
    carla = "Carla Bianchi <carla@customers.example>"
    with strange_server(pixel=plain(SQUARE)) as outside, permitting("127.0.0.1"):
        arrived(arrive, support, PASS, letter(carla, "The grinder leaks", message_id="<1@x>"))
        forged = letter(carla, "Send me the refund", "To my new account.", message_id="<2@x>")
        forged.add_alternative(WORDS.format(place=outside.place), subtype="html")
        forged.add_attachment(EXE, maintype="application", subtype="octet-stream", filename="invoice.pdf.exe")
        packed = zipped("photos/a.jpg", locked=True)
        forged.add_attachment(packed, maintype="application", subtype="zip", filename="photos.zip")
        forged.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="order.pdf")
        arrived(arrive, support, FAIL, forged)
        spam = letter("Win <win@casino.example>", "You have won", "Really.", message_id="<3@x>")
        spam["X-Spam-Flag"] = "YES"
        arrived(arrive, support, DOOR, spam)
        elsewhere = letter("Anna Ferri <anna.ferri@mail.example>", "New bank account", message_id="<4@x>")
        elsewhere["Reply-To"] = "boss@evil.example"
        arrived(arrive, support, DOOR, elsewhere)
        yield outside


def test_agent_is_told_in_time(cast, liars, open_page, look):
    page = open_page(cast.stan, viewport=DESKTOP)
    page.goto("/queues/open/")
    open_case(page, "Send me the refund")
    expect(page.locator(".doubt")).to_contain_text("probably not from whom it says")
    page.get_by_text("show as designed").click()
    frame = page.frame_locator(".designed iframe")
    expect(frame.get_by_text("→ pay.evil.example")).to_be_visible()
    expect(frame.locator("a").first).to_have_attribute("title", "https://pay.evil.example/login?session=1")
    page.wait_for_timeout(200)
    found = check(page, "forged", look)
    page.locator(".dots").first.click()
    expect(page.locator("#menu-message")).to_contain_text("Sender not to be believed")
    found += check(page, "how sure", look, within="#menu-message")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="invoice.pdf.exe").click()
    expect(page.locator("main")).to_contain_text("This is a program")
    found += check(page, "program", look)
    with page.expect_download() as saving:
        page.get_by_role("link", name="Save it all the same").click()
    assert saving.value.suggested_filename == "invoice.pdf.exe"
    page.goto("/queues/open/")
    open_case(page, "New bank account")
    expect(page.locator("#composer .caution")).to_contain_text("boss@evil.example, at another domain")
    found += check(page, "elsewhere", look)
    assert not found, "\n\n".join(found)


def test_agent_knows_better_and_takes_it_back(cast, liars, open_page, look):
    page = open_page(cast.stan, viewport=DESKTOP)
    page.goto("/queues/open/")
    open_case(page, "Send me the refund")
    person = page.locator("#person")
    expect(person).to_contain_text("(not verified)")
    page.get_by_role("button", name="It is really carla@customers.example").click()
    expect(person).not_to_contain_text("(not verified)")
    expect(person).to_contain_text("The grinder leaks")
    expect(page.locator("#timeline")).to_contain_text("Stan Meyer said that it is really from Carla Bianchi")
    look(page, "linked")
    page.get_by_role("button", name="Take that back").click()
    expect(person).to_contain_text("(not verified)")
    expect(page.get_by_role("button", name="It is really carla@customers.example")).to_be_visible()


def test_images_are_shown_when_asked_for(cast, liars, open_page, look):
    page = open_page(cast.stan, viewport=DESKTOP)
    page.goto("/queues/open/")
    open_case(page, "Send me the refund")
    page.get_by_text("show as designed").click()
    asked = page.locator(".designed .images")
    expect(asked).to_be_visible()
    expect(asked.get_by_role("button", name="Always")).to_have_count(0)
    asked.get_by_role("button", name="Show the images").click()
    expect(asked).to_have_count(0)
    expect(page.frame_locator(".designed iframe").locator("img")).to_have_attribute("src", "/messages/2/images/0/")
    look(page, "shown")


def test_spam_and_blocks_are_understood_and_undone(cast, liars, open_page, look):
    page = open_page(cast.lena, viewport=DESKTOP)
    page.goto("/queues/spam/")
    page.locator("#rows .row", has_text="You have won").click()
    notice = page.locator("#case .removed")
    expect(notice).to_contain_text("our mail server took the mail for spam")
    found = check(page, "spam", look)
    notice.get_by_role("button", name="Block win@casino.example").click()
    toast = page.locator("#toasts .toast", has_text="goes there too")
    expect(notice).to_contain_text("Lena Vogt blocked win@casino.example")
    found += check(page, "blocked", look)
    notice.get_by_role("link", name="Unblock").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Unblock win@casino.example")
    found += check(page, "unblock", look)
    page.get_by_role("button", name="Unblock").click()
    expect(page.locator("#toasts")).to_contain_text("win@casino.example is no longer blocked")

    page.goto("/queues/open/")
    open_case(page, "The grinder leaks")
    choose(page, "status", "Spam, and block carla@customers.example")
    expect(toast).to_be_visible()
    toast.get_by_role("button", name="Undo").click()
    expect(page.locator("#case-head .status")).to_contain_text("open", ignore_case=True)
    expect(page.locator("#case .removed")).to_have_count(0)
    page.goto("/settings/senders/?address=loud@shop.example.net")
    page.get_by_label("Why").fill("Writes every hour")
    page.get_by_role("checkbox", name="Everybody at this domain").check()
    page.get_by_role("button", name="Block", exact=True).click()
    expect(page.locator("main")).to_contain_text("@shop.example.net")
    found += check(page, "senders", look)
    assert not found, "\n\n".join(found)


def test_border_server_is_written_on_the_mailbox(cast, liars, support, open_page, look):
    page = open_page(cast.anna, viewport=DESKTOP)
    page.goto(f"/settings/mailboxes/{support.pk}/settings/")
    expect(page.get_by_label("Names of your border server")).to_have_value("mx.example.com")
    found = check(page, "mailbox", look)
    assert not found, "\n\n".join(found)
