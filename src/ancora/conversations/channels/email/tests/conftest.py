"""Real mail servers for the tests of e-mail: started once a run, each test with addresses of its own."""

import itertools

import pytest

from ancora.conversations.channels.email.tests import mail_servers
from ancora.conversations.channels.email.tests.mail_servers import DOVECOT, POSTFIX, Dovecot, Postfix
from ancora.conversations.channels.email.tests.outbox import CARLA

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def dovecot():
    """A dovecot of our own."""
    mail_servers.require(DOVECOT)
    with mail_servers.private_folder() as folder:
        server = Dovecot(folder)
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="session")
def postfix(dovecot):
    """A postfix of our own, in front of dovecot."""
    mail_servers.require(POSTFIX)
    with mail_servers.private_folder() as folder:
        server = Postfix(folder, dovecot.lmtp_port)
        server.start()
        yield server
        server.stop()


@pytest.fixture
def address():
    """An address at shop.example that no other test uses."""
    return f"support{next(_numbers)}@shop.example"


@pytest.fixture
def write(cast):
    """`write(peer, to)`: a new mail that waits to be sent through `peer`."""
    from ancora.conversations.commands import start_conversation
    from ancora.conversations.models import Mailbox

    def start(peer, to=(CARLA,), **options):
        box, _ = Mailbox.objects.update_or_create(
            address="support@shop.example",
            defaults={"name": "Shop", "smtp_host": "127.0.0.1", "smtp_port": peer.port, "smtp_security": "none"},
        )
        message = start_conversation(
            box, to=list(to), subject="Your order", html="<p>It is on its way.</p>", author=cast.marco, **options
        )
        return message.outgoing

    return start
