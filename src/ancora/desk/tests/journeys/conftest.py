"""What the journeys of the desk stand on: the shop on a real server, and axe."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from ancora.desk.tests.conftest import shop
from ancora.testing.journeys.conftest import look

__all__ = ["look", "shop"]


@pytest.fixture
def flawless():
    """`flawless(page)`: axe finds no violation on it."""

    def check(page) -> None:
        found = Axe().run(page).response["violations"]
        assert not found, [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]

    return check
