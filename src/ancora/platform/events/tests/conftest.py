import pytest

from ancora.platform.events.tests import examples


@pytest.fixture(autouse=True)
def _fresh_listeners():
    for listener in (examples.ears, examples.company):
        listener.__init__()
