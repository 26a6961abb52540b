"""A living shop: its mailbox on real servers, customers with mail programs, colleagues with browsers."""

import itertools
import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ancora.testing.journeys.mail_program import MailProgram

_numbers = itertools.count(1)


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(autouse=True)
def patience():
    """How long expectations wait where a test does not say."""
    expect.set_options(timeout=10_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def support(cast, dovecot, postfix):
    """The shop's mailbox, as an administrator has connected it."""
    from ancora.cases.commands import create_default_outcomes
    from ancora.conversations.channels.email.tests.mail_servers import PASSWORD
    from ancora.conversations.models import Mailbox

    create_default_outcomes()
    address = f"help{next(_numbers)}@shop.example"
    return Mailbox.objects.create(
        name="Shop",
        address=address,
        imap_host="127.0.0.1",
        imap_port=dovecot.port,
        imap_security="none",
        imap_user=address,
        imap_password=PASSWORD,
        smtp_host="127.0.0.1",
        smtp_port=postfix.port,
        smtp_security="none",
    )


@pytest.fixture
def leaves_for_real(settings):
    """Mail of Ancora itself is really sent; tests otherwise keep it in memory."""
    settings.MAILERS = {"default": {"BACKEND": "ancora.conversations.channels.email.system_mail.SystemMailBackend"}}


@pytest.fixture
def watched(support, site):
    """The shop's mailbox once the worker waits in it for mail."""
    from ancora.conversations.channels.email.tests.living import looked, until

    until(lambda: looked(support))
    return support


@pytest.fixture
def carla(dovecot, postfix) -> MailProgram:
    """A customer with a mail program."""
    return MailProgram(dovecot, postfix, name="Carla Bianchi", nick="carla")


@pytest.fixture
def dario(dovecot, postfix) -> MailProgram:
    """Another customer."""
    return MailProgram(dovecot, postfix, name="Dario Conti", nick="dario")


@pytest.fixture
def look(request):
    """`look(page, "name")` keeps a picture where ANCORA_TEST_PICTURES says."""
    folder = os.environ.get("ANCORA_TEST_PICTURES")

    def keep(page, name: str) -> None:
        if folder:
            page.screenshot(path=Path(folder) / f"{request.node.name}-{name}.png")

    return keep
