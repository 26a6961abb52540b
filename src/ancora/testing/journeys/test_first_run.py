"""From an empty installation to the first case: code, organisation, mailbox, desk."""

import pytest
from playwright.sync_api import expect

from ancora.conversations.channels.email.tests.mail_servers import PASSWORD
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.mail_program import text_of, thread_of
from ancora.testing.journeys.steps import DESKTOP, send, write

ADDRESS = "hello@shop.example"


@pytest.fixture
def site(unshared_database, db, tmp_path, settings):
    """An installation that nobody has set up."""
    from ancora.desk.first_run.code import forget_setup_code
    from ancora.testing.site import running

    settings.ANCORA_HOME = tmp_path
    with running() as address:
        yield address
    forget_setup_code()


def fill_mailbox(page, dovecot, postfix, *, password: str) -> None:
    page.get_by_label("Name", exact=True).fill("Lido")
    page.get_by_label("Address", exact=True).fill(ADDRESS)
    for group, kind, server in (("Fetching mail", "IMAP", dovecot), ("Sending answers", "SMTP", postfix)):
        fields = page.get_by_role("group", name=group)
        fields.get_by_label(f"{kind} server").fill("127.0.0.1")
        fields.get_by_label("Port", exact=True).fill(str(server.port))
        fields.get_by_label("Security", exact=True).select_option("none")
    page.get_by_label("IMAP user").fill(ADDRESS)
    page.get_by_label("IMAP password").fill(password)


def test_newcomer_sets_up_and_answers_the_first_mail(site, open_page, dovecot, postfix, carla, look, tmp_path):
    page = open_page(viewport=DESKTOP)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome to Ancora")
    found = check(page, "code", look)
    page.get_by_label("Setup code").fill("aaaa-bbbb-cccc")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("main")).to_contain_text("This is not the code")
    page.get_by_label("Setup code").fill((tmp_path / "setup-code").read_text().strip())
    page.get_by_role("button", name="Go on").click()

    page.get_by_label("Name of the organisation").fill("Lido Caffè")
    page.get_by_label("Your name").fill("Anna Ferri")
    page.get_by_label("Your e-mail address").fill("anna@shop.example")
    page.get_by_label("Password", exact=True).fill("a long good secret")
    page.get_by_label("Password again").fill("a long good secret")
    found += check(page, "organisation", look)
    page.get_by_role("button", name="Go on").click()

    fill_mailbox(page, dovecot, postfix, password="wrong")
    page.get_by_role("button", name="Test this mailbox").click()
    trial = page.locator("#trial")
    expect(trial.locator(".bad").first).to_contain_text("Signing in to fetch mail")
    expect(trial.locator(".bad").first).to_contain_text("password")
    found += check(page, "wrong password", look)
    page.get_by_label("IMAP password").fill(PASSWORD)
    page.get_by_role("button", name="Test this mailbox").click()
    expect(trial.locator(".good")).to_have_count(6, timeout=20_000)
    expect(trial.locator(".bad")).to_have_count(0)
    look(page, "right-password")
    page.get_by_role("button", name="Connect").click()
    page.get_by_role("link", name="Start without").click()
    assert not found, "\n\n".join(found)

    expect(page.locator("#list")).to_contain_text("Nothing waits for you")
    look(page, "desk")
    page.goto("/queues/unassigned/")
    carla.write(to=ADDRESS, subject="Do you roast on Sundays?", text="I would come by.")
    # The worker looks for new mailboxes every few seconds.
    page.get_by_role("link", name="1 new").click(timeout=15_000)
    page.locator("#rows .row").click()
    expect(page.locator("#timeline")).to_contain_text("I would come by.")
    write(page, "Every Sunday from nine.")
    send(page)
    # It left ten seconds later, in which she could have taken it back.
    [answer] = carla.received(1, seconds=30)
    assert "Every Sunday from nine." in text_of(answer)
    assert len(thread_of(answer)) == 2
    look(page, "first-answer")
