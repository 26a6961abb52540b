"""Fixtures of every package's tests."""

import math
import os
from contextlib import contextmanager
from inspect import signature
from pathlib import Path

import hypothesis
import pytest

from ancora.testing.databases import Databases

# How long an example takes says more of the machine than of the code.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

KEPT = {
    "ancora.cases.routing.waking": math.inf,
    "ancora.cases.rules.triggers": math.inf,
    "ancora.conversations.alerts": math.inf,
    "ancora.conversations.judging": {"people": math.inf, "blocks": math.inf},
    "ancora.conversations.queries": math.inf,
    "ancora.platform.accounts.queries": math.inf,
}


@pytest.fixture(scope="session")
def databases():
    found = Databases()
    yield found
    found.close()


@pytest.fixture
def db(request, databases, django_db_blocker):
    """A fresh database with the whole schema; everything commits for real and is gone after the test."""
    is_own = "unshared_database" in request.fixturenames or "databases" in signature(request.function).parameters
    with databases.clone() if is_own else databases.reused() as name, django_db_blocker.unblock():
        with working_with(databases, name):
            yield name


@contextmanager
def working_with(databases, name: str):
    """Until the block ends, the tests' process works with this database, and knows nothing of another."""
    from django.db import connections

    from ancora.cases.routing.waking import forget_routing
    from ancora.cases.rules.triggers import forget_triggers
    from ancora.conversations.alerts import forget_alerts
    from ancora.conversations.judging import forget_people_and_blocks
    from ancora.conversations.queries import forget_addresses
    from ancora.platform.accounts.queries import forget_organisation
    from ancora.testing.threads import close_connections, rest_connections, resting_at

    if not resting_at(name):
        close_connections()
    forget_addresses()
    forget_people_and_blocks()
    forget_alerts()
    forget_triggers()
    forget_routing()
    entry = connections.settings["default"]
    entry["OPTIONS"].pop("pool", None)
    entry.update({key: value for key, value in databases.settings(name).items() if key != "OPTIONS"})
    assert entry["NAME"].startswith("test_")
    forget_organisation()
    yield
    rest_connections() if databases.is_reused(name) else close_connections()
    entry["NAME"] = "test_none"
    forget_organisation()


@pytest.fixture
def unshared_database():
    """Named by who starts servers or processes: they may outlive the test by a moment, so nobody else is given its
    database."""


@pytest.fixture(autouse=True)
def kept_while_counting(request, monkeypatch):
    """Where queries are counted, what a process keeps for some seconds it keeps, however slow the machine is."""
    counts = {"django_assert_num_queries", "django_assert_max_num_queries"} & set(request.fixturenames)
    if counts or hasattr(request.module, "CaptureQueriesContext"):
        for name, kept in KEPT.items():
            monkeypatch.setattr(f"{name}._FRESH_SECONDS", kept)


@pytest.fixture
def cast(db):
    """The organisation, set up, and its people (see `ancora.testing.cast`)."""
    from ancora.testing.cast import enter

    return enter()


@pytest.fixture
def italian_organisation(db):
    """The organisation speaks Italian, whoever asks."""
    from ancora.platform.accounts.models import Organisation
    from ancora.platform.accounts.queries import forget_organisation

    Organisation.objects.update_or_create(id=1, defaults={"name": "Lume", "language": "it"})
    forget_organisation()
    yield
    forget_organisation()


@pytest.fixture
def client_of():
    """`client_of(user)`: a signed-in test client; without a user a stranger's."""
    from django.test import Client

    def sign_in(user=None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def program_of(db):
    """`program_of(user)`: a program with a token of that person; without a user one that has none."""
    from ancora.testing.programs import Program

    return Program


@pytest.fixture
def mailbox(db):
    """The support mailbox of the tests, without servers."""
    from ancora.conversations.models import Mailbox

    return Mailbox.objects.create(name="Support", address="support@example.com")


@pytest.fixture
def arrive(db):
    """`arrive(mail, mailbox)`: real intake of an `EmailMessage` or bytes; gives the Result."""
    from uuid import uuid4

    from ancora.conversations.commands import process_arrival, receive
    from ancora.platform.events.dispatcher import drain

    def take_in(mail, mailbox=None, **options):
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        result = process_arrival(receive(raw, key=f"test:{uuid4()}", mailbox=mailbox, **options))
        drain()
        return result

    return take_in


@pytest.fixture(scope="session")
def public_data() -> Path:
    """The folder of public test data; skips where there is none."""
    folder = os.environ.get("ANCORA_TEST_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("ANCORA_TEST_DATA names no folder: the public test data is not here")
    return Path(folder)


@pytest.fixture(scope="session")
def dovecot():
    """A dovecot of our own, one for the run."""
    from ancora.conversations.channels.email.tests import mail_servers

    mail_servers.require(mail_servers.DOVECOT)
    with mail_servers.private_folder() as folder:
        server = mail_servers.Dovecot(folder)
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="session")
def postfix(dovecot):
    """A postfix of our own, in front of dovecot."""
    from ancora.conversations.channels.email.tests import mail_servers

    mail_servers.require(mail_servers.POSTFIX)
    with mail_servers.private_folder() as folder:
        server = mail_servers.Postfix(folder, dovecot.lmtp_port)
        server.start()
        yield server
        server.stop()


@pytest.fixture
def site(unshared_database, cast):
    """The product on loopback: the real web server and the real worker; gives its address, http://localhost:PORT."""
    from ancora.testing.site import running

    with running() as address:
        yield address


@pytest.fixture(scope="session")
def kept_chromium():
    """One headless Chromium for the run; skips with a clear message where there is none."""
    from ancora.testing.browser import KeptChromium, installed

    if installed() is None:
        pytest.skip("no Chromium on PATH: install chromium")
    kept = KeptChromium()
    yield kept
    kept.close()


@pytest.fixture
def browser(kept_chromium):
    """The Chromium of the run; while a test has it an event loop stands in this thread, and `asyncio.run` fails."""
    from ancora.testing.threads import close_connections

    with kept_chromium.use() as running:
        yield running
        # Where a loop stands Django has connections of their own, which nobody closes once it is away.
        close_connections()


@pytest.fixture
def open_page(browser, site):
    """`open_page(user=None, **context)`: a page of a browser of its own, signed in as `user`; at the end of the
    test no page may have logged an error of script or content policy."""
    from ancora.testing.site import session_cookie

    contexts, faults = [], []

    def open_one(user=None, **options):
        context = browser.new_context(base_url=site, **options)
        contexts.append(context)
        if user is not None:
            context.add_cookies([session_cookie(user, site)])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda entry: faults.append(entry.text) if "Content Security" in entry.text else None)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not faults, faults
