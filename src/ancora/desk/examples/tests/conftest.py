"""The examples as an administrator puts them in, beside a mailbox whose server takes whatever it is given."""

import pytest

from ancora.cases.models import Case
from ancora.conversations.channels.email.tests.smtp_peer import SmtpPeer
from ancora.conversations.models import Mailbox
from ancora.conversations.queries import forget_addresses
from ancora.desk.examples.putting_in import put_in_examples
from ancora.desk.tests.conftest import shop  # noqa: F401
from ancora.platform.events.dispatcher import drain


@pytest.fixture
def peer():
    server = SmtpPeer()
    yield server
    server.close()


@pytest.fixture
def box(cast, peer):
    """The support mailbox; it acknowledges whatever comes in."""
    found = Mailbox.objects.create(
        name="Support",
        address="support@example.com",
        smtp_host="127.0.0.1",
        smtp_port=peer.port,
        smtp_security="none",
        acknowledges=True,
    )
    forget_addresses()
    return found


@pytest.fixture
def examples(cast) -> dict[str, Case]:
    """The cases by the first name of their customers."""
    from ancora.cases.commands import create_default_outcomes

    create_default_outcomes()
    cases = put_in_examples(person=cast.anna)
    drain()
    return {case.customer.name.partition(" ")[0]: Case.objects.get(pk=case.pk) for case in cases}
