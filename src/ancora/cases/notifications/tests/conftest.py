"""The shop of the desk's tests."""

from ancora.desk.tests.conftest import shop  # noqa: F401
