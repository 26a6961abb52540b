"""The shop of the desk's tests, and a browser in it."""

import pytest

from ancora.cases.notifications.push.tests.push_service import PushService, Receiver, push_service
from ancora.desk.tests.conftest import shop  # noqa: F401


@pytest.fixture
def service() -> PushService:
    with push_service() as running:
        yield running


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()
