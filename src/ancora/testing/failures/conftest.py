"""Mailboxes on real servers, and the worker with waits that suit a test."""

import itertools
import subprocess
from contextlib import contextmanager

import pytest
from django.conf import settings

from ancora.conversations.channels.email.fetching import watching
from ancora.conversations.channels.email.tests.mail_servers import PASSWORD

_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def short_waits(monkeypatch):
    """A server that is back is asked at once."""
    monkeypatch.setattr(watching, "FIRST_WAIT", 0.1)
    monkeypatch.setattr(watching, "LONGEST_WAIT", 0.3)
    monkeypatch.setattr(watching, "CHANGES_SECONDS", 0.2)


@pytest.fixture
def address():
    """An address at shop.example that no other test uses."""
    return f"failure{next(_numbers)}@shop.example"


@pytest.fixture
def connected(unshared_database, cast, dovecot, postfix, address):
    """`connected(address=…, **fields)`: a mailbox fetched from dovecot that sends through postfix."""
    from ancora.conversations.models import Mailbox
    from ancora.conversations.queries import forget_addresses

    def connect(address=address, **fields) -> Mailbox:
        server = {"imap_host": "127.0.0.1", "imap_port": dovecot.port, "imap_security": "none"}
        server |= {"imap_user": address, "imap_password": PASSWORD}
        server |= {"smtp_host": "127.0.0.1", "smtp_port": postfix.port, "smtp_security": "none"}
        forget_addresses()
        return Mailbox.objects.create(**{"name": address.partition("@")[0], "address": address, **server, **fields})

    return connect


@pytest.fixture
def nothing_half_written(db):
    """At the end of the test every row has all that belongs to it."""
    from django.db import connection

    from ancora.testing.ledger import offenders

    def ask(sql: str) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()

    yield
    assert offenders(ask) == []


@pytest.fixture
def write(cast):
    """`write(peer, to=[…])`: a case opened by a mail that waits to be sent through `peer`; gives the outgoing one."""
    from ancora.cases.commands import open_case_by_mail
    from ancora.conversations.channels.email.tests.outbox import CARLA
    from ancora.conversations.models import Mailbox, Outgoing

    def start(peer, to=(CARLA,)) -> Outgoing:
        fields = {"name": "Shop", "smtp_host": "127.0.0.1", "smtp_port": peer.port, "smtp_security": "none"}
        box, _made = Mailbox.objects.update_or_create(address="support@shop.example", defaults=fields)
        text = "<p>It is on its way.</p>"
        open_case_by_mail(mailbox=box, to=list(to), subject="Your order", html=text, author=cast.marco)
        return Outgoing.objects.latest("id")

    return start


@pytest.fixture
def small_disk(db):
    """`with small_disk(bytes) as grow:` Ancora's files lie on a real file system of that size; `grow()` gives room."""

    @contextmanager
    def mounted(size: int):
        folder = settings.ANCORA_HOME / "files"
        folder.mkdir(parents=True, exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)]
        if subprocess.run(command, check=False, capture_output=True).returncode:
            pytest.skip("file systems cannot be mounted here")
        try:
            yield lambda: subprocess.run(["mount", "-o", "remount,size=50m", str(folder)], check=True)
        finally:
            subprocess.run(["umount", str(folder)], check=True)

    return mounted
