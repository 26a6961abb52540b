"""The database ends in the middle of the work, softly and by kill -9, and is back seconds later."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from itertools import count

import pytest
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, connections
from procrastinate.exceptions import ConnectorException

from ancora.cases.commands import open_case_by_mail
from ancora.config.tests.conftest import SOURCE
from ancora.conversations.channels.email.tests.mail_servers import PASSWORD
from ancora.conversations.channels.email.tests.smtp_peer import smtp_peer
from ancora.conversations.commands.rescue import rescue
from ancora.conversations.models import Arrival, Mailbox, Message, Outgoing
from ancora.platform.accounts.queries import forget_organisation
from ancora.platform.database import Server, settings_from
from ancora.platform.tests.postgres_homes import UNSYNCED, answers, new_home, postmaster
from ancora.testing import cast as people
from ancora.testing.failures.letters import letter
from ancora.testing.failures.waiting import until
from ancora.testing.ledger import offenders
from ancora.testing.threads import Aside

_numbers = count(1)


@pytest.fixture(scope="module")
def server(databases):
    """A PostgreSQL of its own, which may be ended; its database `ancora` is a template."""
    with new_home() as home, Server(home, settings=UNSYNCED, createdb=True) as found:
        schema = found.run("pg_dump", "--no-owner", databases.dsn(databases.template)).stdout
        found.run("psql", "-qX1", "-v", "ON_ERROR_STOP=1", input=schema)
        yield found


@pytest.fixture
def own_database(server, db):
    """The address of a database there, with which the tests' process works."""
    name = f"restarted_{next(_numbers)}"
    server.run("psql", "-qXc", f"CREATE DATABASE {name} TEMPLATE ancora", database="postgres")
    with here(server.dsn(name)):
        yield server.dsn(name)


@contextmanager
def here(dsn: str):
    """Inside this block Django works with the database of another server."""
    entry = connections.settings["default"]
    before = dict(entry)
    connections.close_all()
    # Without a pool, as all tests.
    entry["OPTIONS"].pop("pool", None)
    entry.update({key: value for key, value in settings_from(dsn).items() if key != "OPTIONS"})
    forget_organisation()
    try:
        yield
    finally:
        connections.close_all()
        entry.update(before)
        forget_organisation()


def said() -> str:
    """What the worker has to say for itself."""
    return (settings.ANCORA_HOME / "worker.log").read_text()[-10_000:]


@contextmanager
def worker(dsn: str):
    """`ancora work`, as an operator runs it."""
    environment = {**os.environ, "DATABASE_URL": dsn, "ANCORA_HOME": str(settings.ANCORA_HOME)}
    environment["PYTHONPATH"] = str(SOURCE)
    log = (settings.ANCORA_HOME / "worker.log").open("w")
    process = subprocess.Popen([sys.executable, "-m", "ancora", "work"], env=environment, stdout=log, stderr=log)
    try:
        yield process
        assert process.poll() is None, said()
    except AssertionError as error:
        error.add_note(said())
        raise
    finally:
        process.terminate()
        process.wait(60)
        log.close()


def end(server: Server, manner: signal.Signals) -> None:
    """Ends the server; its keeper starts it again."""
    before = postmaster(server)
    os.kill(before, manner)
    until(lambda: not answers(server) or postmaster(server) != before)


def in_database(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def when_there(question):
    """What the database says, as soon as it says anything."""

    def ask():
        try:
            return question()
        except (DatabaseError, InterfaceError, ConnectorException):
            connection.close()
            return None

    return until(ask)


def all_settled() -> bool:
    """Whether nothing waits any more; the worker's look for what was abandoned, which comes each minute, comes now."""
    rescue()
    return not Outgoing.objects.filter(state__in=["queued", "sending"]).exists()


@pytest.mark.parametrize("manner", [signal.SIGINT, signal.SIGKILL])
def test_database_restarted_in_the_middle_of_fetching(server, own_database, dovecot, address, manner):
    people.enter()
    box = {"imap_host": "127.0.0.1", "imap_port": dovecot.port, "imap_security": "none", "imap_password": PASSWORD}
    Mailbox.objects.create(name="Support", address=address, imap_user=address, **box)
    dovecot.put(address, *(letter(f"Mail {number}") for number in range(150)))
    with worker(own_database):
        until(lambda: Message.objects.count() >= 10)
        end(server, manner)
        when_there(lambda: Arrival.objects.filter(state="done").count() == 150)
        dovecot.put(address, letter("Afterwards"))
        until(lambda: Message.objects.filter(subject="Afterwards").exists())
    assert Message.objects.count() == Arrival.objects.count() == 151
    assert offenders(in_database) == [], said()


@pytest.mark.parametrize("manner", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize(("step", "fates"), [("RCPT", {"accepted"}), ("dot", {"accepted", "unknown"})])
def test_database_restarted_in_the_middle_of_sending(server, own_database, address, step, fates, manner):
    """Before the text nothing was sent, and it is sent once; after it the worker waits for the database and says so."""
    author = people.enter().marco
    restarts = iter([True])

    def answer() -> str:
        if next(restarts, False):
            Aside(end, server, manner).result(60)
        return "250 fine"

    with smtp_peer(**{step: answer}) as peer:
        fields = {"smtp_host": "127.0.0.1", "smtp_port": peer.port, "smtp_security": "none"}
        box = Mailbox.objects.create(name="Support", address=address, **fields)
        for number in range(3):
            to = [("", f"p{number}@customer.example")]
            open_case_by_mail(mailbox=box, to=to, subject=f"Mail {number}", html="<p>Hello</p>", author=author)
        with worker(own_database):
            when_there(all_settled)
        assert sorted(recipients[0] for recipients, _text in peer.taken) == [f"p{n}@customer.example" for n in range(3)]
    assert set(Outgoing.objects.values_list("state", flat=True)) <= fates
    assert offenders(in_database) == [], said()
