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
