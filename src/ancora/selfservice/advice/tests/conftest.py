import pytest

from ancora.conversations.chats.tests.rooms import open_account


@pytest.fixture
def account(cast, mailbox):
    return open_account(mailbox)
