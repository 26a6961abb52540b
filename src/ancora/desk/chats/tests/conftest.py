import pytest

from ancora.cases.models import Case
from ancora.conversations.chats.tests.rooms import Browser, open_account
from ancora.platform.events.dispatcher import drain


@pytest.fixture
def account(cast, mailbox):
    return open_account(mailbox)


@pytest.fixture
def carla(account) -> Browser:
    """A visitor who has begun a chat."""
    browser = Browser(account)
    browser.begin(name="Carla", email="carla@example.org")
    drain()
    return browser


@pytest.fixture
def case(carla) -> Case:
    return Case.objects.get()
