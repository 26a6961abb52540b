"""The fixtures of the suite that measure nothing without a database."""

from ancora.conftest import databases, db, unshared_database  # noqa: F401
