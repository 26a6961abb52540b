"""The suite works with what the tests of conversations work with."""

from ancora.conversations.tests.conftest import public_address

__all__ = ["public_address"]
