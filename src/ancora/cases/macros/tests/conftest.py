"""A case, and a hand that writes macros."""

import pytest

from ancora.cases.macros.commands import Draft, create_macro
from ancora.desk.tests.conftest import shop

__all__ = ["shop"]


@pytest.fixture
def written(cast):
    """`written(name, author=Lena, **draft)`: a macro of everybody; `text` is its English text."""

    def write(name="Seal", *, text="", author=cast.lena, **draft):
        texts = {"en": text} if text else {}
        return create_macro(Draft(name=name, **{"texts": texts, **draft}), author=author)

    return write
