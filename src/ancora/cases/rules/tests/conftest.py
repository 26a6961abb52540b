"""A shop, and a hand that writes rules."""

import pytest

from ancora.cases.rules.commands import create_rule
from ancora.desk.tests.conftest import shop

__all__ = ["shop"]

CONTENT = {
    "name": "Leaks are urgent",
    "is_active": True,
    "trigger": "tagged",
    "hours": None,
    "conditions": "",
    "words": "",
    "changes": ["priority-4"],
    "note": "",
    "most_an_hour": 500,
    "most_on_case": 5,
}


@pytest.fixture
def rule(cast):
    """`rule(trigger="opened", …)`: a rule of Anna's, else one that makes tagged cases urgent."""

    def written(**content):
        return create_rule({**CONTENT, **content}, author=cast.anna)

    return written
