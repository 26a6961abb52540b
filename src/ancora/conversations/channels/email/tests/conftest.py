"""Each test of e-mail has addresses of its own at the real mail servers."""

import itertools

import pytest

from ancora.conversations.channels.email.tests.outbox import CARLA

_numbers = itertools.count(1)


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


@pytest.fixture(scope="session")
def oauth_servers():
    """(a provider of OAuth, a dovecot that takes its tokens), one pair for the run."""
    from ancora.conversations.channels.email.tests import mail_servers
    from ancora.conversations.channels.email.tests.oauth_provider import OAuthDovecot, OAuthProvider

    mail_servers.require(mail_servers.DOVECOT)
    provider = OAuthProvider()
    with mail_servers.private_folder() as folder:
        dovecot = OAuthDovecot(folder, provider)
        dovecot.start()
        yield provider, dovecot
        dovecot.stop()
    provider.close()


@pytest.fixture
def provider(oauth_servers):
    """The local provider of OAuth, in good order and with nothing asked of it yet."""
    found = oauth_servers[0]
    found.lifetime, found.rotates, found.failure = 3600, False, None
    found.requests.clear()
    return found


@pytest.fixture
def imap(oauth_servers):
    """The dovecot that takes the provider's tokens."""
    return oauth_servers[1]


@pytest.fixture
def quick(monkeypatch):
    """Followers of mailboxes that wait for nothing long."""
    from ancora.conversations.channels.email.fetching import watching

    monkeypatch.setattr(watching, "FIRST_WAIT", 0.1)
    monkeypatch.setattr(watching, "LONGEST_WAIT", 0.3)
    monkeypatch.setattr(watching, "PASSWORD_WAIT", 0.5)
    monkeypatch.setattr(watching, "CHANGES_SECONDS", 0.2)
